/**
 * What was asked and answered in a conversation. Every exchange has a key of its own, so that two runs that
 * end at once lose nothing, and a run that is replayed writes the same entry again.
 */
import { z } from 'zod';
import type { Store } from '../agent/ports.ts';
import type { Exchange } from '../agent/question.ts';
import { keyPart, timePart } from './keys.ts';
import { STORE_LIMITS } from './limits.ts';

export interface ThreadEntry {
  runId: string;
  /** Epoch milliseconds: the order of the conversation. */
  askedAt: number;
  exchange: Exchange;
}

export interface Threads {
  /** Idempotent for the same run. Throws AnalystError `unavailable`. */
  append(thread: string, entry: ThreadEntry): Promise<void>;
  /** The last `limit` exchanges, oldest first. Throws AnalystError `unavailable`. */
  history(thread: string, limit: number): Promise<Exchange[]>;
}

const exchangeSchema: z.ZodType<Exchange> = z.object({
  question: z.string(),
  program: z.string().nullable(),
  summary: z.string(),
});

export function createThreads(store: Store): Threads {
  const prefix = (thread: string) => `thread:${keyPart(thread)}:`;
  return {
    append: (thread, { runId, askedAt, exchange }) =>
      store.set(`${prefix(thread)}${timePart(askedAt)}:${keyPart(runId)}`, exchange, {
        ttlMs: STORE_LIMITS.ttlMs.thread,
      }),

    async history(thread, limit) {
      const keys = (await store.keys(prefix(thread))).sort();
      const entries = await Promise.all(
        keys.slice(Math.max(0, keys.length - limit)).map((key) => store.get(key)),
      );
      // One that expired meanwhile, or that another version wrote, is left out: the rest still helps.
      return entries.flatMap((entry) => exchangeSchema.safeParse(entry).data ?? []);
    },
  };
}
