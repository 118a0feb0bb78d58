/**
 * Every hostile program in real children. Asserted of each: its end, that nothing of the host is in what it says,
 * that the next program runs; of all of them, that the parent went on and that no process is left. How long the
 * parent's own thread computed at a stretch is asserted, because a loaded machine cannot change it; how long its
 * event loop stood still is printed: on a quiet machine under 50 ms.
 */
import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxOutcome } from '../agent/ports.ts';
import { errorOf, makeJob, resultOf } from './fixtures/harness.ts';
import { HOSTILE_PROGRAMS, type HostileProgram, POLLUTIONS } from './hostile-programs.ts';
import { createSandbox } from './sandbox.ts';

/** Programs that never end wait side by side for their limits; those that fill the memory must not. */
const sandbox = createSandbox({ size: 5, warm: 2 });
const bombs = createSandbox({ size: 2 });
const seenPids = new Set<number>();
const TICK_MS = 5;
const COMPUTED_MS = 200;
const longest = { stoodStill: 0, computed: 0 };
let last = performance.now();
let lastCpu = process.threadCpuUsage();
const ticker = setInterval(() => {
  const now = performance.now();
  const { user, system } = process.threadCpuUsage(lastCpu);
  longest.stoodStill = Math.max(longest.stoodStill, now - last - TICK_MS);
  longest.computed = Math.max(longest.computed, (user + system) / 1_000);
  last = now;
  lastCpu = process.threadCpuUsage();
}, TICK_MS);

beforeAll(() => sandbox.warm());

afterAll(async () => {
  clearInterval(ticker);
  await Promise.all([sandbox.close(), bombs.close()]);
  for (const pid of seenPids) expect(() => process.kill(pid, 0)).toThrow();
  const { stoodStill, computed } = longest;
  console.info(
    `the parent stood still for ${Math.round(stoodStill)} ms, computed for ${Math.round(computed)} ms at most`,
  );
  expect(computed).toBeLessThan(COMPUTED_MS);
});

const run = async (program: string, pool = sandbox) => {
  const outcome = await pool.run(makeJob(program));
  for (const pid of pool.pids()) seenPids.add(pid);
  return outcome;
};

const { username, homedir } = userInfo();
const HOST = [
  ...[
    'node_modules',
    'file:',
    'node:',
    '/src/',
    'child.ts',
    'isolate.ts',
    'PATH=',
    'NODE_',
    process.execPath,
  ],
  ...[process.cwd(), homedir, username === '' ? homedir : `/${username}/`],
];

function expectNothingOfTheHost(outcome: SandboxOutcome): void {
  const text = JSON.stringify(outcome);
  for (const word of HOST) expect(text).not.toContain(word);
}

function expectEnd(outcome: SandboxOutcome, ends: HostileProgram['ends']): void {
  if (ends === 'any') return;
  if ('value' in ends) expect(resultOf(outcome)).toEqual(ends.value);
  else {
    const error = errorOf(outcome);
    expect([ends.error].flat(), error.message).toContain(error.name);
    expect(error.message).not.toBe('');
  }
}

describe.each([...new Set(HOSTILE_PROGRAMS.map(({ group }) => group))])('a program that %s', (group) => {
  const programs = HOSTILE_PROGRAMS.filter((program) => program.group === group);
  test.each(programs)('$name', { concurrent: true, timeout: 120_000 }, async ({ program, ends }) => {
    const pool = group === 'fills the memory' ? bombs : sandbox;
    const outcome = await run(program, pool);
    expectEnd(outcome, ends);
    expectNothingOfTheHost(outcome);
    expect(resultOf(await run('const one: number = 1; return one', pool))).toBe(1);
  });
});

test.each(POLLUTIONS)('a program that changes %s reaches nothing but itself', async (_, attack) => {
  const seen: unknown[] = [];
  const job = makeJob(`${attack}\nconst given = await query('a', 1); return typeof given`, {
    call: async (tool, args) => {
      seen.push([tool, ...args]);
      return 'given';
    },
  });
  const outcome = await sandbox.run(job);
  expect(seen).toEqual([['query', 'a', 1]]);
  expectNothingOfTheHost(outcome);
  expect(resultOf(await run('return await query(1)'))).toEqual([1]);
});

describe('what tools answer', () => {
  const answered = (program: string, answer: unknown) =>
    sandbox.run(makeJob(program, { call: async () => answer }));

  test('is data, however it looks', async () => {
    const answer = JSON.parse(
      '{"__proto__":{"polluted":1},"then":1,"toJSON":"x","constructor":{"prototype":{}},"ok":false}',
    );
    const outcome = await answered(
      'const r = await query(1); return [({}).polluted, Object.keys(r).length]',
      answer,
    );
    expect(resultOf(outcome)).toEqual([null, 5]);
  });

  test.each([
    ['nothing', undefined],
    ['what JSON does not know', 1n],
    ['a value of many levels', JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)],
    ['too much', 'x'.repeat(4_000_000)],
  ])('may be %s', async (_, answer) => {
    const outcome = await answered(
      'try { return typeof await query(1) } catch (e) { return e.name }',
      answer,
    );
    expect(typeof resultOf(outcome)).toBe('string');
  });

  test('is all that one program may hold, counted over its calls', async () => {
    const program = `
      let n = 0;
      try { for (;;) { await Promise.all([query(1), query(2)]); n += 2; } } catch (e) { return [n, e.name, e.message]; }`;
    const outcome = await answered(program, 'x'.repeat(2_900_000));
    expect(resultOf(outcome)).toEqual([22, 'LimitError', expect.stringContaining('as much data')]);
  });
});

test('a lost child is an outcome, and close leaves no process', async () => {
  const own = createSandbox({ size: 1 });
  const call = async () => {
    for (const pid of own.pids()) process.kill(pid, 'SIGKILL');
    return new Promise(() => {});
  };
  expect(errorOf(await own.run(makeJob('await query(1)', { call })))).toMatchObject({ name: 'SandboxError' });
  expect(resultOf(await own.run(makeJob('return 1')))).toBe(1);
  const pids = own.pids();
  await own.close();
  expect(pids).toHaveLength(1);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
});
