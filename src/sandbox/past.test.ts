import { describe, expect, test } from 'vitest';
import { makeJob, resultOf, useSandbox } from './fixtures/harness.ts';
import { createPasts, noteEnding, noteResults, noteWave } from './past.ts';

const sandbox = useSandbox(1);
const PROGRAM = `
  console.log('begins');
  const first = await query('first');
  const rest = await Promise.all([query(first), query('b')]);
  console.log('ends', Math.random());
  return rest;`;

describe('a replay of what has been run', () => {
  test('makes the same calls and ends the same, logs included', async () => {
    const calls: unknown[][] = [];
    const job = makeJob(PROGRAM, {
      call: async (_, args) => {
        calls.push(args);
        return `${args[0]}!`;
      },
    });
    const [first, second] = [await sandbox.run(job), await sandbox.run(job)];
    expect(resultOf(first)).toEqual(['first!!', 'b!']);
    expect(second).toEqual(first);
    expect(calls).toEqual([['first'], ['first!'], ['b'], ['first'], ['first!'], ['b']]);
  });

  test('is run again from where it is answered otherwise', async () => {
    const answering = (answer: string) => makeJob(PROGRAM, { seed: 7, call: async () => answer });
    expect(resultOf(await sandbox.run(answering('x')))).toEqual(['x', 'x']);
    expect(resultOf(await sandbox.run(answering('y')))).toEqual(['y', 'y']);
    expect(resultOf(await sandbox.run(answering('x')))).toEqual(['x', 'x']);
  });

  test('is not taken for another: seed, clock, tools and program count', async () => {
    const draw = makeJob('return [Math.random(), Date.now()];');
    const outcomes = [
      await sandbox.run(draw),
      await sandbox.run({ ...draw, seed: 43 }),
      await sandbox.run({ ...draw, now: 0 }),
    ].map((outcome) => JSON.stringify(resultOf(outcome)));
    expect(new Set(outcomes).size).toBe(3);
  });
});

describe('the past of a job', () => {
  const given = (...results: string[]) => results.map((text) => ({ length: 1, results: text }));

  test('ends where an answer differs', () => {
    const past = createPasts().of(makeJob('return 1;'));
    noteWave(past, [], 'first');
    noteResults(past, 0, 'x');
    noteWave(past, given('x'), 'second');
    noteResults(past, 1, 'x');
    noteEnding(past, given('x', 'x'), { text: 'D{}' });
    noteResults(past, 0, 'y');
    expect(past).toEqual({ waves: [{ text: 'first', results: 'y' }], ending: undefined });
    // Somebody who was still on the other way adds nothing to this one.
    noteWave(past, given('x'), 'second');
    noteEnding(past, given('x'), { text: 'D{}' });
    expect(past).toEqual({ waves: [{ text: 'first', results: 'y' }], ending: undefined });
  });

  test('is forgotten when it is old and there is much', () => {
    const pasts = createPasts();
    const jobs = [1, 2, 3].map((seed) => makeJob('return 1;', { seed }));
    for (const job of jobs) noteWave(pasts.of(job), [], 'x'.repeat(3_500_000));
    pasts.grew(10_500_000);
    expect(jobs.map((job) => pasts.of(job).waves.length)).toEqual([0, 1, 1]);
  });
});
