import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AnalystError } from '../../src/agent/errors.ts';
import { questionAsked } from '../client.ts';
import { type DriverSettings, createDriver as driverWith, question } from './driver.fixture.ts';
import type { Driver } from './driver.ts';
import { DriverRecord } from './record.ts';

type Body = DriverSettings['body'];

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close(5_000);
});

function createDriver(body: Body, settings: Omit<DriverSettings, 'body'> = {}) {
  const driver = driverWith({ body, ...settings });
  drivers.push(driver);
  return driver;
}

async function run(driver: Driver, id = 'q1') {
  const { runId } = await driver.ask(question(id));
  return driver.wait(runId);
}

describe('the in-process driver', () => {
  it('runs steps in turn, once each, and gives the result', async () => {
    const ran: string[] = [];
    const driver = createDriver(async (steps) => {
      const a = await steps.run('a', 'first', async () => ran.push('a'));
      const b = await steps.run('b', 'second', async () => ran.push('b') + a);
      return { a, b };
    });
    expect(await run(driver)).toEqual({ status: 'COMPLETED', output: { a: 1, b: 3 } });
    expect(ran).toEqual(['a', 'b']);
  });

  it('runs steps that the engine sees side by side at the same time, once each', async () => {
    const ran: number[] = [];
    let waiting = 0;
    let release = () => {};
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    const driver = createDriver(async (_steps, _question, _signal, step) =>
      Promise.all(
        [1, 2, 3].map((n) =>
          step.run({ id: `p${n}`, name: `parallel ${n}` }, async () => {
            ran.push(n);
            if (++waiting === 3) release();
            await all;
            return n * 10;
          }),
        ),
      ),
    );
    expect(await run(driver)).toEqual({ status: 'COMPLETED', output: [10, 20, 30] });
    expect(ran.sort()).toEqual([1, 2, 3]);
  });

  it('retries what may work later, and not what would only fail again', async () => {
    const tries = { later: 0, never: 0 };
    const driver = createDriver(async (steps) => {
      const later = await steps.run('later', 'later', async () => {
        if (++tries.later < 3) throw new AnalystError('unavailable', 'not yet', { retryable: true });
        return 'worked';
      });
      const never = await steps
        .run('never', 'never', async () => {
          tries.never++;
          throw new AnalystError('bad_input', 'no such column', { hint: 'try another' });
        })
        .catch((error: AnalystError) => [error.code, error.message, error.hint]);
      return { later, never };
    });
    expect((await run(driver)).output).toEqual({
      later: 'worked',
      never: ['bad_input', 'no such column', 'try another'],
    });
    expect(tries).toEqual({ later: 3, never: 1 });
  });

  it('gives a step error to the function once the retries are used up', async () => {
    let tries = 0;
    const driver = createDriver((steps) =>
      steps
        .run('s', 's', async () => {
          tries++;
          throw new AnalystError('unavailable', 'away', { retryable: true, retryAfterMs: 1 });
        })
        .catch((error: AnalystError) => error.code),
    );
    expect((await run(driver)).output).toBe('unavailable');
    expect(tries).toBe(3);
  });

  it('answers the same question with the same run', async () => {
    let runs = 0;
    const driver = createDriver((steps) => steps.run('s', 's', async () => ++runs));
    const [first, second] = await Promise.all([driver.ask(question('same')), driver.ask(question('same'))]);
    expect(second).toEqual({ runId: first.runId, duplicate: true });
    expect((await driver.wait(first.runId)).output).toBe(1);
    expect(runs).toBe(1);
  });

  it('starts nothing after a run is cancelled', async () => {
    const ran: string[] = [];
    const driver: Driver = createDriver(async (steps) => {
      await steps.run('a', 'a', async () => {
        ran.push('a');
        await driver.cancel(runId);
      });
      await steps.run('b', 'b', async () => ran.push('b'));
    });
    const { runId } = await driver.ask(question('c'));
    expect((await driver.wait(runId)).status).toBe('CANCELLED');
    expect(ran).toEqual(['a']);
  });

  it('runs onFailure when the function itself fails', async () => {
    const failures: string[] = [];
    let tries = 0;
    const driver = createDriver(
      async () => {
        tries++;
        throw new Error('a bug');
      },
      { onFailure: (error) => failures.push(error.message) },
    );
    expect((await run(driver)).status).toBe('FAILED');
    expect(tries).toBe(3);
    expect(failures).toEqual(['a bug']);
  });

  it('lets one person run so many at once, and others past them', async () => {
    const order: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const driver = createDriver(
      (steps, { id, user }) =>
        steps.run('s', 's', async () => {
          order.push(id);
          if (user === 'ana') await gate;
          else release();
        }),
      { perUser: 1 },
    );
    const asked = [question('a1'), question('a2'), question('b1', 'bob')].map((q) => driver.ask(q));
    const runs = await Promise.all(asked);
    await Promise.all(runs.map(({ runId }) => driver.wait(runId)));
    expect(order).toEqual(['a1', 'b1', 'a2']);
  });

  it('ends the signal of a request that was suspended', async () => {
    const signals: AbortSignal[] = [];
    const driver = createDriver(async (steps, _question, signal) => {
      signals.push(signal);
      return steps.run('p', 'p', async () => {
        if (signals.length === 1) throw new Error('again');
      });
    });
    await run(driver);
    expect(signals.length).toBeGreaterThan(1);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
  });

  it('takes up a run whose process is gone, without repeating its steps', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'driver-')), 'runs.db');
    const record = new DriverRecord(path);
    const event = { name: questionAsked.name, data: { question: question('left') } };
    record.addRun({ id: 'run-1', function: 'test-work', key: 'test:left', event: JSON.stringify(event) });
    record.close();
    const ran: string[] = [];
    const body: Body = async (steps) => {
      const a = await steps.run('a', 'a', async () => ran.push('a'));
      return steps.run('b', 'b', async () => ran.push('b') + a);
    };
    const driver = createDriver(body, { path });
    expect(driver.resume()).toEqual(['run-1']);
    expect((await driver.wait('run-1')).output).toBe(3);
    expect(driver.resume()).toEqual([]);
    expect(ran).toEqual(['a', 'b']);
  });
});
