import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../agent/ports.ts';
import { NO_USAGE } from '../agent/report.ts';
import { createStore } from '../store/store.ts';
import { UsageCounter } from './usage.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 0, 5, 12);
let store: Store;
let usage: UsageCounter;
beforeEach(() => {
  store = createStore('memory:');
  usage = new UsageCounter(store, {
    user: { concurrent: 2, perHour: 3, tokensPerDay: 1_000 },
    team: { concurrent: 3, perHour: 100, tokensPerDay: 10_000 },
  });
});
afterEach(() => store.close());

const spent = (tokens: number) => ({ ...NO_USAGE, inputTokens: tokens });

describe('usage', () => {
  it('counts what runs at one time, for a person and for a team', async () => {
    await usage.take('T', 'a', '1', NOON);
    await usage.take('T', 'a', '2', NOON);
    await expect(usage.take('T', 'a', '3', NOON)).rejects.toThrow('You have 2 questions running');
    await usage.take('T', 'b', '4', NOON);
    await expect(usage.take('T', 'c', '5', NOON)).rejects.toThrow('Your workspace has 3 questions running');
    expect((await usage.of('T', 'c', NOON)).questionsLastHour).toBe(0);
    await usage.end('T', 'a', '1', spent(10), NOON);
    await usage.take('T', 'c', '5', NOON);
  });

  it('counts an hour, and gives back what never ran', async () => {
    for (const [i, at] of [0, 10, 20].entries()) {
      await usage.take('T', 'a', String(i), NOON + at * 60_000);
      await usage.end('T', 'a', String(i), null, NOON);
    }
    await expect(usage.take('T', 'a', 'x', NOON + HOUR / 2)).rejects.toMatchObject({
      hint: 'Ask again in 30 minutes.',
    });
    await usage.take('T', 'a', 'x', NOON + HOUR + 1);
    await usage.giveBack('T', 'a', 'x', NOON + HOUR + 1);
    expect((await usage.of('T', 'a', NOON + HOUR + 1)).questionsLastHour).toBe(2);
  });

  it('counts the tokens of a day once, and starts anew at midnight UTC', async () => {
    await usage.take('T', 'a', '1', NOON);
    await usage.end('T', 'a', '1', spent(1_000), NOON);
    await usage.end('T', 'a', '1', spent(1_000), NOON);
    expect((await usage.of('T', 'a', NOON)).tokensToday).toBe(1_000);
    await expect(usage.take('T', 'a', '2', NOON + 1)).rejects.toThrow("used up the model's allowance");
    await usage.take('T', 'a', '2', NOON + 12 * HOUR);
  });

  it('counts a question once, however many ask for it at one time, and forgets a run that never ended', async () => {
    await Promise.all(Array.from({ length: 5 }, () => usage.take('T', 'a', 'same', NOON)));
    expect((await usage.of('T', 'a', NOON)).questionsLastHour).toBe(1);
    await usage.take('T', 'a', 'other', NOON);
    await usage.take('T', 'a', 'later', NOON + HOUR / 2 + 1);
  });
});
