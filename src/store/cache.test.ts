import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnalystError } from '../agent/errors.ts';
import type { Store } from '../agent/ports.ts';
import { type CacheLimits, createCache } from './cache.ts';
import { createStore } from './store.ts';

const LIMITS: CacheLimits = {
  entryBytes: 10_000,
  totalBytes: 100_000,
  ageMs: 600_000,
  waitMs: 10_000,
  pauseMs: 600_000,
};
const rows = [{ ticker: 'AAPL', close: 129.61 }];
const never = () => new Promise<never>(() => {});

/** Generous: the machine may be busy. */
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000 });

let store: Store;
beforeEach(() => {
  store = createStore('memory:');
});
afterEach(() => store.close());

describe('a result', () => {
  it('is computed once and then answered, to any cache over the same store', async () => {
    const compute = vi.fn(async () => rows);
    const cache = createCache(store, LIMITS);
    expect(await cache.through('key', compute)).toEqual({ value: rows, hit: false });
    expect(await cache.through('key', compute)).toEqual({ value: rows, hit: true });
    expect(await createCache(store, LIMITS).through('key', compute)).toEqual({ value: rows, hit: true });
    expect(await cache.through('other', compute)).toEqual({ value: rows, hit: false });
    expect(compute).toHaveBeenCalledTimes(2);
  });

  it.each([[null], [0], [''], [false], [[]]])('may be %j', async (value) => {
    const cache = createCache(store, LIMITS);
    await cache.through('key', async () => value);
    expect(await cache.through('key', never)).toEqual({ value, hit: true });
  });

  it('that is no JSON is handed on and not kept', async () => {
    const cache = createCache(store, LIMITS);
    expect(await cache.through('key', async () => undefined)).toEqual({ value: undefined, hit: false });
    expect(await store.keys('')).toEqual([]);
  });

  it('is dropped when it is too old', async () => {
    const cache = createCache(store, { ...LIMITS, ageMs: -1 });
    await cache.through('key', async () => 1);
    expect(await cache.through('key', async () => 2)).toEqual({ value: 2, hit: false });
  });
});

describe('asked by many at once', () => {
  it('is computed once, and each gets a copy of its own', async () => {
    const cache = createCache(store, LIMITS);
    const gate = Promise.withResolvers<void>();
    const compute = vi.fn(async () => {
      await gate.promise;
      return structuredClone(rows);
    });
    const asked = Array.from({ length: 20 }, () => cache.through('key', compute));
    gate.resolve();
    const answers = await Promise.all(asked);
    expect(compute).toHaveBeenCalledTimes(1);
    expect(answers.filter(({ hit }) => !hit).length).toBe(1);
    expect(new Set(answers.map(({ value }) => value)).size).toBe(20);
    for (const { value } of answers) expect(value).toEqual(rows);
  });

  it('fails for all of them, and is computed again for the next', async () => {
    const cache = createCache(store, LIMITS);
    const fail = async () => {
      throw new AnalystError('refused', 'Only SELECT.');
    };
    const both = await Promise.allSettled([cache.through('key', fail), cache.through('key', fail)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.through('key', async () => 1)).toEqual({ value: 1, hit: false });
  });
});

describe('a damaged entry is a miss and is replaced', () => {
  const damage: [string, (entry: Uint8Array) => Uint8Array][] = [
    ['half-written', (entry) => entry.slice(0, entry.length / 2)],
    ['empty', () => new Uint8Array(0)],
    ['with one bit changed in its text', (entry) => entry.map((byte, i) => (i === 40 ? byte ^ 1 : byte))],
    ['with one bit changed in its checksum', (entry) => entry.map((byte, i) => (i === 3 ? byte ^ 1 : byte))],
    ['with bytes added', (entry) => Buffer.concat([entry, Buffer.from('x')])],
    ['of another kind', () => Buffer.from('{"value":1}')],
  ];
  it.each(damage)('%s', async (_, harm) => {
    const cache = createCache(store, LIMITS);
    await cache.through('key', async () => rows);
    const entry = (await store.getBytes('cache:key')) as Uint8Array;
    await store.setBytes('cache:key', harm(Uint8Array.from(entry)));
    expect(await cache.through('key', async () => 'new')).toEqual({ value: 'new', hit: false });
    expect(await cache.through('key', never)).toEqual({ value: 'new', hit: true });
  });
});

describe('limits', () => {
  const text = (bytes: number) => 'x'.repeat(bytes);
  const entries = async () => (await store.keys('cache:')).sort();

  it('a result over the size of an entry is handed on and not kept', async () => {
    const cache = createCache(store, LIMITS);
    await cache.through('large', async () => text(10_001));
    await cache.through('small', async () => text(9_000));
    expect(await entries()).toEqual(['cache:small']);
  });

  it('the oldest results go when the total is reached, their names too', async () => {
    const cache = createCache(store, LIMITS);
    const clock = vi.spyOn(Date, 'now');
    const start = Date.now();
    for (let i = 0; i < 40; i++) {
      clock.mockReturnValue(start + i * 1_000);
      await cache.through(`a:${i}`, async () => text(8_000));
    }
    clock.mockRestore();
    // Sweeps run beside the answers; up to a tenth of the total (here one entry) is written between two.
    await eventually(async () => expect((await entries()).length).toBeLessThanOrEqual(13));
    const kept = await entries();
    expect(kept.length).toBeGreaterThanOrEqual(12);
    for (let i = 29; i < 40; i++) expect(kept).toContain(`cache:a:${i}`);
    expect(kept).not.toContain('cache:a:0');
    await eventually(async () => expect((await store.keys('cache-index:')).length).toBe(kept.length));
  });

  it('a new cache sweeps at its first write what others left behind', async () => {
    await createCache(store, { ...LIMITS, totalBytes: 1e9 }).through('old', async () => text(9_000));
    await createCache(store, { ...LIMITS, totalBytes: 1e9 }).through('older', async () => text(9_000));
    await createCache(store, { ...LIMITS, totalBytes: 10_000 }).through('new', async () => text(9_000));
    await eventually(async () => expect((await entries()).length).toBe(1));
  });

  it('an entry written twice counts once and outlives its first name', async () => {
    const cache = createCache(store, { ...LIMITS, totalBytes: 1e6 });
    const clock = vi.spyOn(Date, 'now');
    const start = Date.now();
    for (const [i, key] of ['oldest', 'twice', 'twice'].entries()) {
      clock.mockReturnValue(start + i);
      await store.delete(`cache:${key}`);
      await cache.through(key, async () => text(9_000));
    }
    clock.mockRestore();
    expect((await store.keys('cache-index:')).length).toBe(3);
    // Room for three: the first name of "twice" must not push out the oldest.
    await createCache(store, { ...LIMITS, totalBytes: 30_000 }).through('new', async () => text(9_000));
    // The memory store answers in microtasks: after this turn the sweep has ended.
    await new Promise(setImmediate);
    expect((await store.keys('cache-index:')).length).toBe(3);
    expect(await entries()).toEqual(['cache:new', 'cache:oldest', 'cache:twice']);
  });
});

describe('a store that', () => {
  it('fails costs no answer, and is then left alone for a while', async () => {
    const getBytes = vi.fn(async () => {
      throw new AnalystError('unavailable', 'gone');
    });
    const cache = createCache({ ...store, getBytes }, LIMITS);
    expect(await cache.through('key', async () => 1)).toEqual({ value: 1, hit: false });
    expect(await cache.through('key', async () => 2)).toEqual({ value: 2, hit: false });
    expect(getBytes).toHaveBeenCalledTimes(1);
  });

  it('never answers stalls no answer', async () => {
    const cache = createCache({ ...store, getBytes: never, setBytes: never }, { ...LIMITS, waitMs: 5 });
    expect(await cache.through('key', async () => rows)).toEqual({ value: rows, hit: false });
  });

  it('never finishes writing stalls no answer', async () => {
    const cache = createCache({ ...store, setBytes: never }, { ...LIMITS, waitMs: 5, pauseMs: 0 });
    expect(await cache.through('key', async () => rows)).toEqual({ value: rows, hit: false });
  });

  it('fails late harms nobody', async () => {
    const late = Promise.withResolvers<null>();
    const cache = createCache(
      { ...store, getBytes: () => late.promise },
      { ...LIMITS, waitMs: 5, pauseMs: 0 },
    );
    expect(await cache.through('key', async () => 1)).toEqual({ value: 1, hit: false });
    late.reject(new Error('too late'));
    expect(await cache.through('key', async () => 2)).toEqual({ value: 2, hit: false });
  });

  it('recovers is used again', async () => {
    let broken = true;
    const getBytes = (key: string) => (broken ? Promise.reject(new Error('gone')) : store.getBytes(key));
    const cache = createCache({ ...store, getBytes }, { ...LIMITS, pauseMs: 0 });
    await cache.through('key', async () => 1);
    broken = false;
    expect(await cache.through('key', never)).toEqual({ value: 1, hit: true });
  });
});
