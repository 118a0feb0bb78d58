/**
 * A person at the keyboard: types, edits, deletes, uploads, presses, fills in. Methods that the app has to
 * answer (`click`, `command`, `submit`, …) resolve when it acknowledged, or say that it did not: people then
 * see a warning sign and nothing else.
 */
import { AnalystError } from '../agent/errors.ts';
import type { AttemptResult } from './delivery.ts';
import type { Dispatcher } from './dispatcher.ts';
import { keep } from './posting.ts';
import type { Channel, Message, StoredFile, Team, User } from './types.ts';
import { messageJson } from './wire.ts';
import type { World } from './world.ts';

export interface Upload {
  name: string;
  content: string | Uint8Array;
  title?: string;
}

export interface SayOptions {
  /** A message of the thread to reply in. */
  thread?: Message | string;
  files?: Upload[];
}

export interface PersonParts {
  world: World;
  dispatcher: Dispatcher;
  user: User;
  /** The team whose installation of the app this person talks to. */
  team: Team;
}

export class Person {
  readonly world: World;
  readonly dispatcher: Dispatcher;
  readonly user: User;
  readonly team: Team;

  constructor(parts: PersonParts) {
    this.world = parts.world;
    this.dispatcher = parts.dispatcher;
    this.user = parts.user;
    this.team = parts.team;
  }

  get id(): string {
    return this.user.id;
  }

  /** Types `text` as it is (`<@U…>` mentions). Joins the channel first when need be. */
  say(channelName: string | Channel, text: string, options: SayOptions = {}): Message {
    const channel = typeof channelName === 'string' ? this.channel(channelName) : channelName;
    channel.members.add(this.id);
    const thread = options.thread === undefined ? undefined : this.#root(channel, options.thread);
    const files = (options.files ?? []).map((file) => this.#file(file).id);
    const message: Message = {
      type: 'message',
      ...(files.length > 0 ? { subtype: 'file_share', files } : {}),
      channel: channel.id,
      ts: this.world.nextTs(),
      ...(thread ? { thread_ts: thread } : {}),
      user: this.id,
      team: this.user.teamId,
      ...(this.user.botId ? { bot_id: this.user.botId, app_id: this.user.appId } : {}),
      text,
      blocks: [richText(this.world.id('b'), text)],
      reactions: [],
      unfurl: {},
    };
    keep(this.world, this.dispatcher, message);
    return message;
  }

  /** Says `@app text` in a channel. */
  mention(channel: string | Channel, text: string, options: SayOptions = {}): Message {
    return this.say(channel, `<@${this.team.botUserId}> ${text}`.trim(), options);
  }

  /** Writes to the app directly. */
  dm(text: string, options: SayOptions = {}): Message {
    return this.say(this.direct, text, options);
  }

  get direct(): Channel {
    return this.world.direct(this.id, this.team.botUserId);
  }

  edit(message: Message, text: string): void {
    const previous = messageJson(this.world, message);
    message.text = text;
    message.blocks = [richText(this.world.id('b'), text)];
    message.edited = { user: this.id, ts: this.world.nextTs() };
    this.dispatcher.changed(message, previous);
    this.world.changed();
  }

  remove(message: Message): void {
    const previous = messageJson(this.world, message);
    const channel = this.world.channel(message.channel);
    this.world.erase(message);
    this.dispatcher.deleted(channel, message.ts, previous);
  }

  react(message: Message, name: string): void {
    const reaction = message.reactions.find((one) => one.name === name);
    if (reaction) reaction.users.push(this.id);
    else message.reactions.push({ name, users: [this.id] });
    const ts = this.world.nextTs();
    const item = { type: 'message', channel: message.channel, ts: message.ts };
    this.dispatcher.event(
      this.team,
      'reaction_added',
      { type: 'reaction_added', user: this.id, reaction: name, item_user: message.user, item, event_ts: ts },
      this.world.channel(message.channel),
    );
    this.world.changed();
  }

  /** A channel of this person's team by its name, with or without `#`, or by id. */
  channel(name: string): Channel {
    const wanted = name.replace(/^#/, '');
    const channel = [...this.world.channels.values()].find(
      (one) => one.id === wanted || (one.name === wanted && one.teamId === this.team.id && one.kind !== 'im'),
    );
    if (!channel) throw new AnalystError('not_found', `There is no channel ${name} in ${this.team.name}.`);
    return channel;
  }

  protected async once(
    kind: 'interactive' | 'slash_commands',
    body: Record<string, unknown>,
  ): Promise<AttemptResult> {
    return this.dispatcher.once(kind, body);
  }

  /** The ts of the root of the thread a message belongs to. */
  #root(channel: Channel, thread: Message | string): string {
    const ts = typeof thread === 'string' ? thread : (thread.thread_ts ?? thread.ts);
    if (!this.world.message(channel.id, ts)) {
      throw new AnalystError('not_found', `There is no message ${ts} in #${channel.name} to reply to.`);
    }
    return ts;
  }

  #file(upload: Upload): StoredFile {
    const content = Buffer.from(upload.content as Uint8Array);
    const file: StoredFile = {
      id: this.world.id('F'),
      name: upload.name,
      title: upload.title ?? upload.name,
      teamId: this.user.teamId,
      user: this.id,
      declaredBytes: content.length,
      content,
      uploadKey: '',
      completedAt: Date.now(),
      polls: Number.POSITIVE_INFINITY,
      shares: new Map(),
    };
    this.world.files.set(file.id, file);
    return file;
  }
}

/** The block that Slack's composer makes of what a person typed. */
function richText(id: string, text: string) {
  const elements = text
    .split(/(<@[A-Z0-9]+>)/)
    .filter((part) => part !== '')
    .map((part) => {
      const user = /^<@([A-Z0-9]+)>$/.exec(part)?.[1];
      return user ? { type: 'user', user_id: user } : { type: 'text', text: part };
    });
  return { type: 'rich_text', block_id: id, elements: [{ type: 'rich_text_section', elements }] };
}
