/**
 * One question at a time in a thread, in the order of asking. A question is safe once `take` has resolved: the
 * engine has it, or it stands in the store, behind the one before it or until its files are read. `sweep` goes on
 * with what a crash left waiting.
 */
import type { Engine, Store } from '../agent/ports.ts';
import type { AttachedTable, Question } from '../agent/question.ts';
import { type Destination, destinationOf, threadOf } from './destination.ts';
import { type Background, Queues, SingleFlight } from './locks.ts';
import { errorFields, type Logger } from './logger.ts';
import type { Reading, Unread } from './reading.ts';
import type { Records } from './records.ts';

/** A run that never reported its end no longer holds its thread up. */
const STALE_MS = 30 * 60_000;
/** Files that were not read by then were left by a process that ended. */
const LEFT_MS = 2 * 60_000;
const KEEP = { ttlMs: 2 * 86_400_000 };

type Waiting = Question & { unread?: Unread };

interface Active {
  questionId: string;
  at: number;
}

export interface TurnsParts {
  store: Store;
  records: Records;
  logger: Logger;
  reading: Reading;
  background: Background;
  engine(): Engine;
  /** A run has started; not waited for. */
  started(runId: string, to: Destination): void;
}

export class Turns {
  readonly #parts: TurnsParts;
  readonly #queues = new Queues();
  /** One after the other in a thread: the names of their tables must differ. */
  readonly #reads = new Queues();
  readonly #reading = new SingleFlight();

  constructor(parts: TurnsParts) {
    this.#parts = parts;
  }

  /** @throws AnalystError unavailable; then the question was not taken and may be asked again */
  take(question: Question, unread: Unread | null): Promise<'started' | 'waiting' | 'duplicate'> {
    const thread = threadOf(destinationOf(question));
    return this.#queues.run(thread, async () => {
      if (await this.#parts.records.taken(question.id)) return 'duplicate';
      const active = await this.#active(thread);
      const key = waitingKey(thread, question);
      const ahead = (await this.#waiting(thread)).filter((other) => other !== key);
      const behind = (active && active.questionId !== question.id) || ahead.length > 0;
      if (behind || unread) {
        const waiting: Waiting = unread ? { ...question, unread } : question;
        await this.#parts.store.set(key, waiting, KEEP);
        await this.#parts.records.saveTaken(question.id, { runId: null });
        if (unread) this.#read(thread, key);
      } else await this.#start(thread, question);
      return behind ? 'waiting' : 'started';
    });
  }

  /** The run of a question ended: the next one of its thread starts. Never rejects. */
  async end(question: Question): Promise<void> {
    const thread = threadOf(destinationOf(question));
    await this.#queues.run(thread, async () => {
      const active = await this.#active(thread);
      if (active && active.questionId !== question.id) return;
      await this.#parts.store.delete(activeKey(thread));
      await this.#goOn(thread);
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

  /**
   * Starts questions that wait behind nothing, and reads files that nobody reads.
   * @param first the process has just started: what it left unread when it ended need not wait for its time
   */
  async sweep(first: boolean): Promise<void> {
    const keys = await this.#parts.store.keys('slack:waiting:');
    const threads = new Set<string>();
    for (const key of keys) {
      const question = await this.#parts.store.get<Waiting>(key);
      if (!question) continue;
      const thread = threadOf(destinationOf(question));
      threads.add(thread);
      if (question.unread && (first || question.askedAt < Date.now() - LEFT_MS)) this.#read(thread, key);
    }
    for (const thread of threads) await this.#queues.run(thread, () => this.#goOn(thread));
  }

  /** Reads the files of a waiting question, behind the ack, and lets it go on. */
  #read(thread: string, key: string): void {
    const { store, records, reading, background } = this.#parts;
    const read = async () => {
      const waiting = await store.get<Waiting>(key);
      if (!waiting?.unread) return;
      const { unread, ...question } = waiting;
      let tables: AttachedTable[] | null = null;
      try {
        tables = await reading.read(question, unread);
      } catch (error) {
        await reading.refuse(question, error);
      }
      await this.#queues.run(thread, async () => {
        // Else it was withdrawn, or read by another process as well.
        const unchanged = (await store.get<Waiting>(key))?.unread !== undefined;
        if (unchanged && tables) {
          await store.set(key, { ...question, tables: [...question.tables, ...tables] }, KEEP);
          const kept = await records.thread(thread);
          if (kept) await records.saveThread(thread, { ...kept, tables: [...kept.tables, ...tables] });
        } else if (unchanged) await store.delete(key);
        await this.#goOn(thread);
      });
    };
    background.start(() => this.#reading.run(key, () => this.#reads.run(thread, read)));
  }

  /** The next question of a thread starts, unless one runs there. */
  async #goOn(thread: string): Promise<void> {
    const { store, records, reading, logger } = this.#parts;
    const keys = await this.#waiting(thread);
    const active = await this.#active(thread);
    // One that is said to run and waits still was left by a process that ended: the engine knows whether it has it.
    if (active && !keys.some((key) => key.endsWith(`:${active.questionId}`))) return;
    for (const key of keys) {
      const question = await store.get<Waiting>(key);
      // Started before, by a process that ended before it could say so here.
      const started = question && (await records.taken(question.id))?.runId;
      if (!question || started) {
        await store.delete(key);
        if (active && active.questionId === question?.id) return;
        continue;
      }
      if (question.unread) return;
      try {
        await this.#start(thread, { ...question, tables: await this.#tables(question) });
        await store.delete(key);
      } catch (error) {
        // It stays in the queue; the next sweep tries again.
        logger.warn(
          { question: question.id, ...errorFields(error) },
          'a waiting question could not be started',
        );
        await reading.notYet(question);
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

  /** Those that a question before it brought into the thread are there by now. */
  async #tables({ thread, tables, rerun }: Question): Promise<AttachedTable[]> {
    const kept = rerun ? [] : ((await this.#parts.records.thread(thread))?.tables ?? []);
    return [...tables, ...kept.filter(({ name }) => !tables.some((table) => table.name === name))];
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
