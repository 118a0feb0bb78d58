/**
 * Inngest's step as the core's Steps: the one cast. Errors cross as plain data, so that the core meets the
 * same AnalystError whether the step ran now or is answered from the record.
 */
import { type GetStepTools, type Inngest, NonRetriableError, RetryAfterError } from 'inngest';
import { AnalystError, type ErrorRecord } from '../src/agent/errors.ts';
import type { Steps } from '../src/agent/ports.ts';

type StepTools = Pick<GetStepTools<Inngest.Any>, 'run'>;

/** @param isStopped asked before each step: the engine itself lets the steps of a stopped run go on */
export function toSteps(step: StepTools, isStopped: () => Promise<boolean> = async () => false): Steps {
  return {
    async run<T>(id: string, name: string, fn: () => Promise<T>): Promise<T> {
      try {
        const result = await step.run({ id, name }, async () => {
          try {
            if (await isStopped()) throw new AnalystError('stopped', 'Stopped.');
            return await fn();
          } catch (error) {
            throw toEngineError(error);
          }
        });
        return result as T;
      } catch (error) {
        throw fromEngineError(error);
      }
    },
  };
}

/** Tells the engine whether and when to try again. Anything but our own error is a bug: retried, never hidden. */
function toEngineError(error: unknown): unknown {
  if (!(error instanceof AnalystError)) return error;
  const { code, message, hint, retryable, retryAfterMs } = error;
  const cause = { analystError: { code, message, ...(hint ? { hint } : {}) } };
  if (!retryable) return new NonRetriableError(message, { cause });
  if (retryAfterMs !== undefined) return new RetryAfterError(message, retryAfterMs, { cause });
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
