/** At most so many calls at once; the others wait in order. */
import { AnalystError } from '../../agent/errors.ts';

export class Turns {
  readonly #size: number;
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(size: number, waiting: number) {
    this.#size = size;
    this.#limit = waiting;
  }

  /** @throws AnalystError busy when too many wait */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken < this.#size) this.#taken += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // A turn goes from hand to hand, so that nobody who comes later gets in between.
      if (next) next();
      else this.#taken -= 1;
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#limit) {
      throw new AnalystError('busy', 'Too many calls wait for this server.', { retryable: true });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
