/**
 * What every process needs to know of a run: which one answers a question, and whether somebody stopped it.
 * A store that does not answer must not hold up a run: it then counts as not stopped.
 */
import type { Store } from '../agent/ports.ts';
import { keyPart } from './keys.ts';
import { STORE_LIMITS } from './limits.ts';

export interface Runs {
  started(questionId: string, runId: string): Promise<void>;
  runOf(questionId: string): Promise<string | null>;
  stop(runId: string): Promise<void>;
  /** Never fails. */
  isStopped(runId: string): Promise<boolean>;
}

export function createRuns(store: Store): Runs {
  const ttl = { ttlMs: STORE_LIMITS.ttlMs.run };
  return {
    started: (questionId, runId) => store.set(`run-of:${keyPart(questionId)}`, runId, ttl),
    runOf: (questionId) => store.get<string>(`run-of:${keyPart(questionId)}`),
    stop: (runId) => store.set(`stopped:${keyPart(runId)}`, true, ttl),
    isStopped: (runId) =>
      store.get<boolean>(`stopped:${keyPart(runId)}`).then(
        (stopped) => stopped === true,
        () => false,
      ),
  };
}
