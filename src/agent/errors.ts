/**
 * The one error of the project. It says what went wrong in plain words, whether trying again can help, and
 * what to do about it. Whatever crosses an edge (a tool, a model, a sandbox) fails with this or with a bug.
 */
export type ErrorCode =
  | 'bad_input' // the caller's arguments are wrong: repairable by whoever wrote them
  | 'refused' // not allowed here: a statement, a function, a chart specification, a symbol
  | 'not_found' // an unknown symbol, thread, run
  | 'no_data' // the question was understood and there is nothing to show
  | 'too_large' // a limit on size: aggregate, shorten, ask for less
  | 'time_limit' // stopped by the wall clock
  | 'memory_limit' // stopped by the memory watch
  | 'crashed' // a child process died; the run did not
  | 'busy' // back-pressure: the queue is full
  | 'unavailable' // the other side cannot be reached or answers with 5xx
  | 'rate_limited' // the other side says: later (see retryAfterMs)
  | 'unauthorised' // wrong or missing key
  | 'no_answer' // the turns were used up
  | 'stopped' // somebody asked for it
  | 'internal'; // a bug of ours

export interface ErrorOptions {
  /** True when the same call may succeed later: the durable engine retries only these. */
  retryable?: boolean;
  /** What the reader (a model or a person) can do about it. */
  hint?: string;
  /** How long to wait before the next try, in milliseconds. */
  retryAfterMs?: number;
  cause?: unknown;
}

export class AnalystError extends Error {
  override readonly name = 'AnalystError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Plain data of an error, for records, reports and messages. Never holds a stack or a cause. */
export interface ErrorRecord {
  code: ErrorCode;
  message: string;
  hint?: string;
}

/** Turns anything thrown into plain data. An unknown error is a bug: its text is kept, its stack is not. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof AnalystError) {
    return { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
