/**
 * What each kind of store provides, and the Store made of it: JSON, keys and errors are handled here, once,
 * so that a driver is only statements. A driver may throw anything; whoever uses the Store sees AnalystError,
 * and never a user name or a password.
 */
import { AnalystError } from '../agent/errors.ts';
import type { SetOptions, Store } from '../agent/ports.ts';
import { STORE_LIMITS } from './limits.ts';

/** Bytes by key. Entries whose time has come are never returned. Times are epoch milliseconds. */
export interface Driver {
  get(key: string): Promise<Uint8Array | null>;
  set(key: string, value: Uint8Array, expiresAt: number | null): Promise<void>;
  delete(key: string): Promise<void>;
  keys(prefix: string): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Opens the driver on first use, and again on the next use when that failed.
 * @param place where the store is, for messages: no credentials
 */
export function toStore(place: string, open: () => Promise<Driver>): Store {
  let opened: Promise<Driver> | undefined;
  let closed = false;

  async function use<T>(work: (driver: Driver) => Promise<T>): Promise<T> {
    if (closed) throw new AnalystError('unavailable', `The store ${place} has been closed.`);
    try {
      opened ??= open().catch((error) => {
        opened = undefined;
        throw error;
      });
      return await work(await opened);
    } catch (error) {
      throw unavailable(place, error);
    }
  }

  const setBytes = (key: string, value: Uint8Array, options: SetOptions = {}) => {
    checkKey(key);
    const expiresAt = options.ttlMs === undefined ? null : Date.now() + options.ttlMs;
    return use((driver) => driver.set(key, value, expiresAt));
  };
  const getBytes = (key: string) => use((driver) => driver.get(key));

  return {
    async get<T>(key: string) {
      const bytes = await getBytes(key);
      return bytes === null ? null : (parse(key, bytes) as T);
    },
    async set(key, value, options) {
      const json = JSON.stringify(value);
      if (json === undefined) throw new AnalystError('bad_input', `The value of "${key}" is not JSON.`);
      await setBytes(key, Buffer.from(json), options);
    },
    getBytes,
    async setBytes(key, value, options) {
      await setBytes(key, value, options);
    },
    delete: (key) => use((driver) => driver.delete(key)),
    keys: (prefix) => use((driver) => driver.keys(prefix)),
    async close() {
      closed = true;
      const driver = await opened?.catch(() => undefined);
      opened = undefined;
      await driver?.close();
    },
  };
}

function parse(key: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    throw new AnalystError('internal', `The entry "${key}" of the store is not JSON.`);
  }
}

function checkKey(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes > 0 && bytes <= STORE_LIMITS.keyBytes && !key.includes('\0')) return;
  throw new AnalystError(
    'bad_input',
    `A key has 1 to ${STORE_LIMITS.keyBytes} bytes and no NUL; this one has ${bytes} bytes.`,
  );
}

const REASONS = new Map(
  Object.entries({
    ECONNREFUSED: 'nothing listens there',
    ECONNRESET: 'the connection was lost',
    ENOTFOUND: 'the host is unknown',
    EAI_AGAIN: 'the host name could not be looked up',
    ETIMEDOUT: 'no answer in time',
    EACCES: 'permission denied',
    EEXIST: 'a file is where its folder should be',
    ENOTDIR: 'a file is where its folder should be',
    '3D000': 'the database does not exist',
    '57P01': 'the server is shutting down',
  }),
);
const UNAUTHORISED = new Set(['28P01', '28000', 'WRONGPASS', 'NOAUTH', 'NOPERM']);

/** The messages of drivers may quote what was sent to them, a password included: only their codes are used. */
function unavailable(place: string, error: unknown): AnalystError {
  const { code, errstr, message } = error as { code?: string; errstr?: string; message?: string };
  // Redis puts its codes first in the message, in capitals.
  const known = code ?? /^[A-Z]{4,}(?= )/.exec(message ?? '')?.[0] ?? '';
  if (UNAUTHORISED.has(known)) {
    return new AnalystError('unavailable', `The store ${place} refuses the user or the password.`, {
      hint: 'Check the user and the password in the URL of the store.',
    });
  }
  const reason = REASONS.get(known) ?? errstr ?? (known || 'no answer');
  return new AnalystError('unavailable', `The store ${place} cannot be used: ${reason}.`, {
    retryable: true,
    hint: 'Check that it runs and that its URL is right.',
  });
}
