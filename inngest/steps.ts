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

type StepTools = Pick<GetStepTools<Inngest.Any>, 'run'>;

/** @param isStopped asked before each step: the engine itself lets the steps of a stopped run go on */
export function toSteps(step: StepTools, isStopped: () => Promise<boolean> = async () => false): Steps {
  return {
    async run<T>(id: string, name: string, fn: () => Promise<T>): Promise<T> {
      try {
        const result = await step.run({ id, name }, async () => {
          try {
            if (await isStopped()) throw new AnalystError('stopped', 'Stopped.');
            return encodeChecked(name, await fn());
          } catch (error) {
            throw toEngineError(error);
          }
        });
        return decode(result) as T;
      } catch (error) {
        throw fromEngineError(error);
      }
    },
  };
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
