import { describe, expect, test } from 'vitest';
import { makeJob, resultOf, useSandbox } from './fixtures/harness.ts';

const sandbox = useSandbox(1);

/** Answers each call after a random number of milliseconds. */
const atRandom = async (_: string, args: unknown[]) => {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
  if (args[0] === 'fail') throw new Error('failed');
  return args[0];
};

describe('the calls of a wave', () => {
  test("start in one tick, in the program's order, each wave after the last", async () => {
    const waves: unknown[][] = [];
    let wave: unknown[] | undefined;
    const call = async (_: string, args: unknown[]) => {
      if (!wave) {
        wave = [];
        waves.push(wave);
        queueMicrotask(() => {
          wave = undefined;
        });
      }
      wave.push(args[0]);
      return args[0];
    };
    const program = `
      const branch = async (name) => (await query(name + 1), await query(name + 2));
      await Promise.all([branch('a'), query('x'), branch('b')]);
      for (const i of [1, 2]) await query(i);`;
    resultOf(await sandbox.run(makeJob(program, { call })));
    expect(waves).toEqual([['a1', 'x', 'b1'], ['a2', 'b2'], [1], [2]]);
  });

  test('are answered together, when the last has settled', async () => {
    const events: string[] = [];
    let finishSlow: (value: string) => void = () => {};
    const call = (_: string, args: unknown[]) => {
      events.push(`start ${args[0]}`);
      if (args[0] !== 'slow') return Promise.resolve(args[0]);
      setTimeout(() => {
        events.push('end slow');
        finishSlow('slow');
      }, 50);
      return new Promise((resolve) => {
        finishSlow = resolve;
      });
    };
    const program = "await Promise.all([query('slow'), query('quick').then(() => query('next'))])";
    resultOf(await sandbox.run(makeJob(program, { call })));
    expect(events).toEqual(['start slow', 'start quick', 'end slow', 'start next']);
  });
});

describe('however its calls interleave', () => {
  test('a race is won by the first that was called', async () => {
    const call = (_: string, args: unknown[]) =>
      new Promise((resolve) => setTimeout(resolve, args[0] === 'first' ? 30 : 0, args[0]));
    const program = `return [
      await Promise.race([query('first'), query('second')]),
      await Promise.any([query('first'), query('second')]),
    ]`;
    expect(resultOf(await sandbox.run(makeJob(program, { call })))).toEqual(['first', 'first']);
  });

  test('a program does the same 20 times', async () => {
    const program = `
      const order = [];
      const step = async (name, depth) => {
        const got = await query(name + depth);
        order.push(got, Math.floor(Math.random() * 1000));
        if (depth > 0) await Promise.all([step(name + 'l', depth - 1), step(name + 'r', depth - 1)]);
      };
      const settled = await Promise.allSettled([step('a', 2), query('fail'), step('b', 1)]);
      const winner = await Promise.race([query('p').then(() => query('q')), query('r')]);
      console.log(order.length);
      return { order, winner, statuses: settled.map((one) => one.status) }`;
    const first = await sandbox.run(makeJob(program, { call: atRandom }));
    expect(resultOf(first)).toMatchObject({ winner: 'r', statuses: ['fulfilled', 'rejected', 'fulfilled'] });
    for (let i = 0; i < 20; i++) {
      expect(await sandbox.run(makeJob(program, { call: atRandom }))).toEqual(first);
    }
  });
});

test('a program that waits makes room for others, then goes on where it was', async () => {
  const calls: unknown[] = [];
  let others: Promise<unknown> | undefined;
  const call = async (_: string, args: unknown[]) => {
    calls.push(args[0]);
    // The only child is taken by the program that makes this call.
    if (args[0] === 2) others = sandbox.run(makeJob('return "other"')).then(resultOf);
    return args[0] === 2 ? await others : args[0];
  };
  const program = `
    const got = [Math.random()];
    for (let i = 1; i <= 3; i++) { got.push(await query(i)); console.log(i) }
    return [...got, Math.random()]`;
  const outcome = await sandbox.run(makeJob(program, { call }));
  const [first, ...rest] = resultOf(
    await sandbox.run(makeJob('return [Math.random(), Math.random()]')),
  ) as number[];
  expect(resultOf(outcome)).toEqual([first, 1, 'other', 3, ...rest]);
  expect(calls).toEqual([1, 2, 3]);
  expect(outcome.logs.map((line) => line.text)).toEqual(['1', '2', '3']);
});

describe('a program nobody waits for any more', () => {
  const settledIn = (promise: Promise<unknown>) =>
    Promise.race([
      promise.then(() => 'settled'),
      new Promise((resolve) => setTimeout(resolve, 100, 'pending')),
    ]);

  test('that waits for its calls ends, never settles, and gives its child back', async () => {
    await sandbox.warm();
    const pids = sandbox.pids();
    const stop = new AbortController();
    const running = sandbox.run(
      makeJob('await query(1); return 1', {
        signal: stop.signal,
        call: () => {
          setImmediate(() => stop.abort());
          return new Promise(() => {});
        },
      }),
    );
    expect(resultOf(await sandbox.run(makeJob('return 2')))).toBe(2);
    expect(stop.signal.aborted).toBe(true);
    expect(sandbox.pids()).toEqual(pids);
    expect(await settledIn(running)).toBe('pending');
  });

  test('that computes is killed, never settles, and the next program runs', async () => {
    const stop = new AbortController();
    const call = async () => void setTimeout(() => stop.abort(), 20);
    const running = sandbox.run(makeJob('await query(1); for (;;);', { signal: stop.signal, call }));
    expect(resultOf(await sandbox.run(makeJob('return 2')))).toBe(2);
    expect(await settledIn(running)).toBe('pending');
  });

  test('from the start is not run', async () => {
    let called = false;
    const call = async () => {
      called = true;
    };
    const running = sandbox.run(makeJob('await query(1)', { signal: AbortSignal.abort(), call }));
    expect(resultOf(await sandbox.run(makeJob('return 2')))).toBe(2);
    expect([await settledIn(running), called]).toEqual(['pending', false]);
  });
});
