/**
 * What this room remembers, all in the store under `slack:`, so that any process can go on from it. A record
 * that is lost costs comfort (a progress message, a follow-up without a mention), never an answer.
 */
import type { Store } from '../agent/ports.ts';
import type { AttachedTable, Question } from '../agent/question.ts';
import type { Destination } from './destination.ts';

const DAY = 86_400_000;
const KEEP = { ttlMs: 60 * DAY };
const SHORT = { ttlMs: 2 * DAY };

export interface RunRecord {
  question: Question;
  to: Destination;
}

export interface ThreadRecord {
  /** Who asked here: their replies need no mention. */
  askers: string[];
  /** People talk among themselves: only a mention is meant for us, until the next one. */
  others: boolean;
  /** Files that came with questions of this thread. */
  tables: AttachedTable[];
}

export interface ProgressRecord {
  channel: string;
  /** Empty from before the message is opened until its place is known. */
  ts: string;
  kind: 'stream' | 'message';
  /** Titles of the tasks that had ended when it was last updated, for whoever stops the run. */
  finished?: string[];
}

/** A question that was safely taken: by the engine (with its run), or into the queue of its thread. */
export interface TakenRecord {
  runId: string | null;
}

export interface Records {
  run(runId: string): Promise<RunRecord | null>;
  saveRun(runId: string, record: RunRecord): Promise<void>;
  taken(questionId: string): Promise<TakenRecord | null>;
  saveTaken(questionId: string, record: TakenRecord): Promise<void>;
  thread(key: string): Promise<ThreadRecord | null>;
  saveThread(key: string, record: ThreadRecord): Promise<void>;
  progress(runId: string): Promise<ProgressRecord | null>;
  saveProgress(runId: string, record: ProgressRecord | null): Promise<void>;
  /** How a run ended, once it has; what is shown of it while it runs must go. */
  ended(runId: string): Promise<'answered' | 'stopped' | null>;
  saveEnded(runId: string, how: 'answered' | 'stopped'): Promise<void>;
  /** True the first time a key is seen by anybody, false ever after. */
  first(key: string): Promise<boolean>;
  forget(key: string): Promise<void>;
}

export function createRecords(store: Store): Records {
  return {
    run: (runId) => store.get(`slack:run:${runId}`),
    saveRun: (runId, record) => store.set(`slack:run:${runId}`, record, KEEP),
    taken: (id) => store.get(`slack:taken:${id}`),
    saveTaken: (id, record) => store.set(`slack:taken:${id}`, record, KEEP),
    thread: (key) => store.get(`slack:thread:${key}`),
    saveThread: (key, record) => store.set(`slack:thread:${key}`, record, KEEP),
    progress: (runId) => store.get(`slack:progress:${runId}`),
    saveProgress: (runId, record) =>
      record ? store.set(`slack:progress:${runId}`, record, SHORT) : store.delete(`slack:progress:${runId}`),
    ended: (runId) => store.get(`slack:ended:${runId}`),
    saveEnded: (runId, how) => store.set(`slack:ended:${runId}`, how, KEEP),
    async first(key) {
      if (await store.get(`slack:once:${key}`)) return false;
      await store.set(`slack:once:${key}`, true, SHORT);
      return true;
    },
    forget: (key) => store.delete(`slack:once:${key}`),
  };
}
