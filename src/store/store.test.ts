/**
 * One contract, every kind of store. The servers are the ones that TEST_POSTGRES_URL and TEST_REDIS_URL name;
 * where one is missing its part is skipped and the skip says so.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AnalystError } from '../agent/errors.ts';
import type { Store } from '../agent/ports.ts';
import { createStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'slack-analyst-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Generous: the machine may be busy. */
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000 });

const KINDS: [name: string, url: string | undefined][] = [
  ['memory', 'memory:'],
  ['SQLite file', `file:${join(folder, 'new folder', 'store.sqlite')}`],
  ['PostgreSQL (TEST_POSTGRES_URL)', process.env.TEST_POSTGRES_URL],
  ['Redis (TEST_REDIS_URL)', process.env.TEST_REDIS_URL],
];

for (const [name, url] of KINDS) {
  if (url === undefined) {
    console.warn(`SKIPPED: the store contract over ${name}, because that variable is not set.`);
    describe.skip(name, () => {
      it('no server', () => {});
    });
  } else {
    describe(name, () => contract(url));
  }
}

function contract(url: string): void {
  const base = `test:${randomUUID()}:`;
  let store: Store;

  beforeAll(() => {
    store = createStore(url);
  });
  afterAll(async () => {
    for (const key of await store.keys(base)) await store.delete(key);
    await store.close();
  });

  it.each([
    { a: [1, 'zwei', null, { deep: true }] },
    [],
    '123',
    '',
    0,
    -1.5e-300,
    false,
    'Ünï\u{1F4C8}\u0000code',
  ])('keeps the JSON value %j', async (value) => {
    await store.set(`${base}json`, value);
    expect(await store.get(`${base}json`)).toEqual(value);
  });

  it('answers null for what it does not have', async () => {
    expect(await store.get(`${base}missing`)).toBeNull();
    expect(await store.getBytes(`${base}missing`)).toBeNull();
  });

  it.each([
    ['none', new Uint8Array(0)],
    ['every one', Uint8Array.from({ length: 256 }, (_, i) => i)],
    ['4 million', new Uint8Array(4_000_000).fill(0xf7)],
  ])('keeps bytes: %s', async (_, bytes) => {
    await store.setBytes(`${base}bytes`, bytes);
    const kept = await store.getBytes(`${base}bytes`);
    expect(kept).toBeInstanceOf(Uint8Array);
    expect(Buffer.compare(kept as Uint8Array, bytes)).toBe(0);
  });

  it('replaces a value together with its time to live', async () => {
    await store.set(`${base}replaced`, 'first', { ttlMs: 30 });
    await store.set(`${base}replaced`, 'second');
    await store.set(`${base}witness`, 'gone', { ttlMs: 30 });
    await eventually(async () => expect(await store.get(`${base}witness`)).toBeNull());
    expect(await store.get(`${base}replaced`)).toBe('second');
  });

  it('drops an entry when its time has come, and lists it no more', async () => {
    await store.set(`${base}ttl:short`, 1, { ttlMs: 30 });
    await store.set(`${base}ttl:long`, 2, { ttlMs: 600_000 });
    await eventually(async () => expect(await store.get(`${base}ttl:short`)).toBeNull());
    expect(await store.keys(`${base}ttl:`)).toEqual([`${base}ttl:long`]);
    expect(await store.get(`${base}ttl:long`)).toBe(2);
  });

  it('deletes, also what is not there', async () => {
    await store.set(`${base}deleted`, 1);
    await store.delete(`${base}deleted`);
    await store.delete(`${base}deleted`);
    expect(await store.get(`${base}deleted`)).toBeNull();
  });

  it('takes a prefix literally', async () => {
    const names = ['p*:a', 'p?:a', 'p[x]:a', 'p%:a', 'p_:a', 'p\\:a', 'px:a', 'p:\u{1F4C8}', 'q:a'];
    for (const name of names) await store.set(base + name, name);
    for (const name of names) {
      const prefix = base + name.slice(0, -1);
      expect(await store.keys(name.endsWith('a') ? prefix : base + name)).toEqual([base + name]);
    }
    expect((await store.keys(`${base}p`)).length).toBe(8);
    expect(await store.keys(`${base}none`)).toEqual([]);
  });

  it('takes many writes at once and lists them all', async () => {
    const keys = Array.from({ length: 2_500 }, (_, i) => `${base}many:${i}`);
    await Promise.all(keys.map((key, i) => store.set(key, i)));
    expect((await store.keys(`${base}many:`)).sort()).toEqual(keys.sort());
    expect(await store.get(`${base}many:2499`)).toBe(2499);
  });

  it('refuses keys that not every kind of store can hold, and values that are not JSON', async () => {
    for (const key of ['', 'a\0b', 'x'.repeat(1_001)]) {
      await expect(async () => store.set(key, 1)).rejects.toThrow(
        expect.objectContaining({ code: 'bad_input' }),
      );
    }
    await store.set(`${base}${'x'.repeat(1_000 - base.length)}`, 1);
    await expect(store.set(`${base}none`, undefined)).rejects.toThrow('is not JSON');
  });

  it('says so when bytes are read as JSON', async () => {
    await store.setBytes(`${base}half`, Buffer.from('{"half":'));
    await expect(store.get(`${base}half`)).rejects.toThrow('is not JSON');
  });

  it('is unavailable once closed', async () => {
    const other = createStore(url);
    await other.set(`${base}other`, 'from another connection');
    if (url !== 'memory:') expect(await store.get(`${base}other`)).toBe('from another connection');
    await other.close();
    await other.close();
    await expect(other.get(`${base}other`)).rejects.toThrow(expect.objectContaining({ code: 'unavailable' }));
  });
}

describe('a URL that cannot be used', () => {
  it.each([
    ['store.sqlite', 'cannot be read'],
    ['mysql://bob:s3cret@host/db', 'unknown scheme'],
    ['postgres://bob:s3c ret@ho st/db', 'cannot be read'],
    ['file:', 'names no file'],
  ])('%s is bad input', (url, message) => {
    expect(() => createStore(url)).toThrow(expect.objectContaining({ code: 'bad_input' }));
    expect(() => createStore(url)).toThrow(message);
    expect(() => createStore(url)).not.toThrow(/bob|s3c/);
  });

  it.each([
    'postgres://bob:s3cret@127.0.0.1:1/db?sslmode=disable&x=s3cret',
    'redis://bob:s3cret@127.0.0.1:1/0',
  ])('%s is unavailable, without its user and password', async (url) => {
    const store = createStore(url);
    const error = (await store.get('key').catch((e: unknown) => e)) as AnalystError;
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(error.message).toContain('127.0.0.1:1');
    expect(error.message).toContain('nothing listens there');
    expect(JSON.stringify([error.message, error.hint, error.cause])).not.toMatch(/bob|s3cret/);
    await store.close();
  });
});

describe.each(KINDS.filter(([, url]) => url?.includes('://')))('%s', (_, url = '') => {
  it('refuses a wrong password without naming it', async () => {
    const wrong = new URL(url);
    wrong.username = 'bob';
    wrong.password = 's3cret';
    const store = createStore(wrong.href);
    const error = (await store.get('key').catch((e: unknown) => e)) as AnalystError;
    expect(error).toMatchObject({ code: 'unavailable', retryable: false });
    expect(error.message).toContain('refuses the user or the password');
    expect(JSON.stringify([error.message, error.hint, error.cause])).not.toMatch(/bob|s3cret/);
    await store.close();
  });

  it('works again after every connection was cut', async () => {
    const store = createStore(url);
    await store.set('test:cut', 'kept');
    await cutConnections(url);
    // A call that was under way may fail; none may hang, and the process stays.
    await eventually(async () => expect(await store.get('test:cut')).toBe('kept'));
    await store.delete('test:cut');
    await store.close();
  });
});

async function cutConnections(url: string): Promise<void> {
  if (url.startsWith('redis')) {
    const redis = new Redis(url);
    await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    redis.disconnect();
    return;
  }
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'slack-analyst'`,
  );
  await client.end();
}
