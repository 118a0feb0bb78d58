/** A replay that meets a limit which the first run did not, or the other way round, gives the same answer. */
import { afterEach, expect, it } from 'vitest';
import { firstEnding } from '../src/agent/ending.ts';
import type { SandboxOutcome } from '../src/agent/ports.ts';
import type { CallRecord } from '../src/agent/report.ts';
import { createDriver, question } from './driver/driver.fixture.ts';
import type { Driver } from './driver/driver.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close(1_000);
});

const fine: SandboxOutcome = { ok: true, value: 1, logs: [] };
const slow: SandboxOutcome = { ok: false, error: { name: 'LimitError', message: 'Too slow.' }, logs: [] };
const call = { tool: 'query' } as CallRecord;

/** How each visit of the program ends, and how many calls it has made by then. */
async function run(visits: [SandboxOutcome, calls: number][]) {
  let visit = 0;
  let failed = false;
  const driver = createDriver({
    async body(steps) {
      const [outcome, calls] = visits[Math.min(visit++, visits.length - 1)] ?? [fine, 0];
      const records = Array.from({ length: calls }, () => call);
      const rollback = (length: number) => {
        records.length = length;
      };
      const error = await firstEnding(steps, 1, outcome, { records, rollback });
      // It fails once: the engine ends this visit and comes again.
      await steps.run('a', 'a', async () => {
        if (!failed) {
          failed = true;
          throw new Error('again');
        }
        return null;
      });
      return { error, calls: records.length };
    },
  });
  drivers.push(driver);
  const { runId } = await driver.ask(question('q'));
  const { status, output } = await driver.wait(runId);
  return { status, output, visits: visit };
}

it('tries a replay again that fails where the first run had not', async () => {
  const calm = await run([[fine, 2]]);
  const stormy = await run([
    [fine, 2],
    [slow, 1],
    [fine, 2],
  ]);
  expect(stormy).toMatchObject({ status: 'COMPLETED', output: { error: null, calls: 2 } });
  expect(stormy.output).toEqual(calm.output);
  expect(stormy.visits).toBeGreaterThan(calm.visits);
});

it('keeps the failure of the first run, and its calls, when a replay would have gone further', async () => {
  const { status, output } = await run([
    [slow, 1],
    [fine, 4],
  ]);
  expect({ status, output }).toEqual({
    status: 'COMPLETED',
    output: { error: { name: 'LimitError', message: 'Too slow.' }, calls: 1 },
  });
});
