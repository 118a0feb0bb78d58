/**
 * Failures on demand, per method and counted. `lost` is the one that tells an idempotent app from the
 * others: the work is done and the connection breaks before the answer.
 */
type FaultKind =
  /** HTTP 429 with Retry-After. */
  | '429'
  /** HTTP 500. */
  | '500'
  /** The request is never answered: the client has to give up by itself. */
  | 'timeout'
  /** `{ok: false, error}`, and no work done. */
  | 'error'
  /** The connection breaks before any work. */
  | 'drop'
  /** The work is done, the answer is lost. */
  | 'lost';

export interface Fault {
  kind: FaultKind;
  /** How many requests it meets. Default 1. */
  times?: number;
  /** For `error`: Slack's name of it. Default `internal_error`. */
  error?: string;
  /** For `error`: the lines that explain it. */
  messages?: string[];
  /** For `429`: seconds. Default 1. */
  retryAfter?: number;
}

export class Faults {
  readonly #waiting: { method: string; fault: Fault; left: number }[] = [];

  /** `method` is a Web API method, `upload`, `download`, `response_url`, or `*` for all of them. */
  add(method: string, fault: Fault): void {
    this.#waiting.push({ method, fault, left: fault.times ?? 1 });
  }

  /** Whether a fault still waits for its request. */
  has(method: string): boolean {
    return this.#waiting.some((entry) => entry.method === method);
  }

  take(method: string): Fault | null {
    const index = this.#waiting.findIndex((entry) => entry.method === method || entry.method === '*');
    const entry = this.#waiting[index];
    if (!entry) return null;
    entry.left -= 1;
    if (entry.left <= 0) this.#waiting.splice(index, 1);
    return entry.fault;
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}
