/**
 * Decides what the app is told and how often. An event goes out when the app subscribed to it, holds its
 * scope and is a member of the channel; one that is not acknowledged is sent again at Slack's intervals with
 * the same `event_id`. A mention in a channel is two events with different ids.
 */
import type { Attempt, AttemptResult, DeliveryKind, Transport } from './delivery.ts';
import { TOKEN } from './interactions.ts';
import type { Channel, Fields, Message, Team } from './types.ts';
import { channelType, messageJson } from './wire.ts';
import type { World } from './world.ts';

export interface DispatchSettings {
  /** Event names as in a manifest: `app_mention`, `message.channels`, … */
  subscriptions: readonly string[];
  ackMs: number;
  retryDelaysMs: readonly number[];
}

/** One thing the app was told, and how each attempt ended. */
export interface DeliveryRecord {
  kind: DeliveryKind;
  /** Event type, or the type of the interaction. */
  type: string;
  body: Fields;
  /** `ms`: from sending to the acknowledgement, or to giving up. */
  attempts: (AttemptResult & { ms: number })[];
  done: boolean;
}

/** The scope that an event needs, by its name in the manifest. */
const EVENT_SCOPES: Record<string, string> = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  reaction_added: 'reactions:read',
};
const MESSAGE_EVENTS = { channel: 'message.channels', group: 'message.groups', im: 'message.im' } as const;

export class Dispatcher {
  readonly records: DeliveryRecord[] = [];
  /** How many times each event is sent, at the same moment: 1 is what Slack promises, more is what it does. */
  copies = 1;
  readonly #world: World;
  readonly #transport: Transport;
  readonly #settings: DispatchSettings;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #timers = new Map<NodeJS.Timeout, () => void>();
  #closed = false;

  constructor(world: World, transport: Transport, settings: DispatchSettings) {
    this.#world = world;
    this.#transport = transport;
    this.#settings = settings;
  }

  posted(message: Message): void {
    const channel = this.#world.channel(message.channel);
    const event = this.#messageEvent(channel, message);
    for (const team of this.#listeners(channel)) {
      this.event(team, MESSAGE_EVENTS[channel.kind], event, channel);
      if (channel.kind !== 'im' && message.text.includes(`<@${team.botUserId}>`)) {
        const { channel_type: _, ...mention } = event;
        this.event(team, 'app_mention', { ...mention, type: 'app_mention' }, channel);
      }
    }
  }

  /** `previous` is the message as it was, in Slack's JSON. */
  changed(message: Message, previous: Fields): void {
    const channel = this.#world.channel(message.channel);
    const ts = this.#world.nextTs();
    this.#hidden(channel, {
      subtype: 'message_changed',
      ts,
      event_ts: ts,
      message: messageJson(this.#world, message),
      previous_message: previous,
    });
  }

  deleted(channel: Channel, deletedTs: string, previous: Fields): void {
    const ts = this.#world.nextTs();
    this.#hidden(channel, {
      subtype: 'message_deleted',
      ts,
      event_ts: ts,
      deleted_ts: deletedTs,
      previous_message: previous,
    });
  }

  /** Sends `event` if the app subscribed to `name`; `channel` sets what the envelope says about sharing. */
  event(team: Team, name: string, event: Fields, channel?: Channel): void {
    const scope = EVENT_SCOPES[name];
    if (!this.#settings.subscriptions.includes(name)) return;
    if (scope && !team.scopes.includes(scope)) return;
    const body: Fields = {
      token: TOKEN,
      team_id: team.id,
      context_team_id: team.id,
      context_enterprise_id: null,
      api_app_id: this.#world.appId,
      event,
      type: 'event_callback',
      event_id: this.#world.id('Ev'),
      event_time: Math.floor(Date.now() / 1_000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: team.id,
          user_id: team.botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: channel?.shared ?? false,
      event_context: `4-${this.#world.id('ctx')}`,
    };
    const record = this.#record('events_api', String(event.type), body);
    this.#track(this.#untilAcknowledged(record));
    for (let copy = 1; copy < this.copies; copy += 1) {
      this.#track(this.#attempt(record, { num: copy, reason: 'http_timeout' }));
    }
  }

  /** Sends a recorded event once more, as Slack does when an acknowledgement got lost. */
  redeliver(record: DeliveryRecord): Promise<AttemptResult> {
    return this.#track(this.#attempt(record, { num: record.attempts.length, reason: 'http_timeout' }));
  }

  /** Interactions and commands have one attempt; a person sees it when it fails. */
  async once(kind: 'interactive' | 'slash_commands', body: Fields): Promise<AttemptResult> {
    const record = this.#record(kind, String(body.type ?? body.command), body);
    const result = await this.#track(this.#attempt(record, null));
    record.done = true;
    this.#world.changed();
    return result;
  }

  /** Resolves when nothing is on its way any more, retries included. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all([...this.#pending]);
  }

  close(): void {
    this.#closed = true;
    for (const [timer, resolve] of this.#timers) {
      clearTimeout(timer);
      resolve();
    }
    this.#transport.close();
  }

  #record(kind: DeliveryKind, type: string, body: Fields): DeliveryRecord {
    const record: DeliveryRecord = { kind, type, body, attempts: [], done: false };
    this.records.push(record);
    return record;
  }

  async #untilAcknowledged(record: DeliveryRecord): Promise<void> {
    let result = await this.#attempt(record, null);
    for (const [index, delay] of this.#settings.retryDelaysMs.entries()) {
      if (result.acknowledged || result.final || this.#closed) break;
      await this.#pause(delay);
      if (this.#closed) break;
      const reason = result.reason === 'timeout' ? 'http_timeout' : result.reason;
      result = await this.#attempt(record, { num: index + 1, reason });
    }
    record.done = true;
    this.#world.changed();
  }

  async #attempt(record: DeliveryRecord, retry: Attempt['retry']): Promise<AttemptResult> {
    const { kind, body } = record;
    const from = performance.now();
    const result = await this.#transport.attempt({ kind, body, retry, ackMs: this.#settings.ackMs });
    record.attempts.push({ ...result, ms: performance.now() - from });
    this.#world.changed();
    return result;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.set(timer, resolve);
    });
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const settled = work.finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    return settled;
  }

  /** Teams whose bot is in the channel. */
  #listeners(channel: Channel): Team[] {
    return [...this.#world.teams.values()].filter(
      (team) => team.installed && channel.members.has(team.botUserId),
    );
  }

  #hidden(channel: Channel, fields: Fields): void {
    const event = {
      type: 'message',
      hidden: true,
      channel: channel.id,
      channel_type: channelType(channel),
      ...fields,
    };
    for (const team of this.#listeners(channel))
      this.event(team, MESSAGE_EVENTS[channel.kind], event, channel);
  }

  #messageEvent(channel: Channel, message: Message): Fields {
    const author = this.#world.users.get(message.user);
    return {
      ...messageJson(this.#world, message),
      channel: channel.id,
      channel_type: channelType(channel),
      event_ts: message.ts,
      ...(author && author.teamId !== channel.teamId
        ? { user_team: author.teamId, source_team: author.teamId }
        : {}),
    };
  }
}
