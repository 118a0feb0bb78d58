/** chat.*: posting, changing and deleting messages. Streaming is in stream.ts. */
import { SLACK } from '../limits.ts';
import { botMessage, checkThread, keep, readContent, readMetadata, review } from '../posting.ts';
import { Refusal } from '../refusal.ts';
import { expireWhenOld } from '../streams.ts';
import type { Channel, Fields, Message } from '../types.ts';
import { messageJson } from '../wire.ts';
import { type Method, type Request, visibleChannel, writableChannel } from './method.ts';

const WRITE = ['chat:write'] as const;

function post(request: Request): Fields {
  const { args, world, dispatcher } = request;
  const channel = writableChannel(request, args.text('channel'));
  const thread = checkThread(request, channel, args.optionalText('thread_ts'));
  const content = readContent(request, SLACK.message.text);
  if (content.empty) throw new Refusal('no_text');
  const metadata = readMetadata(args);
  const message: Message = {
    ...botMessage(request, channel, content),
    ...(thread ? { thread_ts: thread } : {}),
    ...(metadata ? { metadata } : {}),
    ...(args.flag('reply_broadcast') ? { broadcast: true } : {}),
  };
  if (thread) world.status(channel.id, thread).status = '';
  keep(world, dispatcher, message);
  review(request, message);
  return { channel: channel.id, ts: message.ts, message: messageJson(world, message, { metadata: true }) };
}

function postEphemeral(request: Request): Fields {
  const { args, world, dispatcher } = request;
  const channel = writableChannel(request, args.text('channel'));
  const user = args.text('user');
  if (!channel.members.has(user)) throw new Refusal('user_not_in_channel');
  const thread = checkThread(request, channel, args.optionalText('thread_ts'));
  const content = readContent(request, SLACK.message.text);
  if (content.empty) throw new Refusal('no_text');
  const message: Message = {
    ...botMessage(request, channel, content),
    ...(thread ? { thread_ts: thread } : {}),
    ephemeralTo: user,
  };
  keep(world, dispatcher, message);
  review(request, message);
  return { message_ts: message.ts };
}

/** A message of the bot's own. @throws Refusal message_not_found, or `foreign` when it is another's */
export function ownMessage(request: Request, channel: Channel, ts: string, foreign: string): Message {
  const message = request.world.message(channel.id, ts);
  if (!message || message.ephemeralTo !== undefined || message.subtype === 'tombstone')
    throw new Refusal('message_not_found');
  if (message.user !== request.team.botUserId) throw new Refusal(foreign);
  return message;
}

function update(request: Request): Fields {
  const { args, world, dispatcher } = request;
  const channel = writableChannel(request, args.text('channel'));
  const message = ownMessage(request, channel, args.text('ts'), 'cant_update_message');
  expireWhenOld(message, world.settings.streamExpiresMs);
  if (message.stream?.state === 'in_progress') throw new Refusal('streaming_state_conflict');
  const content = readContent(request, SLACK.message.updateText);
  if (content.empty && !args.has('blocks')) throw new Refusal('no_text');
  const metadata = readMetadata(args);
  const previous = messageJson(world, message);
  if (message.stream) {
    message.blocks = messageJson(world, message).blocks as Message['blocks'];
    delete message.stream;
  }
  if (args.has('text') || args.has('markdown_text')) message.text = content.text;
  if (content.blocks) message.blocks = content.blocks;
  if (metadata === null) delete message.metadata;
  else if (metadata) message.metadata = metadata;
  const files = args.list('file_ids');
  if (files) message.files = files.map(String);
  message.edited = { user: message.user, ts: world.nextTs() };
  review(request, message);
  dispatcher.changed(message, previous);
  world.changed();
  return {
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: messageJson(world, message, { metadata: true }),
  };
}

function remove(request: Request): Fields {
  const { args, world, dispatcher } = request;
  const channel = writableChannel(request, args.text('channel'));
  const message = ownMessage(request, channel, args.text('ts'), 'cant_delete_message');
  expireWhenOld(message, world.settings.streamExpiresMs);
  if (message.stream?.state === 'in_progress') throw new Refusal('cant_delete_message');
  const previous = messageJson(world, message);
  world.erase(message);
  dispatcher.deleted(channel, message.ts, previous);
  return { channel: channel.id, ts: message.ts };
}

function permalink(request: Request): Fields {
  const { args, world, team } = request;
  const channel = visibleChannel(request, args.text('channel'));
  const message = world.message(channel.id, args.text('message_ts'));
  if (!message) throw new Refusal('message_not_found');
  const thread = message.thread_ts ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : '';
  const link = `https://${team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return { channel: channel.id, permalink: link };
}

export const CHAT: Record<string, Method> = {
  'chat.postMessage': { auth: 'bot', scopes: WRITE, run: post },
  'chat.postEphemeral': { auth: 'bot', scopes: WRITE, run: postEphemeral },
  'chat.update': { auth: 'bot', scopes: WRITE, run: update },
  'chat.delete': { auth: 'bot', scopes: WRITE, run: remove },
  'chat.getPermalink': { auth: 'bot', scopes: [], run: permalink },
};
