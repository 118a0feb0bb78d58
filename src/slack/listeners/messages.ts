/**
 * Messages -> questions: mentions, direct messages, replies that are meant for us, edits and deletions. Slack
 * sends one mention as two events; both come here and end as one question.
 */
import type { App, Context } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { checkAccess } from '../access.ts';
import type { Asked } from '../asking.ts';
import { ACTIONS } from '../blocks/actions.ts';
import { button } from '../blocks/answer.ts';
import { helpMessage } from '../blocks/help.ts';
import { plain } from '../blocks/text.ts';
import { WORDS } from '../blocks/words.ts';
import { type Destination, questionId, threadKey } from '../destination.ts';
import { post, whisper } from '../posting.ts';
import { mentionsOthers, questionText } from '../slack-text.ts';
import type { Parts } from './parts.ts';
import {
  envelopeSchema,
  isDirect,
  isFromPerson,
  messageSchema,
  type SlackMessageEvent,
  teamOf,
  timeOf,
} from './payloads.ts';

interface Delivered {
  event: unknown;
  body: unknown;
  context: Context;
  client: WebClient;
}

export function listenToMessages(app: App, parts: Parts): void {
  const messages = new Messages(parts);
  app.event('app_mention', (args) => messages.on(args));
  app.event('message', (args) => messages.on(args));
}

class Messages {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async on({ event, body, context, client }: Delivered): Promise<void> {
    const message = messageSchema.parse(event);
    const { team, botUserId } = teamOf(context);
    this.#parts.metrics.count('slack_events_total', message.subtype ?? message.type);
    if (message.subtype === 'message_changed') return this.#edited(message, team, botUserId, client);
    if (message.subtype === 'message_deleted') {
      const id = questionId(team, message.channel, message.deleted_ts ?? '');
      return this.#parts.stopping.withdraw(id);
    }
    if (!isFromPerson(message, botUserId)) return;
    const external = await this.#external(body, message.channel);
    if (!isDirect(message, botUserId) && !(await this.#isFollowUp(message, team, botUserId))) return;
    const asked = this.#asked(
      message,
      context,
      client,
      external,
      envelopeSchema.parse(body).enterprise_id != null,
    );
    if (asked.text === '' && asked.files.length === 0) return this.#help(asked);
    await this.#parts.asking.ask(asked);
  }

  /** Buttons and commands do not say that a channel is shared with another company: it is kept from here. */
  async #external(body: unknown, channel: string): Promise<boolean> {
    const external = envelopeSchema.parse(body).is_ext_shared_channel;
    if (external) await this.#parts.store.set(`slack:external:${channel}`, true);
    return external;
  }

  #asked(
    message: SlackMessageEvent,
    context: Context,
    client: WebClient,
    external: boolean,
    organisation: boolean,
  ): Asked {
    const { team, installation, botUserId } = teamOf(context);
    const user = message.user ?? '';
    const to: Destination = {
      kind: 'slack',
      installation,
      team,
      channel: message.channel,
      threadTs: message.thread_ts ?? message.ts,
      user,
      private: false,
    };
    const userTeam = organisation ? undefined : (message.user_team ?? message.source_team);
    return {
      id: questionId(team, message.channel, message.ts),
      text: questionText(message.text, botUserId),
      askedAt: timeOf(message.ts),
      ts: message.ts,
      ...(botUserId ? { botUserId } : {}),
      to,
      actor: { team, user, channel: message.channel, external, ...(userTeam ? { userTeam } : {}) },
      files: message.files ?? [],
      client,
      tell: (said) => whisper(client, to, user, said),
      delivery: context.retryNum ?? 0,
    };
  }

  /**
   * A reply needs no mention where its writer was answered before, as long as nobody talks to somebody else
   * there. Anybody else's reply is people talking.
   */
  async #isFollowUp(
    message: SlackMessageEvent,
    team: string,
    botUserId: string | undefined,
  ): Promise<boolean> {
    if (!message.thread_ts || message.thread_ts === message.ts) return false;
    const key = threadKey(team, message.channel, message.thread_ts);
    const thread = await this.#parts.records.thread(key);
    if (!thread || this.#parts.settings.mentionAlways) return false;
    const toOthers = mentionsOthers(message.text, botUserId) || !thread.askers.includes(message.user ?? '');
    if (toOthers && !thread.others) await this.#parts.records.saveThread(key, { ...thread, others: true });
    return !toOthers && !thread.others;
  }

  async #help(asked: Asked): Promise<void> {
    checkAccess(asked.actor, this.#parts.settings.access);
    if (!(await this.#parts.records.first(`help:${asked.id}`))) return;
    await post(asked.client, asked.to, helpMessage(this.#parts.settings.suggestions));
  }

  /** A changed question offers to run again; a link that unfolded is no change. */
  async #edited(
    event: SlackMessageEvent,
    team: string,
    botUserId: string | undefined,
    client: WebClient,
  ): Promise<void> {
    const { message, previous_message: before } = event;
    if (!message?.user || message.bot_id || message.text === before?.text) return;
    const id = questionId(team, event.channel, message.ts);
    if (!(await this.#parts.records.taken(id))) return;
    const text = questionText(message.text, botUserId);
    const version = message.edited?.ts ?? event.ts;
    if (text === '' || !(await this.#parts.records.first(`edited:${id}:${version}`))) return;
    await this.#parts.store.set(`slack:edited:${id}`, { text, version }, { ttlMs: 7 * 86_400_000 });
    const place = { channel: event.channel, threadTs: message.thread_ts ?? message.ts };
    await whisper(client, place, message.user, {
      text: WORDS.edited,
      blocks: [
        { type: 'section', text: plain(WORDS.edited, 300) },
        { type: 'actions', elements: [button('Run again', ACTIONS.askEdited, id)] },
      ],
    });
  }
}
