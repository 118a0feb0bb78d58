/**
 * A store in Redis, under a prefix of its own so that the server can be shared. Redis expires entries itself.
 * The connection is kept and comes back by itself; a command waits for one attempt of that, then fails.
 */
import { Redis } from 'ioredis';
import type { Driver } from './driver.ts';
import { STORE_LIMITS } from './limits.ts';

const PREFIX = 'slack-analyst:';
/** Keys that the server looks at in one step of a listing. */
const SCAN_COUNT = 1_000;
const RECONNECT_MS = { step: 100, most: 2_000 };

export async function openRedis(url: string): Promise<Driver> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: STORE_LIMITS.connectMs,
    commandTimeout: STORE_LIMITS.replyMs,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(attempt * RECONNECT_MS.step, RECONNECT_MS.most),
  });
  // A command that was given up says only that; the reason came before, as an event.
  let connectionError: unknown;
  redis.on('error', (error) => {
    connectionError = error;
  });
  redis.on('ready', () => {
    connectionError = undefined;
  });
  const ask = async <T>(command: Promise<T>): Promise<T> => {
    try {
      return await command;
    } catch (error) {
      throw connectionError ?? error;
    }
  };

  return {
    get: (key) => ask(redis.getBuffer(PREFIX + key)),
    async set(key, value, expiresAt) {
      const bytes = Buffer.from(value);
      await ask(
        expiresAt === null
          ? redis.set(PREFIX + key, bytes)
          : redis.set(PREFIX + key, bytes, 'PXAT', expiresAt),
      );
    },
    async delete(key) {
      await ask(redis.unlink(PREFIX + key));
    },
    async keys(prefix) {
      const pattern = `${(PREFIX + prefix).replaceAll(/[\\*?[\]]/g, '\\$&')}*`;
      // A listing may name a key twice while the server rehashes.
      const found = new Set<string>();
      let cursor = '0';
      do {
        const [next, keys] = await ask(redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT));
        for (const key of keys) found.add(key.slice(PREFIX.length));
        cursor = next;
      } while (cursor !== '0');
      return [...found];
    },
    async close() {
      redis.disconnect();
    },
  };
}
