/** What only a file can do: be shared by processes, be locked, be broken. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';
import type { AnalystError } from '../agent/errors.ts';
import { createStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'slack-analyst-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('loses nothing when several processes create the file and write to it at once', async () => {
  const url = `file:${join(folder, 'shared.sqlite')}`;
  const writer = fileURLToPath(new URL('./fixtures/writer.ts', import.meta.url));
  const names = ['one', 'two', 'three', 'four'];
  await Promise.all(names.map((name) => promisify(execFile)(process.execPath, [writer, url, name, '250'])));
  const store = createStore(url);
  for (const name of names) expect((await store.keys(`${name}:`)).length).toBe(250);
  expect(await store.get('three:249')).toEqual({ name: 'three', i: 249 });
  await store.close();
});

it('waits for a lock without stopping the process, and reads meanwhile', async () => {
  const path = join(folder, 'locked.sqlite');
  const store = createStore(`file:${path}`);
  await store.set('key', 'before');
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  let written = false;
  const writing = store.set('key', 'after').then(() => {
    written = true;
  });
  expect(await store.get('key')).toBe('before');
  // Other work goes on, and the write is still waiting.
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  expect(written).toBe(false);
  other.exec('COMMIT');
  other.close();
  await writing;
  expect(await store.get('key')).toBe('after');
  await store.close();
});

it('gives up on a lock that stays', async () => {
  const path = join(folder, 'stuck.sqlite');
  const store = createStore(`file:${path}`);
  await store.set('key', 1);
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  let time = Date.now();
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => {
    time += 500;
    return time;
  });
  await expect(store.set('key', 2)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  clock.mockRestore();
  other.close();
  await store.close();
});

it('removes expired entries from the file', async () => {
  const path = join(folder, 'expiry.sqlite');
  const first = createStore(`file:${path}`);
  await first.set('old', 1, { ttlMs: -1 });
  await first.set('kept', 1);
  await first.close();
  const second = createStore(`file:${path}`);
  await second.set('new', 1, { ttlMs: 600_000 });
  await second.close();
  const db = new DatabaseSync(path);
  expect(db.prepare('SELECT key FROM entries ORDER BY key').all()).toEqual([{ key: 'kept' }, { key: 'new' }]);
  db.close();
});

it.each([
  ['is no database', 'rubbish.sqlite', 'file is not a database'],
  ['lies below a file', 'rubbish.sqlite/store.sqlite', 'a file is where its folder should be'],
  ['is a folder', '.', 'unable to open database file'],
])('a file that %s is unavailable, by name', async (_, name, reason) => {
  writeFileSync(
    join(folder, 'rubbish.sqlite'),
    'not a database, but long enough to look like a header. '.repeat(20),
  );
  const path = join(folder, name);
  const store = createStore(`file:${path}`);
  const error = (await store.get('key').catch((e: unknown) => e)) as AnalystError;
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(error.message).toContain(reason);
  expect(error.message).toContain(path.replace(/\/\.$/, ''));
  await store.close();
});

it('opens when the obstacle is gone', async () => {
  const path = join(folder, 'obstacle', 'store.sqlite');
  writeFileSync(join(folder, 'obstacle'), '');
  const store = createStore(`file:${path}`);
  await expect(store.get('key')).rejects.toThrow('cannot be used');
  rmSync(join(folder, 'obstacle'));
  expect(await store.get('key')).toBeNull();
  await store.close();
});
