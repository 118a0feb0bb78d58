/**
 * The files of a question, read after its ack: Slack waits three seconds, a large file takes longer. Until they are
 * read the question waits in the store with their addresses, so that a crash loses nothing; a file that cannot be
 * read ends the question with words to the asker.
 */
import { AnalystError, toErrorRecord } from '../agent/errors.ts';
import type { Store } from '../agent/ports.ts';
import type { AttachedTable, Question } from '../agent/question.ts';
import { attach, attachmentLimits, type ReadTable, type SlackFile } from './attachments.ts';
import { errorText, WORDS } from './blocks/words.ts';
import { type Clients, toAnalystError } from './client.ts';
import { destinationOf } from './destination.ts';
import { errorFields, type Logger } from './logger.ts';
import { whisper } from './posting.ts';
import type { Records } from './records.ts';
import type { SlackSettings } from './settings.ts';
import type { UsageCounter } from './usage.ts';

/** Files that have still to be read. */
export interface Unread {
  /** Came with the question. */
  asked: SlackFile[];
  /** Were in the thread before: nobody asked for them, the question stands without those that cannot be read. */
  found: SlackFile[];
}

export interface ReadingParts {
  settings: SlackSettings;
  clients: Clients;
  store: Store;
  records: Records;
  usage: UsageCounter;
  logger: Logger;
  readTable: ReadTable | undefined;
}

export class Reading {
  readonly #parts: ReadingParts;

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /** The tables in the files, named unlike those that the thread has. @throws AnalystError with words for the person */
  async read(question: Question, unread: Unread): Promise<AttachedTable[]> {
    const { settings, clients, store, records, readTable } = this.#parts;
    const { token = '' } = await clients.of(destinationOf(question).installation);
    const known = (await records.thread(question.thread))?.tables ?? [];
    let tables: AttachedTable[] = [];
    const read = async (files: SlackFile[]) => {
      const limits = attachmentLimits(settings);
      const taken = [...known, ...question.tables, ...tables];
      tables = [
        ...tables,
        ...(await attach(files, { token, store, questionId: question.id, readTable, limits, taken })),
      ];
    };
    for (const file of unread.found) {
      await read([file]).catch((error: unknown) => {
        if (isAway(error)) throw error;
        const { code } = toErrorRecord(error);
        this.#parts.logger.warn({ question: question.id, code }, 'a file of the thread is left out');
      });
    }
    await read(unread.asked);
    return tables;
  }

  /** Tells the asker why the question ends here. @throws AnalystError unavailable when that has to be tried again */
  async refuse(question: Question, error: unknown): Promise<void> {
    if (isAway(error)) throw error;
    const { usage, logger } = this.#parts;
    logger.info({ question: question.id, ...errorFields(error) }, 'a file could not be read');
    await this.#say(question, errorText(error));
    await usage.giveBack(question.team, question.user, question.id, Date.now());
  }

  /** The question is safe, and the engine away. Said once. Never rejects. */
  async notYet(question: Question): Promise<void> {
    try {
      if (await this.#parts.records.first(`late:${question.id}`))
        await this.#say(question, WORDS.notStartedYet);
    } catch (error) {
      this.#parts.logger.warn(
        { question: question.id, ...errorFields(error) },
        'the asker could not be told',
      );
    }
  }

  /** @throws AnalystError when Slack may take it later */
  async #say(question: Question, text: string): Promise<void> {
    const to = destinationOf(question);
    try {
      await whisper(await this.#parts.clients.of(to.installation), to, to.user, { text });
    } catch (error) {
      const failure = toAnalystError(error);
      if (failure.retryable) throw failure;
      this.#parts.logger.warn(
        { question: question.id, ...errorFields(error) },
        'the asker could not be told',
      );
    }
  }
}

/** The store is away, which is no fault of the file. */
function isAway(error: unknown): boolean {
  return error instanceof AnalystError && error.code === 'unavailable' && error.retryable;
}
