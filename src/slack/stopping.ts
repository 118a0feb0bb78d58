/** Ends a run, says what it had finished, and lets the next question of the thread go on. */
import type { Engine, Store } from '../agent/ports.ts';
import { stoppedText } from './blocks/plan.ts';
import type { Clients } from './client.ts';
import type { threadOf } from './destination.ts';
import { errorFields, type Logger } from './logger.ts';
import { postedBefore, postOnce } from './posting.ts';
import type { ProgressMessages } from './progress.ts';
import type { Records } from './records.ts';
import type { Turns } from './turns.ts';
import type { UsageCounter } from './usage.ts';

export interface StoppingParts {
  clients: Clients;
  store: Store;
  records: Records;
  progress: ProgressMessages;
  turns: Turns;
  usage: UsageCounter;
  logger: Logger;
  engine(): Engine;
}

export class Stopping {
  readonly #parts: StoppingParts;

  constructor(parts: StoppingParts) {
    this.#parts = parts;
  }

  /** A run that has ended is left alone. `quiet`: there is nobody to say it to. */
  async stop(runId: string, quiet = false): Promise<void> {
    const { records, store, progress, turns, usage } = this.#parts;
    const run = await records.run(runId);
    if (!run || (await records.ended(runId)) || (await postedBefore(store, `${runId}:0`))) return;
    await records.saveEnded(runId, 'stopped');
    await this.#parts.engine().cancel(runId);
    if (!quiet) await this.#say(runId, run.to, stoppedText(await progress.finished(runId)));
    await progress.end(runId, run.to).catch((error: unknown) => {
      this.#parts.logger.warn({ run: runId, ...errorFields(error) }, 'progress could not be cleared up');
    });
    await usage.end(run.to.team, run.to.user, run.question.id, null, Date.now());
    await turns.end(run.question);
  }

  /** The run of a thread, if one is running there. */
  async runOf(thread: string): Promise<string | null> {
    const questionId = await this.#parts.turns.running(thread);
    return questionId ? ((await this.#parts.records.taken(questionId))?.runId ?? null) : null;
  }

  /** The question is gone: its run ends, or it never starts. */
  async withdraw(questionId: string): Promise<void> {
    const taken = await this.#parts.records.taken(questionId);
    if (!taken) return;
    if (taken.runId) return this.stop(taken.runId, true);
    const question = await this.#parts.turns.withdraw(questionId);
    if (question) await this.#parts.usage.giveBack(question.team, question.user, questionId, Date.now());
  }

  /** The app was removed from a workspace. */
  async stopTeam(team: string): Promise<void> {
    for (const thread of await this.#parts.turns.busyThreads(team)) {
      const runId = await this.runOf(thread);
      if (runId) await this.stop(runId, true);
    }
  }

  async #say(runId: string, to: Parameters<typeof threadOf>[0], text: string): Promise<void> {
    try {
      const client = await this.#parts.clients.of(to.installation);
      // The key of the answer: a run that was stopped has this one, and no other.
      await postOnce(client, this.#parts.store, {
        key: `${runId}:0`,
        place: to,
        message: { text },
        since: Date.now(),
      });
    } catch (error) {
      this.#parts.logger.warn({ run: runId, ...errorFields(error) }, 'a stop could not be said');
    }
  }
}
