import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { AnalystError } from '../agent/errors.ts';
import type { Task } from './fixtures/worker.ts';
import { createPool, type JobOptions, type Pool, type PoolOptions } from './pool.ts';

const pools: Pool[] = [];

function makePool(options: Partial<PoolOptions> = {}): Pool {
  const pool = createPool({
    name: 'test',
    script: new URL('./fixtures/worker.ts', import.meta.url),
    size: 1,
    rssLimitMb: 400,
    queueLimit: 10,
    ...options,
  });
  pools.push(pool);
  return pool;
}

const job = (pool: Pool, task: Task, options: Partial<JobOptions> = {}) =>
  pool.run<unknown>(task, { wallMs: 20_000, ...options });

const failure = (pool: Pool, task: Task) =>
  job(pool, task).then(
    () => expect.unreachable('the job should fail'),
    (error: AnalystError) => error,
  );

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

describe('a job', () => {
  test('answers, keeps its child, and starts nothing before it is asked', async () => {
    const pool = makePool();
    expect(pool.pids()).toEqual([]);
    const first = await job(pool, { do: 'pid' });
    expect(await job(pool, { do: 'pid' })).toBe(first);
    expect(pool.pids()).toEqual([first]);
  });

  test('carries large strings, dates and nested values unchanged', async () => {
    const value = { text: '"é\u2028'.repeat(3_000_000), deep: [{ at: new Date(0), none: null }] };
    expect(await job(makePool(), { do: 'echo', value })).toEqual(value);
  });

  test('that breaks its child ends when another one is there for the next', async () => {
    const pool = makePool({ warm: 1 });
    expect((await failure(pool, { do: 'exit' })).code).toBe('crashed');
    const turn = new Promise((resolve) => setImmediate(resolve, 'still starting'));
    expect(await Promise.race([pool.warm().then(() => 'ready'), turn])).toBe('ready');
  });

  test('sees no environment but the one it was given', async () => {
    const environment = await job(makePool({ env: { GIVEN: 'yes' } }), { do: 'environment' });
    const names = Object.keys(environment as object).filter((name) => name !== 'NODE_COMPILE_CACHE');
    expect(names.sort()).toEqual(['GIVEN', 'LANG', 'PWD', 'TZ']);
  });

  test('talks with the parent while it runs', async () => {
    const answer = job(
      makePool(),
      { do: 'ask' },
      { onMessage: (question, session) => session.send(`${question} that`) },
    );
    expect(await answer).toBe('what? that');
  });
});

describe('a failure', () => {
  test('thrown as AnalystError arrives as the same error', async () => {
    await expect(job(makePool(), { do: 'fail', message: 'Wrong.' })).rejects.toMatchObject({
      name: 'AnalystError',
      code: 'bad_input',
      message: 'Wrong.',
      hint: 'Try another.',
      retryable: false,
    });
  });

  test('that is a bug shows no path of this machine, except to the operator', async () => {
    const error = await failure(makePool(), { do: 'bug' });
    expect(error).toMatchObject({ code: 'internal', retryable: false });
    expect(error.message).not.toContain('/secret');
    expect(error.cause).toContain('/secret');
  });

  test('that is rubbish on the pipe costs its child, and the next job works', async () => {
    const pool = makePool();
    expect(await failure(pool, { do: 'rubbish' })).toMatchObject({ code: 'internal', retryable: false });
    expect(await job(pool, { do: 'echo', value: 1 })).toBe(1);
  });

  test('of the process is retryable, and the next job works', async () => {
    const pool = makePool();
    const error = await failure(pool, { do: 'exit' });
    expect(error).toMatchObject({ code: 'crashed', retryable: true });
    expect(error.message).not.toContain('/secret');
    expect(error.cause).toContain('/secret/path');
    expect(await job(pool, { do: 'echo', value: 1 })).toBe(1);
  });

  test('to start ends every waiting job, without starting again and again', async () => {
    const pool = makePool({ env: { NEVER_READY: '1' }, warm: 1 });
    await expect(pool.warm()).rejects.toMatchObject({ code: 'crashed' });
    const both = await Promise.allSettled([job(pool, { do: 'pid' }), job(pool, { do: 'pid' })]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(pool.pids()).toEqual([]);
  });
});

describe('a limit', () => {
  test('on time kills a child in an endless loop, and the next job works', async () => {
    const pool = makePool();
    await expect(job(pool, { do: 'spin' }, { wallMs: 300 })).rejects.toMatchObject({ code: 'time_limit' });
    expect(await job(pool, { do: 'echo', value: 1 })).toBe(1);
  });

  test('on time does not count while the session is paused', async () => {
    let session: { resume(): void } | undefined;
    const running = job(
      makePool(),
      { do: 'hang' },
      {
        wallMs: 50,
        onMessage: (_, given) => {
          given.pause();
          session = given;
        },
      },
    ).catch((error) => error.code);
    const pause = new Promise((resolve) => setTimeout(resolve, 400, 'still running'));
    expect(await Promise.race([running, pause])).toBe('still running');
    session?.resume();
    expect(await running).toBe('time_limit');
  });

  test.runIf(process.platform === 'linux')('on resident memory kills the child', async () => {
    const pool = makePool({ rssLimitMb: 200 });
    await expect(job(pool, { do: 'allocate' })).rejects.toMatchObject({ code: 'memory_limit' });
  });

  test.runIf(process.platform === 'linux')('on the data segment is a memory limit too', async () => {
    const pool = makePool({ rssLimitMb: 100_000, dataLimitKb: 600_000 });
    await expect(job(pool, { do: 'allocate' })).rejects.toMatchObject({ code: 'memory_limit' });
  });

  test('on waiting jobs refuses with busy', async () => {
    const pool = makePool({ queueLimit: 1 });
    const stop = new AbortController();
    const jobs = [1, 2, 3].map(() => job(pool, { do: 'hang' }, { signal: stop.signal }));
    await expect(jobs[2]).rejects.toMatchObject({ code: 'busy', retryable: true });
    stop.abort();
    for (const one of await Promise.allSettled(jobs)) expect(one.status).toBe('rejected');
  });
});

describe('the end', () => {
  test('by signal stops a running and a waiting job', async () => {
    const pool = makePool();
    const stop = new AbortController();
    const waiting = new AbortController();
    const running = job(pool, { do: 'spin' }, { signal: stop.signal, onMessage: () => stop.abort() });
    const second = job(pool, { do: 'echo', value: 2 }, { signal: waiting.signal });
    waiting.abort();
    await expect(second).rejects.toMatchObject({ code: 'stopped' });
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
    expect(await job(pool, { do: 'echo', value: 3 })).toBe(3);
    await expect(job(pool, { do: 'pid' }, { signal: stop.signal })).rejects.toMatchObject({
      code: 'stopped',
    });
  });

  test('by close ends every job and every process', async () => {
    const pool = makePool();
    let pids: number[] = [];
    const running = job(
      pool,
      { do: 'spin' },
      {
        onMessage: () => {
          pids = pool.pids();
          void pool.close();
        },
      },
    );
    const waiting = job(pool, { do: 'pid' });
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
    await expect(waiting).rejects.toMatchObject({ code: 'stopped' });
    await expect(job(pool, { do: 'pid' })).rejects.toMatchObject({ code: 'stopped' });
    await pool.close();
    expect(pids.map(isAlive)).toEqual([false]);
  });

  test.each([
    ['parent', 1],
    ["parent's process group", -1],
  ])('of the %s by kill -9 ends a child in an endless loop', async (_, sign) => {
    const script = fileURLToPath(new URL('./fixtures/doomed-parent.ts', import.meta.url));
    const parent = spawn(process.execPath, [script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const [said] = await once(parent.stdout, 'data');
    const child = Number(String(said));
    expect(isAlive(child)).toBe(true);
    process.kill(sign * (parent.pid ?? Number.NaN), 'SIGKILL');
    await expect.poll(() => isAlive(child), { timeout: 2_000, interval: 20 }).toBe(false);
  });
});

describe('the number of children', () => {
  test('grows with the work up to the size, and children above the warm ones retire', async () => {
    const pool = makePool({ size: 2, warm: 1, idleMs: 50 });
    await pool.warm();
    expect(pool.pids()).toHaveLength(1);
    const pids = await Promise.all([1, 2, 3].map(() => job(pool, { do: 'pid' })));
    expect(new Set(pids).size).toBeLessThanOrEqual(2);
    await expect.poll(() => pool.pids().length).toBe(1);
  });

  test('stays the same when a child is replaced after its share of jobs', async () => {
    const pool = makePool({ warm: 1, jobsPerChild: 2 });
    const pids = [];
    for (let i = 0; i < 4; i++) pids.push(await job(pool, { do: 'pid' }));
    expect([pids[0] === pids[1], pids[1] === pids[2], pids[2] === pids[3]]).toEqual([true, false, true]);
  });
});
