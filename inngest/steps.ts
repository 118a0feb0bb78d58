/**
 * Inngest's step as the core's Steps: the one cast. Results and errors cross as plain data that no server changes,
 * so that the core meets the same value, or the same AnalystError, whether the step ran now or is answered from
 * the record.
 */
import { type GetStepTools, type Inngest, NonRetriableError, RetryAfterError } from 'inngest';
import { AnalystError, type ErrorRecord } from '../src/agent/errors.ts';
import { LIMITS } from '../src/agent/limits.ts';
import type { Steps } from '../src/agent/ports.ts';
import { decode, encode } from './ordered.ts';

export type StepTools = Pick<GetStepTools<Inngest.Any>, 'run'>;

/** Work that was begun before its step had its turn, by run and step: another attempt at the run takes it over. */
const ahead = new Map<string, { working: Promise<unknown>; forgetting: NodeJS.Timeout }>();

export interface StepsOptions {
  runId: string;
  /** Asked before each step: the engine itself lets the steps of a stopped run go on. */
  isStopped?(): Promise<boolean>;
}

/**
 * Steps asked for at once do their work at once, but are recorded one after the other, in the order in which they
 * were asked for. Side by side, each of them would cost the engine a request of its own, and each request a replay.
 * A step is recorded only after all before it are: so when one has to be worked on, those behind it have no record
 * yet, and their work can begin too.
 */
export function toSteps(step: StepTools, { runId, isStopped = async () => false }: StepsOptions): Steps {
  const waiting = new Map<string, () => void>();
  let recorded: Promise<unknown> = Promise.resolve();
  let isWorking = false;

  async function work(key: string, begin: () => Promise<unknown>): Promise<unknown> {
    isWorking = true;
    waiting.delete(key);
    const own = begin();
    for (const beginAhead of waiting.values()) beginAhead();
    try {
      return await own;
    } finally {
      isWorking = false;
      clearTimeout(ahead.get(key)?.forgetting);
      ahead.delete(key);
    }
  }

  return {
    async run<T>(id: string, name: string, fn: () => Promise<T>): Promise<T> {
      const key = `${runId}:${id}`;
      const begin = () => ahead.get(key)?.working ?? unlessStopped(isStopped, fn);
      const beginAhead = () => {
        if (ahead.has(key)) return;
        const working = begin();
        // Its failure is learnt when it has its turn; if that never comes, it is forgotten.
        working.catch(() => {});
        ahead.set(key, {
          working,
          forgetting: setTimeout(() => ahead.delete(key), LIMITS.retryAfterMs).unref(),
        });
      };
      waiting.set(key, beginAhead);
      if (isWorking) beginAhead();
      const own = recorded.then(() => {
        return step.run({ id, name }, async () => {
          try {
            return encodeChecked(name, await work(key, begin));
          } catch (error) {
            throw toEngineError(error);
          }
        });
      });
      recorded = own.catch(() => {}).finally(() => waiting.delete(key));
      try {
        return decode(await own) as T;
      } catch (error) {
        throw fromEngineError(error);
      }
    },
  };
}

async function unlessStopped<T>(isStopped: () => Promise<boolean>, fn: () => Promise<T>): Promise<T> {
  if (await isStopped()) throw new AnalystError('stopped', 'Stopped.');
  return fn();
}

/** @throws AnalystError too_large: the engine would fail the whole run, which nobody could catch */
function encodeChecked(name: string, result: unknown): unknown {
  const encoded = encode(result);
  const bytes = storedBytes(JSON.stringify(encoded));
  if (bytes <= LIMITS.stepBytes) return encoded;
  throw new AnalystError(
    'too_large',
    `The result of ${name} is too large: ${bytes} bytes of at most ${LIMITS.stepBytes}.`,
    { hint: 'Ask for less: a shorter period, a coarser interval, or aggregate in SQL.' },
  );
}

/** As the server keeps JSON: it writes each <, > and & as six characters. */
function storedBytes(json: string): number {
  let bytes = Buffer.byteLength(json);
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === 0x3c || code === 0x3e || code === 0x26) bytes += 5;
  }
  return bytes;
}

/** Tells the engine whether and when to try again. Anything but our own error is a bug: retried, never hidden. */
function toEngineError(error: unknown): unknown {
  if (!(error instanceof AnalystError)) return error;
  const { code, message, hint, retryable, retryAfterMs } = error;
  const cause = { analystError: { code, message, ...(hint ? { hint } : {}) } };
  if (!retryable) return new NonRetriableError(message, { cause });
  if (retryAfterMs !== undefined) {
    return new RetryAfterError(message, Math.min(retryAfterMs, LIMITS.retryAfterMs), { cause });
  }
  return new Error(message, { cause });
}

function fromEngineError(error: unknown): unknown {
  const record = readRecord(error);
  return record ? new AnalystError(record.code, record.message, { hint: record.hint, cause: error }) : error;
}

function readRecord(error: unknown): ErrorRecord | undefined {
  if (!(error instanceof Error) || typeof error.cause !== 'object' || error.cause === null) return undefined;
  return (error.cause as { analystError?: ErrorRecord }).analystError;
}
