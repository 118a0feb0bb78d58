/**
 * One question at a time in a thread, in the order of asking. A question is safe once `take` has resolved: the
 * engine has it, or it stands in the store behind the one before it. `sweep` starts what a crash left waiting.
 */
import type { Engine, Store } from '../agent/ports.ts';
import type { Question } from '../agent/question.ts';
import { type Destination, destinationOf, threadOf } from './destination.ts';
import { Queues } from './locks.ts';
import { errorFields, type Logger } from './logger.ts';
import type { Records } from './records.ts';

/** A run that never reported its end no longer holds its thread up. */
const STALE_MS = 30 * 60_000;
const KEEP = { ttlMs: 2 * 86_400_000 };

interface Active {
  questionId: string;
  at: number;
}

export interface TurnsParts {
  store: Store;
  records: Records;
  logger: Logger;
  engine(): Engine;
  /** A run has started; not waited for. */
  started(runId: string, to: Destination): void;
}

export class Turns {
  readonly #parts: TurnsParts;
  readonly #queues = new Queues();

  constructor(parts: TurnsParts) {
    this.#parts = parts;
  }

  /** @throws AnalystError unavailable; then the question was not taken and may be asked again */
  take(question: Question): Promise<'started' | 'waiting' | 'duplicate'> {
    const thread = threadOf(destinationOf(question));
    return this.#queues.run(thread, async () => {
      if (await this.#parts.records.taken(question.id)) return 'duplicate';
      const active = await this.#active(thread);
      const ahead = await this.#waiting(thread);
      if ((active && active.questionId !== question.id) || ahead.length > 0) {
        await this.#parts.store.set(waitingKey(thread, question), question, KEEP);
        await this.#parts.records.saveTaken(question.id, { runId: null });
        return 'waiting';
      }
      await this.#start(thread, question);
      return 'started';
    });
  }

  /** The run of a question ended: the next one of its thread starts. Never rejects. */
  async end(question: Question): Promise<void> {
    const thread = threadOf(destinationOf(question));
    await this.#queues.run(thread, async () => {
      const active = await this.#active(thread);
      if (active && active.questionId !== question.id) return;
      await this.#parts.store.delete(activeKey(thread));
      await this.#next(thread);
    });
  }

  /** Takes a waiting question back; null when it does not wait (any more). */
  async withdraw(questionId: string): Promise<Question | null> {
    const key = (await this.#parts.store.keys('slack:waiting:')).find((each) =>
      each.endsWith(`:${questionId}`),
    );
    const question = key ? await this.#parts.store.get<Question>(key) : null;
    if (!key || !question) return null;
    return this.#queues.run(question.thread, async () => {
      if (!(await this.#parts.store.get(key))) return null;
      await this.#parts.store.delete(key);
      return question;
    });
  }

  /** The question that runs in a thread. */
  async running(thread: string): Promise<string | null> {
    return (await this.#active(thread))?.questionId ?? null;
  }

  /** Threads of a team in which something runs. */
  async busyThreads(team: string): Promise<string[]> {
    const prefix = `slack:active:${team}:`;
    return (await this.#parts.store.keys(prefix)).map((key) => key.slice('slack:active:'.length));
  }

  /** Starts questions that wait behind nothing. */
  async sweep(): Promise<void> {
    const keys = await this.#parts.store.keys('slack:waiting:');
    const threads = new Set<string>();
    for (const key of keys) {
      const question = await this.#parts.store.get<Question>(key);
      if (question) threads.add(threadOf(destinationOf(question)));
    }
    for (const thread of threads) {
      await this.#queues.run(thread, async () => {
        if (!(await this.#active(thread))) await this.#next(thread);
      });
    }
  }

  async #next(thread: string): Promise<void> {
    const { store, records, logger } = this.#parts;
    for (const key of await this.#waiting(thread)) {
      const question = await store.get<Question>(key);
      // Started before, by a process that ended before it could say so here.
      const started = question && (await records.taken(question.id))?.runId;
      if (!question || started) {
        await store.delete(key);
        continue;
      }
      try {
        await this.#start(thread, question);
        await store.delete(key);
      } catch (error) {
        // It stays in the queue; the next sweep tries again.
        logger.warn(
          { question: question.id, ...errorFields(error) },
          'a waiting question could not be started',
        );
      }
      return;
    }
  }

  async #start(thread: string, question: Question): Promise<void> {
    const { store, records } = this.#parts;
    await store.set(activeKey(thread), { questionId: question.id, at: Date.now() } satisfies Active, KEEP);
    try {
      const { runId, duplicate } = await this.#parts.engine().ask(question);
      const to = destinationOf(question);
      await records.saveRun(runId, { question, to });
      await records.saveTaken(question.id, { runId });
      // Another process may have started it, and even seen it end, without this one's record.
      if (await records.ended(runId)) await store.delete(activeKey(thread));
      if (!duplicate) this.#parts.started(runId, to);
    } catch (error) {
      await store.delete(activeKey(thread));
      throw error;
    }
  }

  async #active(thread: string): Promise<Active | null> {
    const active = await this.#parts.store.get<Active>(activeKey(thread));
    return active && active.at > Date.now() - STALE_MS ? active : null;
  }

  async #waiting(thread: string): Promise<string[]> {
    return (await this.#parts.store.keys(`slack:waiting:${thread}:`)).sort();
  }
}

const activeKey = (thread: string) => `slack:active:${thread}`;

/** Sorts by the time of asking: epoch milliseconds have thirteen digits until the year 2286. */
const waitingKey = (thread: string, question: Question) =>
  `slack:waiting:${thread}:${question.askedAt}:${question.id}`;
