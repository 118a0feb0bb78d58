/** Order within this process: one at a time for a key, one run for all who ask for the same thing, a pace, a drain. */

/** Runs the tasks of one key one after the other, in the order of asking. */
export class Queues {
  readonly #tails = new Map<string, Promise<unknown>>();

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const result = (this.#tails.get(key) ?? Promise.resolve()).then(task, task);
    this.#tails.set(key, result);
    const forget = () => {
      if (this.#tails.get(key) === result) this.#tails.delete(key);
    };
    result.then(forget, forget);
    return result;
  }
}

/** Several callers with one key share one run of it. */
export class SingleFlight {
  readonly #flights = new Map<string, Promise<unknown>>();

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key) as Promise<T> | undefined;
    if (flight) return flight;
    const started = task().finally(() => this.#flights.delete(key));
    this.#flights.set(key, started);
    return started;
  }
}

/** Work that nobody waits for, so that a stop can. */
export class Background {
  readonly #running = new Set<Promise<void>>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  start(task: () => Promise<void>): void {
    const running = task()
      .catch(this.#onError)
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}

/**
 * Lets so many through in a second, in the order of asking. After a quiet second that many pass at once; then
 * they come evenly, so that no burst of them holds up everything else (the "generic cell rate algorithm").
 */
export class Pace {
  readonly #everyMs: number;
  readonly #waiting = new Map<NodeJS.Timeout, (open: boolean) => void>();
  #closed = false;
  /** When the last one would have been let through without any at once. */
  #last = 0;

  constructor(perSecond: number) {
    this.#everyMs = 1_000 / perSecond;
  }

  /** False once the pace is closed: there is no time left for those who wait. */
  async turn(): Promise<boolean> {
    const now = Date.now();
    this.#last = Math.max(now, this.#last) + this.#everyMs;
    const pause = this.#last - 1_000 - now;
    if (this.#closed || pause <= 0) return !this.#closed;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        resolve(true);
      }, pause);
      this.#waiting.set(timer, resolve);
    });
  }

  close(): void {
    this.#closed = true;
    for (const [timer, resolve] of this.#waiting) {
      clearTimeout(timer);
      resolve(false);
    }
    this.#waiting.clear();
  }
}
