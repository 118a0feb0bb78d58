/**
 * What every way of writing a message has in common: checking its parts, keeping it, telling the app.
 */
import type { Arguments } from './arguments.ts';
import { checkMessageBlocks, withIds } from './blocks.ts';
import { SLACK } from './limits.ts';
import type { Request } from './methods/method.ts';
import { Refusal } from './refusal.ts';
import type { Block, Channel, Message, Metadata, Team } from './types.ts';
import { fileType, isProcessed } from './wire.ts';
import type { World } from './world.ts';

/** Whether the bot of `team` may show a file as a picture now: its own or shared with it, an image, processed. */
export const showsFile =
  (world: World, team: Team) =>
  (reference: { id?: string; url?: string }): boolean => {
    const file = [...world.files.values()].find(
      (one) => one.id === reference.id || reference.url?.includes(`-${one.id}/`),
    );
    if (!file || !isProcessed(world, file)) return false;
    return (
      canReadFile(world, team, file.id) && (SLACK.imageTypes as readonly string[]).includes(fileType(file))
    );
  };

export function canReadFile(world: World, team: Team, id: string): boolean {
  const file = world.files.get(id);
  if (!file || file.completedAt === null) return false;
  if (file.user === team.botUserId) return true;
  return [...file.shares.keys()].some((channel) => world.channels.get(channel)?.members.has(team.botUserId));
}

/** @throws Refusal invalid_thread_ts, thread_not_found, cannot_reply_to_message */
export function checkThread(
  request: Request,
  channel: Channel,
  threadTs: string | undefined,
): string | undefined {
  if (threadTs === undefined) return undefined;
  if (!/^\d{10}\.\d{6}$/.test(threadTs)) throw new Refusal('invalid_thread_ts');
  const root = request.world.message(channel.id, threadTs);
  if (!root || root.ephemeralTo !== undefined) throw new Refusal('thread_not_found');
  if (root.thread_ts !== undefined && root.thread_ts !== root.ts)
    throw new Refusal('cannot_reply_to_message');
  return threadTs;
}

/** @throws Refusal invalid_metadata_format, invalid_metadata_schema, metadata_too_large */
export function readMetadata(args: Arguments): Metadata | null | undefined {
  const given = args.object('metadata', 'invalid_metadata_format');
  if (given === undefined) return undefined;
  if (Object.keys(given).length === 0) return null;
  const { event_type: type, event_payload: payload } = given;
  if (typeof type !== 'string' || type === '' || type.length > 255)
    throw new Refusal('invalid_metadata_format');
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    throw new Refusal('invalid_metadata_format');
  const hasNull = Object.values(payload).some((value) => value === null || value === undefined);
  if (hasNull) throw new Refusal('invalid_metadata_schema');
  if (Buffer.byteLength(JSON.stringify(given)) > SLACK.message.metadataBytes)
    throw new Refusal('metadata_too_large');
  return structuredClone({ event_type: type, event_payload: payload as Metadata['event_payload'] });
}

export interface Content {
  text: string;
  blocks: Block[] | undefined;
}

/**
 * Text, blocks or Markdown of a message. `textLimit` differs between posting and updating.
 * @throws Refusal no_text, msg_too_long, invalid_blocks, markdown_text_conflict
 */
export function readContent(request: Request, textLimit: number): Content & { empty: boolean } {
  const { args, world, team } = request;
  const text = args.optionalText('text') ?? '';
  const blocks = args.blocks();
  const markdown = args.optionalText('markdown_text');
  if (markdown !== undefined) {
    if (text !== '' || blocks !== undefined) throw new Refusal('markdown_text_conflict');
    if (markdown.length > SLACK.message.markdownText) throw new Refusal('msg_too_long');
    return {
      text: markdown,
      blocks: withIds([{ type: 'markdown', text: markdown }], () => world.id('b')),
      empty: false,
    };
  }
  if (text.length > textLimit) throw new Refusal('msg_too_long');
  if (blocks) checkMessageBlocks(blocks, showsFile(world, team));
  const attachments = args.list('attachments', 'invalid_attachments') ?? [];
  return {
    text,
    blocks: blocks ? withIds(blocks, () => world.id('b')) : undefined,
    empty: text.trim() === '' && (blocks?.length ?? 0) === 0 && attachments.length === 0,
  };
}

/** A message of the app's own bot, not yet kept. */
export function botMessage(request: Request, channel: Channel, content: Content): Message {
  const { world, team, args } = request;
  return {
    type: 'message',
    channel: channel.id,
    ts: world.nextTs(),
    user: team.botUserId,
    team: team.id,
    bot_id: team.botId,
    app_id: world.appId,
    text: content.text,
    ...(content.blocks ? { blocks: content.blocks } : {}),
    reactions: [],
    unfurl: { links: args.flag('unfurl_links'), media: args.flag('unfurl_media') },
  };
}

/** Keeps a message and tells whoever listens. Ephemeral ones are nobody's event. */
export function keep(world: World, dispatcher: Request['dispatcher'], message: Message): void {
  world.messages.push(message);
  for (const id of message.files ?? []) {
    const file = world.files.get(id);
    if (file) file.shares.set(message.channel, [...(file.shares.get(message.channel) ?? []), message.ts]);
  }
  if (message.ephemeralTo === undefined) dispatcher.posted(message);
  world.changed();
}

/** Notes what a reviewer of the app would mind, though Slack lets it through. */
export function review(request: Request, message: Message): void {
  const note = { method: request.method, channel: message.channel, ts: message.ts };
  if (message.text.trim() === '') request.world.notes.push({ kind: 'no_fallback_text', ...note });
  const linked = /https?:\/\//.test(`${message.text}${JSON.stringify(message.blocks ?? [])}`);
  const silent = message.unfurl.links === false && message.unfurl.media === false;
  if (linked && !silent && message.ephemeralTo === undefined)
    request.world.notes.push({ kind: 'may_unfurl', ...note });
}
