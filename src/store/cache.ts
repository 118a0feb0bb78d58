/**
 * Results by content: the key names everything that the result depends on. The cache must never cost an
 * answer: a store that fails, is slow or holds a damaged entry is a miss, and one that was slow is left alone
 * for a while.
 *
 * An entry is `cache:<key>`: the SHA-256 of the JSON text, then the text. Beside it stands an empty
 * `cache-index:<time>:<bytes>:<key>`, so that age and size of everything are known from a list of names.
 */
import { createHash } from 'node:crypto';
import type { Cache, Store } from '../agent/ports.ts';
import { timePart } from './keys.ts';
import { STORE_LIMITS } from './limits.ts';

export type CacheLimits = Record<keyof typeof STORE_LIMITS.cache, number>;

const ENTRY = 'cache:';
const INDEX = 'cache-index:';
const HASH_BYTES = 32;
/** The part of the total that may be written between two sweeps. */
const SWEEP_PART = 0.1;

export function createCache(store: Store, limits: CacheLimits = STORE_LIMITS.cache): Cache {
  const inFlight = new Map<string, Promise<unknown>>();
  let pausedUntil = 0;
  // The first write sweeps: a process of short life would otherwise never do its part.
  let unswept = Number.POSITIVE_INFINITY;

  /** The result of `work`, or null when the store fails, is too slow, or is being left alone. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
    if (Date.now() < pausedUntil) return null;
    const pause = () => {
      pausedUntil = Date.now() + limits.pauseMs;
      return null;
    };
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(pause()), limits.waitMs);
    });
    try {
      return await Promise.race([work().catch(pause), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function write(key: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    if (text === undefined) return;
    const entry = seal(text);
    if (entry.length > limits.entryBytes) return;
    const options = { ttlMs: limits.ageMs };
    const name = `${INDEX}${timePart(Date.now())}:${entry.length}:${key}`;
    await attempt(async () => {
      // The name first: an entry that no sweep can find must not exist, a name without entry does no harm.
      await store.setBytes(name, new Uint8Array(0), options);
      await store.setBytes(ENTRY + key, entry, options);
    });
    unswept += entry.length;
    if (unswept < limits.totalBytes * SWEEP_PART) return;
    unswept = 0;
    void sweep(store, limits.totalBytes).catch(() => {});
  }

  return {
    async through<T>(key: string, compute: () => Promise<T>) {
      const running = inFlight.get(key);
      // A copy: whoever asked first may change what it got.
      if (running) return { value: structuredClone(await running) as T, hit: true };
      let hit = false;
      const answer = (async () => {
        const found = unseal(await attempt(() => store.getBytes(ENTRY + key)));
        if (found) {
          hit = true;
          return found.value as T;
        }
        const value = await compute();
        await write(key, value);
        return value;
      })();
      inFlight.set(key, answer);
      try {
        return { value: await answer, hit };
      } finally {
        inFlight.delete(key);
      }
    },
  };
}

const digest = (text: string | Uint8Array) => createHash('sha256').update(text).digest();

const seal = (text: string): Uint8Array => Buffer.concat([digest(text), Buffer.from(text)]);

/** Null when there is no entry, or when it is not exactly what was written. */
function unseal(entry: Uint8Array | null): { value: unknown } | null {
  // A store gives back what is there, and somebody else may have written text.
  if (!(entry instanceof Uint8Array)) return null;
  const text = entry.subarray(HASH_BYTES);
  if (!digest(text).equals(entry.subarray(0, HASH_BYTES))) return null;
  return { value: JSON.parse(Buffer.from(text).toString()) };
}

/** Deletes the oldest results until the rest fits. Reads names only. */
async function sweep(store: Store, totalBytes: number): Promise<void> {
  const newestFirst = (await store.keys(INDEX)).sort().reverse();
  const seen = new Set<string>();
  let total = 0;
  for (const name of newestFirst) {
    const [, bytes, ...rest] = name.slice(INDEX.length).split(':');
    const key = rest.join(':');
    const replaced = seen.has(key);
    seen.add(key);
    if (!replaced) total += Number(bytes);
    if (replaced || total > totalBytes) await store.delete(name);
    if (!replaced && total > totalBytes) await store.delete(ENTRY + key);
  }
}
