/**
 * A store in one SQLite file, or in memory, through node:sqlite: nothing to install, and several processes
 * may use the same file at once (write-ahead log). Statements are synchronous, so that waiting for another
 * process's lock must not happen inside one: the event loop would stand still.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver } from './driver.ts';
import { STORE_LIMITS } from './limits.ts';

const BUSY = 5;
const RETRY_MS = 10;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER);
  CREATE INDEX IF NOT EXISTS entries_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;`;

/** @param path a file, whose folder is created, or ":memory:" */
export async function openSqlite(path: string): Promise<Driver> {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    // NORMAL: a power cut may lose the last entries, a crash of the process loses none, the file stays whole.
    await whenFree(() => db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`));
  } catch (error) {
    db.close();
    throw error;
  }
  const alive = '(expires_at IS NULL OR expires_at > ?)';
  const select = db.prepare(`SELECT value FROM entries WHERE key = ? AND ${alive}`);
  const upsert = db.prepare(
    `INSERT INTO entries (key, value, expires_at) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
  );
  const remove = db.prepare('DELETE FROM entries WHERE key = ?');
  const list = db.prepare(`SELECT key FROM entries WHERE key >= ? AND key < ? AND ${alive}`);
  const expire = db.prepare(
    `DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE expires_at <= ? LIMIT ${STORE_LIMITS.expiryBatch})`,
  );
  let nextExpiry = 0;

  return {
    async get(key) {
      const row = await whenFree(() => select.get(key, Date.now()));
      return row ? (row.value as Uint8Array) : null;
    },
    async set(key, value, expiresAt) {
      await whenFree(() => upsert.run(key, value, expiresAt));
      const now = Date.now();
      if (now < nextExpiry) return;
      nextExpiry = now + STORE_LIMITS.expiryMs;
      await whenFree(() => expire.run(now));
    },
    async delete(key) {
      await whenFree(() => remove.run(key));
    },
    async keys(prefix) {
      // The highest code point ends the range of everything that starts with the prefix.
      const rows = await whenFree(() => list.all(prefix, `${prefix}\u{10FFFF}`, Date.now()));
      return rows.map((row) => row.key as string);
    },
    async close() {
      db.close();
    },
  };
}

async function whenFree<T>(statement: () => T): Promise<T> {
  const deadline = Date.now() + STORE_LIMITS.lockMs;
  for (;;) {
    try {
      return statement();
    } catch (error) {
      const busy = (((error as { errcode?: number }).errcode ?? 0) & 0xff) === BUSY;
      if (!busy || Date.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}
