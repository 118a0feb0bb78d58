/**
 * Generated programs through the whole durable function on the in-process driver: whatever the engine suspends and
 * runs again, each step is executed once, and from any part of the record the report is the same.
 * A failure prints its seed; SEED=… runs it again.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { AnalystError } from '../src/agent/errors.ts';
import type { Model } from '../src/agent/ports.ts';
import type { Report } from '../src/agent/report.ts';
import { NO_USAGE } from '../src/agent/report.ts';
import { defineTool } from '../src/agent/tool.ts';
import { program as fenced } from '../src/compose.fixture.ts';
import { programs } from '../src/sandbox/fixtures/programs.ts';
import { createSandbox } from '../src/sandbox/sandbox.ts';
import { createStore } from '../src/store/store.ts';
import { createMetric } from '../src/tools/metric.ts';
import { createClient } from './client.ts';
import { Driver } from './driver/driver.ts';
import { DRIVER_URL, type FunctionList, interceptCheckpoints, type OnCheckpoint } from './driver/protocol.ts';
import { DriverRecord } from './driver/record.ts';
import { createFunctions } from './index.ts';
import { comparable, QUESTION, RUN } from './replay.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'replay-'));
const sandbox = createSandbox({ size: 2 });
const store = createStore('memory:');
afterAll(async () => {
  await sandbox.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const ignore = () => {};
let lives = 0;

interface Life {
  report: string;
  /** Ids of the steps that were executed, in order. */
  executed: string[];
  /** The record at the end. */
  steps: ReturnType<DriverRecord['steps']>;
}

/** Writes the program, then ends: told by the conversation, because each life has a model of its own. */
function modelOf(program: string): Model {
  return {
    name: 'scripted',
    complete: async ({ messages }) => ({
      text: messages.length === 1 ? fenced(program) : 'That is it.',
      stop: 'end',
      usage: NO_USAGE,
    }),
  };
}

/** One life of the run, going on from a part of its record; `order` says which of the calls under way ends next. */
async function live(program: string, order: Iterator<number>, given: Life['steps'] = []): Promise<Life> {
  const path = join(folder, `${++lives}.db`);
  const record = new DriverRecord(path);
  const event = { name: 'analyst/question.asked', data: { question: QUESTION } };
  record.addRun({ id: RUN, function: 'test-analyze', key: 'test', event: JSON.stringify(event) });
  for (const { id, kind, json } of given) record.addStep(RUN, id, kind, JSON.parse(json));
  record.close();

  const pending: (() => void)[] = [];
  const tool = defineTool({
    name: 'tool',
    description: 'Answers with the label.',
    parameters: { label: z.string() },
    returns: 'string',
    durable: true,
    async run({ label }) {
      await new Promise<void>((resolve) => {
        pending.push(resolve);
        setImmediate(() => pending.splice((order.next().value ?? 0) % pending.length, 1)[0]?.());
      });
      if (label.startsWith('f')) throw new AnalystError('not_found', `${label} failed`, { hint: 'No.' });
      return `${label} answered`;
    },
  });
  const own = [tool, createMetric];
  const executed: string[] = [];
  const reports: Report[] = [];
  let checkpoint: OnCheckpoint = () => false;
  const client = createClient({
    id: 'test',
    baseUrl: DRIVER_URL,
    isDev: true,
    logger: { info: ignore, warn: ignore, error: ignore, debug: ignore },
    fetch: interceptCheckpoints((runId, operations) => checkpoint(runId, operations)),
  });
  const functions = createFunctions(client, {
    model: modelOf(program),
    sandbox,
    store,
    renderer: { render: () => Promise.reject(new Error('there are no charts')) },
    toolBox: { own, open: async () => ({ tools: own, unavailable: [] }) },
    progress: {
      emit: (_runId, { type, ...rest }) => void (type === 'start' && 'id' in rest && executed.push(rest.id)),
    },
    delivery: {
      deliver: (_question, report, steps) =>
        steps.run('deliver', 'deliver', async () => void reports.push(report)),
    },
    history: async () => [],
    hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, 16),
    clock: () => Date.now(),
    versions: {},
    keep: async () => {},
    isStopped: async () => false,
    concurrency: { total: 1, perUser: 1 },
  }) as FunctionList;
  const opened = new DriverRecord(path);
  const driver = new Driver({ client, functions, record: opened, logger: console, backoffMs: () => 1 });
  checkpoint = driver.onCheckpoint;
  expect(driver.resume()).toEqual([RUN]);
  const { status, output } = await driver.wait(RUN);
  expect([status, status === 'COMPLETED' ? null : output]).toEqual(['COMPLETED', null]);
  const steps = opened.steps(RUN);
  await driver.close(0);
  const [report] = reports;
  expect(reports.length).toBe(given.some(({ id }) => id === sha1('deliver')) ? 0 : 1);
  return { report: report ? comparable(report) : '', executed, steps };
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

const orders = fc.infiniteStream(fc.nat(1_000));

it('executes each step of a generated program once, and gives the same report from any part of the record', async () => {
  let failures = 0;
  let waves = 0;
  await fc.assert(
    fc.asyncProperty(programs, orders, orders, fc.nat(), async (program, one, two, cut) => {
      const first = await live(program, one);
      expect(first.executed).toEqual([...new Set(first.executed)]);
      failures += first.steps.filter(({ kind }) => kind === 'error').length;
      waves += first.executed.length;

      const part = first.steps.slice(0, cut % first.steps.length);
      const again = await live(program, two, part);
      const recorded = new Set(part.map(({ id }) => id));
      expect(again.executed.filter((id) => recorded.has(sha1(id)))).toEqual([]);
      expect(again.executed).toEqual([...new Set(again.executed)]);
      expect(again.steps.length).toBe(first.steps.length);
      expect(again.report).toBe(first.report);
    }),
    { numRuns: 40, seed: process.env.SEED ? Number(process.env.SEED) : undefined },
  );
  // Else nothing was tried.
  expect(failures).toBeGreaterThan(3);
  expect(waves).toBeGreaterThan(100);
}, 120_000);
