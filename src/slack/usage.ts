/**
 * How much a person and a team may ask: at one time, in an hour, and in tokens a day. Counted in the store, in
 * order within a process; several processes may each let one question too many through, none is ever lost.
 */
import { AnalystError } from '../agent/errors.ts';
import type { Store } from '../agent/ports.ts';
import type { Usage } from '../agent/report.ts';
import { Queues } from './locks.ts';
import type { Allowance, UsageLimits } from './settings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A run that never ended stops counting. */
const STALE = HOUR / 2;

interface Count {
  /** Questions running or waiting, with when they were asked. */
  open: Record<string, number>;
  /** Questions by the minute in which they were asked, of the last hour. */
  asked: Record<string, number>;
  /** The day (UTC) that `tokens` belongs to. */
  day: string;
  tokens: number;
}

export interface UsageNow {
  questionsLastHour: number;
  questionsPerHour: number;
  tokensToday: number;
  tokensPerDay: number;
}

export class UsageCounter {
  readonly #store: Store;
  readonly #limits: UsageLimits;
  readonly #queues = new Queues();

  constructor(store: Store, limits: UsageLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** Counts a question in. @throws AnalystError busy or rate_limited, with words for the person; then nothing is counted */
  async take(team: string, user: string, questionId: string, now: number): Promise<void> {
    await this.#change(`user:${team}:${user}`, now, (count) => {
      if (questionId in count.open) return;
      check(count, this.#limits.user, 'You have', now);
      enter(count, questionId, now);
    });
    try {
      await this.#change(`team:${team}`, now, (count) => {
        if (questionId in count.open) return;
        check(count, this.#limits.team, 'Your workspace has', now);
        enter(count, questionId, now);
      });
    } catch (error) {
      await this.#change(`user:${team}:${user}`, now, (count) => leave(count, questionId));
      throw error;
    }
  }

  /** The question never ran: as if it had not been asked. */
  async giveBack(team: string, user: string, questionId: string, now: number): Promise<void> {
    for (const scope of [`user:${team}:${user}`, `team:${team}`]) {
      await this.#change(scope, now, (count) => leave(count, questionId));
    }
  }

  /** The question ended; what it cost is counted once. */
  async end(team: string, user: string, questionId: string, usage: Usage | null, now: number): Promise<void> {
    for (const scope of [`user:${team}:${user}`, `team:${team}`]) {
      await this.#change(scope, now, (count) => {
        if (!(questionId in count.open)) return;
        delete count.open[questionId];
        count.tokens += usage ? usage.inputTokens + usage.outputTokens : 0;
      });
    }
  }

  async of(team: string, user: string, now: number): Promise<UsageNow> {
    const count = await this.#read(`user:${team}:${user}`, now);
    return {
      questionsLastHour: askedIn(count),
      questionsPerHour: this.#limits.user.perHour,
      tokensToday: count.tokens,
      tokensPerDay: this.#limits.user.tokensPerDay,
    };
  }

  #change(scope: string, now: number, change: (count: Count) => void): Promise<void> {
    return this.#queues.run(scope, async () => {
      const count = await this.#read(scope, now);
      change(count);
      await this.#store.set(`slack:usage:${scope}`, count, { ttlMs: 48 * HOUR });
    });
  }

  async #read(scope: string, now: number): Promise<Count> {
    const day = new Date(now).toISOString().slice(0, 10);
    const kept = await this.#store.get<Count>(`slack:usage:${scope}`);
    if (!kept) return { open: {}, asked: {}, day, tokens: 0 };
    return {
      open: Object.fromEntries(Object.entries(kept.open).filter(([, at]) => at > now - STALE)),
      asked: Object.fromEntries(
        Object.entries(kept.asked).filter(([minute]) => Number(minute) * MINUTE > now - HOUR),
      ),
      day,
      tokens: kept.day === day ? kept.tokens : 0,
    };
  }
}

function check(count: Count, limit: Allowance, who: string, now: number): void {
  const open = Object.keys(count.open).length;
  if (open >= limit.concurrent) {
    throw new AnalystError(
      'busy',
      `${who} ${open} ${open === 1 ? 'question' : 'questions'} running already.`,
      {
        hint: 'Wait for an answer, or stop one of them.',
      },
    );
  }
  const asked = askedIn(count);
  if (asked >= limit.perHour) {
    const oldest = Math.min(...Object.keys(count.asked).map(Number));
    const minutes = Math.max(1, Math.ceil((oldest * MINUTE + HOUR - now) / MINUTE));
    throw new AnalystError(
      'rate_limited',
      `${who} asked ${asked} questions in the last hour, which is the limit.`,
      {
        hint: `Ask again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
      },
    );
  }
  if (count.tokens >= limit.tokensPerDay) {
    throw new AnalystError('rate_limited', `${who} used up the model's allowance for today.`, {
      hint: 'It starts anew at midnight UTC. Re-run works without the model.',
    });
  }
}

function enter(count: Count, questionId: string, now: number): void {
  count.open[questionId] = now;
  const minute = minuteOf(now);
  count.asked[minute] = (count.asked[minute] ?? 0) + 1;
}

function leave(count: Count, questionId: string): void {
  const at = count.open[questionId];
  if (at === undefined) return;
  delete count.open[questionId];
  const minute = minuteOf(at);
  count.asked[minute] = Math.max(0, (count.asked[minute] ?? 0) - 1);
}

function askedIn(count: Count): number {
  return Object.values(count.asked).reduce((sum, asked) => sum + asked, 0);
}

function minuteOf(time: number): string {
  return String(Math.floor(time / MINUTE));
}
