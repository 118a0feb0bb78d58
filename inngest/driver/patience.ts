/**
 * Waiting: before a step is tried again, and while the record cannot be written. What has been done must not be
 * done again only because the disk was full for a while. Every wait ends, with an error, when the driver closes.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a write is tried: with the usual waits about two minutes. */
const MOST_WRITES = 10;
/** A step is never retried later than this, whatever a server asks for: people wait for the answer. */
const MOST_WAIT_MS = 10 * 60_000;
/** Wait after failed attempt n, counted from 1. */
const usualBackoffMs = (attempt: number) => Math.min(30_000, 250 * 2 ** attempt);

export class Patience {
  readonly #backoffMs: (attempt: number) => number;
  readonly #warn: (problem: string) => void;
  readonly #closed = new AbortController();

  /** @param warn told of every write that has to be tried again */
  constructor(warn: (problem: string) => void, backoffMs = usualBackoffMs) {
    this.#warn = warn;
    this.#backoffMs = backoffMs;
  }

  sleep(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#closed.signal });
  }

  beforeRetry(attempts: number, retryAfterMs: number | undefined): Promise<void> {
    return this.sleep(Math.min(retryAfterMs ?? this.#backoffMs(attempts), MOST_WAIT_MS));
  }

  async write<T>(write: () => T): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return write();
      } catch (error) {
        if (this.#closed.signal.aborted || tries >= MOST_WRITES) throw error;
        this.#warn(error instanceof Error ? error.message : String(error));
        await this.sleep(this.#backoffMs(tries));
      }
    }
  }

  close(): void {
    this.#closed.abort();
  }
}
