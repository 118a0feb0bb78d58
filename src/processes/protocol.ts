/**
 * What a pool and its children say to each other.
 */
import type { ErrorCode } from '../agent/errors.ts';

export type ToChild = { kind: 'job'; job: unknown } | { kind: 'message'; message: unknown };

export type FromChild =
  | { kind: 'ready' }
  | { kind: 'message'; message: unknown }
  | { kind: 'done'; value: unknown }
  | { kind: 'failed'; error: FailureRecord }
  /** A bug in the handler: `detail` is for the operator only, it may name files of this machine. */
  | { kind: 'broken'; detail: string };

/** An AnalystError as plain data. */
interface FailureRecord {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  hint?: string;
  retryAfterMs?: number;
}
