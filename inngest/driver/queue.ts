/**
 * Inngest's concurrency limits in this process: so many at once over all, and so many for each value of a
 * key. Runs start in the order they came, past those whose key is at its limit, so that one person's many
 * questions do not hold up another's one.
 */

export interface ConcurrencyLimit {
  limit: number;
  /** Path into the run, e.g. `event.data.question.user`; absent: over all runs. */
  key?: string;
}

interface Waiting {
  keys: string[];
  start(): void;
}

export class Queue {
  readonly #limits: ConcurrencyLimit[];
  readonly #counts = new Map<string, number>();
  readonly #waiting: Waiting[] = [];

  constructor(limits: (number | ConcurrencyLimit)[]) {
    this.#limits = limits.map((limit) => (typeof limit === 'number' ? { limit } : limit));
  }

  /** Runs `work` once its limits allow it. */
  add<T>(event: object, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const keys = this.#limits.map(({ key }, index) => `${index}:${key ? read({ event }, key) : ''}`);
      const start = () => {
        work()
          .then(resolve, reject)
          .finally(() => {
            for (const key of keys) this.#release(key);
            this.#next();
          });
      };
      // Those who wait already could not start before, and nothing has become free since.
      if (!this.#start({ keys, start })) this.#waiting.push({ keys, start });
    });
  }

  #release(key: string): void {
    const count = (this.#counts.get(key) ?? 1) - 1;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }

  #next(): void {
    for (let index = 0; index < this.#waiting.length; ) {
      const candidate = this.#waiting[index];
      if (candidate && this.#start(candidate)) this.#waiting.splice(index, 1);
      else index++;
    }
  }

  /** False when a limit of it is reached. */
  #start({ keys, start }: Waiting): boolean {
    const free = keys.every((key, i) => (this.#counts.get(key) ?? 0) < (this.#limits[i]?.limit ?? 0));
    if (!free) return false;
    for (const key of keys) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    start();
    return true;
  }
}

function read(value: unknown, path: string): string {
  let current = value;
  for (const name of path.split('.')) {
    current =
      current !== null && typeof current === 'object'
        ? (current as Record<string, unknown>)[name]
        : undefined;
  }
  return String(current ?? '');
}
