/**
 * The one road of a question, wherever it was asked: known already? allowed? within the limits? its place in the
 * thread, its files, the engine. Resolves when the question is safe; only then does Slack get its ack.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { AnalystError, toErrorRecord } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { Store } from '../agent/ports.ts';
import type { AttachedTable, Question } from '../agent/question.ts';
import { type Actor, checkAccess } from './access.ts';
import { attachmentLimits, checkFile, type ReadTable, type SlackFile } from './attachments.ts';
import type { SlackMessage } from './blocks/answer.ts';
import { errorText, WORDS } from './blocks/words.ts';
import { type Destination, threadOf } from './destination.ts';
import { SingleFlight } from './locks.ts';
import { errorFields, type Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { edit, type Posted, post } from './posting.ts';
import type { Unread } from './reading.ts';
import type { Records, ThreadRecord } from './records.ts';
import type { SlackSettings } from './settings.ts';
import { NO_CONTEXT, threadContext } from './thread-context.ts';
import type { Turns } from './turns.ts';
import type { UsageCounter } from './usage.ts';

export interface Asked {
  id: string;
  text: string;
  askedAt: number;
  to: Destination;
  actor: Actor;
  files: SlackFile[];
  client: WebClient;
  /** The message itself, which is no context of its own. */
  ts?: string;
  botUserId?: string;
  /** Runs again the program of this run. */
  rerun?: { runId: string; program: string; tables: AttachedTable[] };
  /** Says something to the asker alone. */
  tell(message: SlackMessage): Promise<void>;
  /** Which delivery this is, where Slack delivers again what is not acknowledged: 0, 1, 2, 3. */
  delivery?: number;
}

export type Outcome = 'started' | 'waiting' | 'duplicate' | 'denied' | 'failed';

export interface AskingParts {
  settings: SlackSettings;
  store: Store;
  records: Records;
  usage: UsageCounter;
  turns: Turns;
  logger: Logger;
  metrics: Metrics;
  readTable: ReadTable | undefined;
}

/** Slack delivers an event four times in all. */
const LAST_DELIVERY = 3;
/** Short outages are bridged within the three seconds that Slack waits. */
const PAUSES_MS = [200, 600];

export class Asking {
  readonly #parts: AskingParts;
  readonly #flights = new SingleFlight();

  constructor(parts: AskingParts) {
    this.#parts = parts;
  }

  /**
   * @throws AnalystError unavailable when the question came as an event and could not be made safe: Slack will
   * deliver it again. Questions from commands and buttons get words instead.
   */
  ask(asked: Asked): Promise<Outcome> {
    return this.#flights.run(asked.id, async () => {
      const outcome = await this.#ask(asked);
      this.#parts.metrics.count('slack_questions_total', outcome);
      const { user, channel } = asked.to;
      const text = this.#parts.settings.logText ? { text: asked.text } : {};
      this.#parts.logger.info({ question: asked.id, user, channel, outcome, ...text }, 'question');
      return outcome;
    });
  }

  async #ask(asked: Asked): Promise<Outcome> {
    const { records, usage } = this.#parts;
    if (await records.taken(asked.id)) return 'duplicate';
    const { team, user } = asked.to;
    const now = Date.now();
    let question: Question;
    let unread: Unread | null;
    try {
      checkAccess(asked.actor, this.#parts.settings.access);
      await usage.take(team, user, asked.id, now);
    } catch (error) {
      return this.#deny(asked, error);
    }
    try {
      ({ question, unread } = await this.#question(asked));
    } catch (error) {
      await usage.giveBack(team, user, asked.id, now);
      return this.#deny(asked, error);
    }
    try {
      const outcome = await this.#take(question, unread);
      if (asked.delivery) await this.#clearNotice(asked);
      if (outcome === 'waiting') await this.#say(asked, { text: WORDS.waiting });
      return outcome;
    } catch (error) {
      await usage.giveBack(team, user, asked.id, now);
      this.#parts.logger.error(
        { question: asked.id, user, ...errorFields(error) },
        'a question could not be started',
      );
      if (asked.delivery === undefined) {
        await this.#say(asked, { text: WORDS.tryAgain });
        return 'failed';
      }
      await this.#notice(asked, asked.delivery);
      this.#parts.metrics.count('slack_questions_total', 'failed');
      throw error;
    }
  }

  async #take(question: Question, unread: Unread | null): Promise<'started' | 'waiting' | 'duplicate'> {
    for (const pause of PAUSES_MS) {
      try {
        return await this.#parts.turns.take(question, unread);
      } catch (error) {
        if (!(error instanceof AnalystError && error.retryable)) throw error;
        await wait(pause);
      }
    }
    return this.#parts.turns.take(question, unread);
  }

  /** A refusal is said once, however often the question is delivered. */
  async #deny(asked: Asked, error: unknown): Promise<Outcome> {
    if (toErrorRecord(error).code === 'internal') throw error;
    if (await this.#parts.records.first(`denied:${asked.id}`)) {
      await this.#say(asked, { text: errorText(error) });
    }
    return 'denied';
  }

  async #say(asked: Asked, message: SlackMessage): Promise<void> {
    try {
      await asked.tell(message);
    } catch (error) {
      this.#parts.logger.warn({ user: asked.to.user, ...errorFields(error) }, 'the asker could not be told');
    }
  }

  async #question(asked: Asked): Promise<{ question: Question; unread: Unread | null }> {
    const { settings, records, readTable } = this.#parts;
    for (const file of asked.files) checkFile(file, readTable, attachmentLimits(settings));
    const text = asked.text.trim() === '' ? 'Describe the attached data.' : asked.text;
    if (Buffer.byteLength(text) > LIMITS.questionBytes) {
      throw new AnalystError('too_large', 'This question is too long for me.', {
        hint: `At most ${LIMITS.questionBytes} characters; attach data as a file.`,
      });
    }
    const thread = threadOf(asked.to);
    const kept = await records.thread(thread);
    const follows = asked.ts !== undefined && asked.ts !== asked.to.threadTs;
    // A thread that we were asked in before has its history in our own store.
    const context = follows && !kept ? await threadContext(asked.client, asked.to, asked) : NO_CONTEXT;
    const tables = asked.rerun?.tables ?? kept?.tables ?? [];
    await records.saveThread(thread, remember(kept, asked.to.user, tables));
    const question = {
      id: asked.id,
      text: context.text ? `${text}\n\n${context.text}` : text,
      thread,
      user: asked.to.user,
      team: asked.to.team,
      askedAt: asked.askedAt,
      tables,
      replyTo: asked.to,
      ...(asked.rerun ? { rerun: asked.rerun.runId, program: asked.rerun.program } : {}),
    };
    const hasFiles = asked.files.length + context.files.length > 0;
    return { question, unread: hasFiles ? { asked: asked.files, found: context.files } : null };
  }

  /** "I could not start yet", in the thread, edited to the last word when Slack gives up. */
  async #notice(asked: Asked, delivery: number): Promise<void> {
    const key = `slack:notice:${asked.id}`;
    const message = { text: delivery >= LAST_DELIVERY ? WORDS.notStarted : WORDS.notStartedYet };
    try {
      const posted = await this.#parts.store.get<Posted>(key);
      if (posted) return await edit(asked.client, posted, message);
      await this.#parts.store.set(key, await post(asked.client, asked.to, message), { ttlMs: 86_400_000 });
    } catch (error) {
      this.#parts.logger.warn({ question: asked.id, ...errorFields(error) }, 'the asker could not be told');
    }
  }

  async #clearNotice(asked: Asked): Promise<void> {
    const key = `slack:notice:${asked.id}`;
    const posted = await this.#parts.store.get<Posted>(key);
    if (!posted) return;
    await this.#parts.store.delete(key);
    await asked.client.chat.delete({ channel: posted.channel, ts: posted.ts }).catch((error: unknown) => {
      this.#parts.logger.debug(errorFields(error), 'a notice could not be removed');
    });
  }
}

/** Whoever asks is in the conversation again, whatever others said before. */
function remember(kept: ThreadRecord | null, user: string, tables: AttachedTable[]): ThreadRecord {
  return { askers: [...new Set([...(kept?.askers ?? []), user])], others: false, tables };
}
