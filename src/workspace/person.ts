/**
 * A person at the keyboard: types, edits, deletes, uploads, presses, fills in. Methods that the app has to
 * answer (`click`, `command`, `submit`, …) resolve when it acknowledged, or say that it did not: people then
 * see a warning sign and nothing else.
 */
import { AnalystError } from '../agent/errors.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Typed } from './form.ts';
import { keep } from './posting.ts';
import { callShortcut, click, command, dismiss, type Reply, submit } from './press.ts';
import type { Seen } from './seen.ts';
import type { Channel, Message, StoredFile, StoredView, Team, User } from './types.ts';
import { messageJson, viewJson } from './wire.ts';
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

  /** Presses a button (by its action id, and its value where several share one) or chooses an option. */
  click(place: Message | Seen | StoredView, action: string | RegExp, choice?: string): Promise<Reply> {
    return click(this, 'message' in place ? place.message : place, action, choice);
  }

  /** Types a slash command in a channel, or in the conversation with the app. */
  command(name: string, text: string, channel?: string | Channel): Promise<Reply> {
    const place = typeof channel === 'string' ? this.channel(channel) : (channel ?? this.direct);
    place.members.add(this.id);
    return command(this, name, text, place);
  }

  /** A global shortcut, or one on a message. */
  shortcut(callbackId: string, message?: Message | Seen): Promise<Reply> {
    return callShortcut(this, callbackId, message && 'message' in message ? message.message : message);
  }

  /** The modal on top. @throws AnalystError not_found */
  get modal(): StoredView {
    const view = this.world.modals.get(this.id)?.at(-1);
    if (view) return view;
    throw new AnalystError('not_found', `${this.user.name} has no modal open.`);
  }

  /** Fills in the modal on top, by action id, and sends it. */
  submit(typed: Typed = {}): Promise<Reply> {
    return submit(this, this.modal, typed);
  }

  /** Closes the modal on top. */
  dismiss(): Promise<Reply> {
    return dismiss(this, this.modal);
  }

  /** The App Home as published for this person, or null. */
  get home(): StoredView | null {
    return (
      [...this.world.views.values()].find(
        (view) => view.type === 'home' && view.user === this.id && view.teamId === this.team.id,
      ) ?? null
    );
  }

  /** Opens the app, at its Home or at the conversation with it. */
  openApp(tab: 'home' | 'messages' = 'home'): void {
    const { home } = this;
    const view = tab === 'home' && home ? { view: viewJson(this.team, this.world.appId, home) } : {};
    this.dispatcher.event(this.team, 'app_home_opened', {
      type: 'app_home_opened',
      user: this.id,
      channel: this.direct.id,
      tab,
      ...view,
      event_ts: this.world.nextTs(),
    });
  }

  /**
   * Presses Slack's own stop button in the thread of `message`. It is there while the app streams or its
   * session is `processing`. @throws AnalystError not_found
   */
  stop(message: Message | Seen): void {
    const { world } = this;
    const { channel } = message;
    const thread = message.thread_ts ?? message.ts;
    const open = world.threadMessages(channel, thread).filter((one) => one.stream?.state === 'in_progress');
    const state = world.status(channel, thread);
    if (open.length === 0 && state.session !== 'processing') {
      throw new AnalystError(
        'not_found',
        'There is no stop button: nothing streams and no session is processing.',
      );
    }
    for (const one of open) if (one.stream) one.stream.state = 'stopped_by_user';
    state.session = 'active';
    state.status = '';
    this.dispatcher.event(
      this.team,
      'agent_session_stopped',
      {
        type: 'agent_session_stopped',
        channel,
        user: this.id,
        thread_ts: thread,
        streaming_message_ts: open.map((one) => one.ts),
        event_ts: world.nextTs(),
      },
      world.channel(channel),
    );
    world.changed();
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
