/**
 * The store by its URL: a file of this machine by default, a server for several machines. Nothing is opened
 * before it is used, and a client library is loaded only when its kind of store is asked for.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnalystError } from '../agent/errors.ts';
import type { Store } from '../agent/ports.ts';
import { type Driver, toStore } from './driver.ts';

const postgres = async (url: string) => (await import('./postgres.ts')).openPostgres(url);
const redis = async (url: string) => (await import('./redis.ts')).openRedis(url);
const sqlite = async (path: string) => (await import('./sqlite.ts')).openSqlite(path);

const SERVERS: Record<string, (url: string) => Promise<Driver>> = {
  'postgres:': postgres,
  'postgresql:': postgres,
  'redis:': redis,
  'rediss:': redis,
};

const EXAMPLES =
  'Use file:.data/store.sqlite, memory:, postgres://user:password@host/database or redis://host:6379.';

/**
 * @param url `file:<path>`, `memory:` (gone with the process), `postgres://…`, `redis://…` or `rediss://…`
 * @throws AnalystError bad_input, which does not repeat the URL: it may hold a password
 */
export function createStore(url: string): Store {
  if (url === 'memory:') return toStore('in memory', () => sqlite(':memory:'));
  if (url.startsWith('file:')) {
    const path = filePath(url);
    return toStore(`in ${path}`, () => sqlite(path));
  }
  const { protocol, host, pathname } = parseUrl(url);
  const open = SERVERS[protocol];
  if (!open) {
    throw new AnalystError('bad_input', 'The URL of the store has an unknown scheme.', { hint: EXAMPLES });
  }
  return toStore(`at ${protocol}//${host}${pathname}`, () => open(url));
}

/** `file:.data/x` is relative to the working directory, `file:///data/x` absolute. */
function filePath(url: string): string {
  const path = url.startsWith('file://') ? fileURLToPath(parseUrl(url)) : url.slice('file:'.length);
  if (path === '')
    throw new AnalystError('bad_input', 'The URL of the store names no file.', { hint: EXAMPLES });
  return resolve(path);
}

function parseUrl(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new AnalystError('bad_input', 'The URL of the store cannot be read.', {
      hint: `${EXAMPLES} Percent-encode special characters of a password.`,
    });
  }
}
