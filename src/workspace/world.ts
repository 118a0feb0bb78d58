/**
 * The state of the stand-in and the one signal that it changed. Everything that an app or a person does ends
 * here, so that whoever waits for something (`until`) is woken by the change itself and never by a clock.
 */
import { AnalystError } from '../agent/errors.ts';
import type { Call, Channel, Message, Note, StoredFile, StoredView, Team, User } from './types.ts';

export interface Settings {
  /** When an uploaded file becomes usable: after so many `files.info` calls or milliseconds, the first wins. */
  fileReadyAfter: { polls: number; ms: number };
  streamExpiresMs: number;
  triggerTtlMs: number;
  /** Origin of this server, e.g. `http://127.0.0.1:4711`. */
  origin: string;
}

export interface Trigger {
  user: string;
  teamId: string;
  expiresAt: number;
  used: boolean;
  /** The modal it was pressed in, so that `views.push` knows its stack. */
  viewId?: string;
}

export interface ResponseUrl {
  key: string;
  teamId: string;
  channel: string;
  user: string;
  thread: string | undefined;
  /** The message the pressed button is in, if any. */
  messageTs: string | undefined;
  uses: number;
  expiresAt: number;
}

/** What `assistant.threads.*` and `agents.sessions.*` set for a thread (or, with key = channel, for a DM). */
export interface ThreadStatus {
  status: string;
  /** When the status fades, epoch milliseconds. */
  statusUntil: number;
  loadingMessages: string[];
  title: string;
  session: string;
  prompts: { title: string; message: string }[];
}

export class World {
  readonly settings: Settings;
  readonly appId = 'A0ANALYST';
  readonly teams = new Map<string, Team>();
  readonly users = new Map<string, User>();
  readonly channels = new Map<string, Channel>();
  readonly messages: Message[] = [];
  readonly files = new Map<string, StoredFile>();
  readonly views = new Map<string, StoredView>();
  /** Open modals of each user, the topmost last. */
  readonly modals = new Map<string, StoredView[]>();
  readonly triggers = new Map<string, Trigger>();
  readonly responseUrls = new Map<string, ResponseUrl>();
  readonly threadStatus = new Map<string, ThreadStatus>();
  /** OAuth codes that may still be exchanged, and the team each installs into. */
  readonly codes = new Map<string, string>();
  readonly calls: Call[] = [];
  readonly notes: Note[] = [];
  #serial = 0;
  #lastTs = 0;
  #waiters = new Set<() => void>();

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** An id as Slack makes them: a letter and ten characters. */
  id(prefix: string): string {
    this.#serial += 1;
    return `${prefix}0${this.#serial.toString(36).toUpperCase().padStart(8, '0')}`;
  }

  /** Unique and increasing, in microseconds, for the whole world. */
  nextTs(): string {
    this.#lastTs = Math.max(this.#lastTs + 1, Date.now() * 1_000);
    return `${Math.floor(this.#lastTs / 1_000_000)}.${String(this.#lastTs % 1_000_000).padStart(6, '0')}`;
  }

  message(channel: string, ts: string): Message | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts);
  }

  /** The root and its replies, oldest first, ephemeral ones left out. */
  threadMessages(channel: string, ts: string): Message[] {
    return this.messages.filter(
      (message) =>
        message.channel === channel &&
        (message.ts === ts || message.thread_ts === ts) &&
        message.ephemeralTo === undefined,
    );
  }

  /** Takes a message away. The root of a thread with replies leaves a tombstone, so that the thread stays. */
  erase(message: Message): void {
    const replies = this.messages.some((one) => one.thread_ts === message.ts && one.ts !== message.ts);
    if (replies) {
      message.subtype = 'tombstone';
      message.text = 'This message was deleted.';
      delete message.blocks;
      delete message.files;
      delete message.metadata;
    } else this.messages.splice(this.messages.indexOf(message), 1);
    this.changed();
  }

  team(id: string): Team {
    const team = this.teams.get(id);
    if (!team) throw new AnalystError('not_found', `There is no team ${id}.`);
    return team;
  }

  user(id: string): User {
    const user = this.users.get(id);
    if (!user) throw new AnalystError('not_found', `There is no user ${id}.`);
    return user;
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (!channel) throw new AnalystError('not_found', `There is no channel ${id}.`);
    return channel;
  }

  /** The direct conversation of a user and a bot, made on first use. */
  direct(userId: string, botUserId: string): Channel {
    for (const channel of this.channels.values()) {
      if (channel.kind === 'im' && channel.members.has(userId) && channel.members.has(botUserId))
        return channel;
    }
    const channel: Channel = {
      id: this.id('D'),
      name: 'directmessage',
      teamId: this.user(botUserId).teamId,
      kind: 'im',
      members: new Set([userId, botUserId]),
      shared: false,
      archived: false,
    };
    this.channels.set(channel.id, channel);
    return channel;
  }

  isOpen(view: StoredView): boolean {
    return view.type === 'home' || (this.modals.get(view.user)?.includes(view) ?? false);
  }

  status(channel: string, thread: string | undefined): ThreadStatus {
    const key = `${channel}:${thread ?? ''}`;
    const known = this.threadStatus.get(key);
    if (known) return known;
    const fresh: ThreadStatus = {
      status: '',
      statusUntil: 0,
      loadingMessages: [],
      title: '',
      session: '',
      prompts: [],
    };
    this.threadStatus.set(key, fresh);
    return fresh;
  }

  changed(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  /** Calls `listener` after every change, until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#waiters.add(listener);
    return () => this.#waiters.delete(listener);
  }

  /**
   * Resolves with the first truthy value of `predicate`, which is tried now and after every change.
   * @throws AnalystError time_limit
   */
  until<T>(predicate: () => T | null | undefined | false, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.#waiters.delete(attempt);
      };
      const attempt = () => {
        try {
          const value = predicate();
          if (!value) return;
          finish();
          resolve(value);
        } catch (error) {
          finish();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        finish();
        const recent = this.calls
          .slice(-8)
          .map((call) => `${call.method}${call.result?.ok === false ? ` -> ${call.result.error}` : ''}`);
        reject(
          new AnalystError('time_limit', `Nothing matched within ${timeoutMs} ms.`, {
            hint: `Last calls: ${recent.join(', ') || 'none'}.`,
          }),
        );
      }, timeoutMs);
      this.#waiters.add(attempt);
      attempt();
    });
  }
}
