import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '../agent/ports.ts';
import type { Exchange } from '../agent/question.ts';
import { createStore } from './store.ts';
import { createThreads } from './threads.ts';

const exchange = (question: string): Exchange => ({
  question,
  program: 'return 1',
  summary: `Answer to ${question}`,
});

let store: Store;
beforeEach(() => {
  store = createStore('memory:');
});
afterEach(() => store.close());

it('keeps the order of asking, whatever ends first, and gives the last ones', async () => {
  const threads = createThreads(store);
  const times = [9_999, 100_000, 5, 1_764_000_000_000];
  await Promise.all(
    times.map((askedAt, i) =>
      threads.append('T:C:1', { runId: `run-${i}`, askedAt, exchange: exchange(`q${i}`) }),
    ),
  );
  const asked = async (limit: number) => (await threads.history('T:C:1', limit)).map((e) => e.question);
  expect(await asked(8)).toEqual(['q2', 'q0', 'q1', 'q3']);
  expect(await asked(2)).toEqual(['q1', 'q3']);
  expect(await asked(0)).toEqual([]);
  expect((await threads.history('T:C:1', 1))[0]).toEqual(exchange('q3'));
});

it('appends once for a run that is replayed', async () => {
  const threads = createThreads(store);
  for (let i = 0; i < 3; i++) {
    await threads.append('thread', { runId: 'run', askedAt: 1_000, exchange: exchange('q') });
  }
  expect(await threads.history('thread', 8)).toEqual([exchange('q')]);
});

it('loses nothing when two runs of a thread end at once', async () => {
  const threads = createThreads(store);
  await Promise.all(
    ['a', 'b'].map((runId) => threads.append('thread', { runId, askedAt: 1_000, exchange: exchange(runId) })),
  );
  expect((await threads.history('thread', 8)).map((e) => e.question)).toEqual(['a', 'b']);
});

it.each([
  ['T:C:1', 'T:C:1:2'],
  ['a', 'a:b'],
  ['weekly report', 'weekly'],
  ['ü%3A\u{1F4C8}', 'ü:\u{1F4C8}'],
  ['\ud800', '%'],
])('keeps the threads %j and %j apart', async (one, other) => {
  const threads = createThreads(store);
  await threads.append(one, { runId: 'r1', askedAt: 1, exchange: exchange('one') });
  await threads.append(other, { runId: 'r2', askedAt: 1, exchange: exchange('other') });
  expect((await threads.history(one, 8)).map((e) => e.question)).toEqual(['one']);
  expect((await threads.history(other, 8)).map((e) => e.question)).toEqual(['other']);
  expect(await threads.history('unknown', 8)).toEqual([]);
});

it('leaves out an entry that cannot be read', async () => {
  const threads = createThreads(store);
  await threads.append('thread', { runId: 'r1', askedAt: 1, exchange: exchange('one') });
  await threads.append('thread', { runId: 'r2', askedAt: 2, exchange: exchange('two') });
  const [first] = (await store.keys('thread:')).sort();
  await store.set(first as string, { question: 1 });
  expect((await threads.history('thread', 8)).map((e) => e.question)).toEqual(['two']);
});
