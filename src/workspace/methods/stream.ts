/**
 * chat.startStream, appendStream, stopStream. A stream takes either Markdown text or chunks, whichever came
 * first; it is open until it is stopped by the app or by a person, or until it expires, however busy it is.
 */
import { isFields } from '../arguments.ts';
import { checkMessageBlocks, withIds } from '../blocks.ts';
import { SLACK } from '../limits.ts';
import { botMessage, checkThread, keep, readMetadata, showsFile } from '../posting.ts';
import { Refusal } from '../refusal.ts';
import { anything, byType, object, oneOf, optional, required, string } from '../schema.ts';
import { applyChunk, type Chunk, expireWhenOld, streamText } from '../streams.ts';
import type { Block, Channel, Fields, Message, Stream } from '../types.ts';
import { messageJson } from '../wire.ts';
import { ownMessage } from './chat.ts';
import { type Method, type Request, writableChannel } from './method.ts';

const WRITE = ['chat:write'] as const;
const type = required(anything);
const short = string(SLACK.stream.taskText);

const CHUNK = byType({
  markdown_text: object({ type, text: required(string(SLACK.stream.markdownText, 0)) }),
  plan_update: object({ type, title: required(short) }),
  task_update: object({
    type,
    id: required(string(255)),
    title: required(short),
    status: required(oneOf('pending', 'in_progress', 'complete', 'error')),
    details: optional(string(SLACK.stream.taskText, 0)),
    output: optional(string(SLACK.stream.taskText, 0)),
    sources: optional(anything),
  }),
  blocks: object({ type, blocks: required(anything) }),
});

/** What a request adds. @throws Refusal invalid_chunks, invalid_blocks, msg_too_long */
function readChunks(request: Request): { mode: Stream['mode']; chunks: Chunk[] } {
  const { args, world, team } = request;
  const markdown = args.optionalText('markdown_text');
  const given = args.list('chunks', 'invalid_chunks');
  if (markdown !== undefined && given !== undefined) throw new Refusal('streaming_mode_mismatch');
  if (markdown !== undefined) {
    if (markdown.length > SLACK.stream.markdownText) throw new Refusal('msg_too_long');
    return { mode: 'text', chunks: [{ type: 'markdown_text', text: markdown }] };
  }
  const problems: string[] = [];
  const shows = showsFile(world, team);
  for (const [index, chunk] of (given ?? []).entries()) {
    const at = `/chunks/${index}`;
    CHUNK(chunk, at, {
      surface: 'message',
      showsFile: shows,
      problem: (text, where) => problems.push(`${text} [json-pointer:${where}]`),
    });
    if (isFields(chunk) && chunk.type === 'blocks' && Array.isArray(chunk.blocks)) {
      checkMessageBlocks(chunk.blocks as Block[], shows, `${at}/blocks`);
      chunk.blocks = withIds(chunk.blocks as Block[], () => world.id('b'));
    }
  }
  if (problems.length > 0) throw Refusal.withMessages('invalid_chunks', problems);
  const chunks = structuredClone(given ?? []) as Chunk[];
  return { mode: chunks.length > 0 ? 'chunks' : null, chunks };
}

function add(stream: Stream, addition: ReturnType<typeof readChunks>): void {
  if (addition.mode && stream.mode && addition.mode !== stream.mode)
    throw new Refusal('streaming_mode_mismatch');
  const more = addition.chunks.reduce(
    (sum, chunk) => sum + (chunk.type === 'markdown_text' ? chunk.text.length : 0),
    0,
  );
  if (streamText(stream).length + more > SLACK.message.text) throw new Refusal('msg_too_long');
  stream.mode ??= addition.mode;
  for (const chunk of addition.chunks) applyChunk(stream, chunk);
}

function start(request: Request): Fields {
  const { args, world, dispatcher } = request;
  const channel = writableChannel(request, args.text('channel'));
  const thread = checkThread(request, channel, args.text('thread_ts'));
  if (channel.kind !== 'im') {
    if (!args.has('recipient_team_id')) throw new Refusal('missing_recipient_team_id');
    if (!args.has('recipient_user_id')) throw new Refusal('missing_recipient_user_id');
  }
  const display = args.optionalText('task_display_mode') ?? 'timeline';
  if (display !== 'timeline' && display !== 'plan') {
    throw Refusal.withMessages('invalid_arguments', [
      'must be a valid enum value [json-pointer:/task_display_mode]',
    ]);
  }
  const stream: Stream = { state: 'in_progress', mode: null, display, parts: [], startedAt: Date.now() };
  add(stream, readChunks(request));
  const message: Message = {
    ...botMessage(request, channel, { text: '', blocks: undefined }),
    thread_ts: thread,
    stream,
  };
  if (thread) world.status(channel.id, thread).status = '';
  keep(world, dispatcher, message);
  return { channel: channel.id, ts: message.ts };
}

/** @throws Refusal message_not_found, message_not_owned_by_app, message_not_in_streaming_state, stopped_by_user */
function openStream(request: Request): { channel: Channel; message: Message; stream: Stream } {
  const { args, world } = request;
  const channel = writableChannel(request, args.text('channel'));
  const message = ownMessage(request, channel, args.text('ts'), 'message_not_owned_by_app');
  expireWhenOld(message, world.settings.streamExpiresMs);
  const { stream } = message;
  if (stream?.state === 'stopped_by_user' && request.method === 'chat.appendStream')
    throw new Refusal('stopped_by_user');
  if (stream?.state !== 'in_progress') throw new Refusal('message_not_in_streaming_state');
  return { channel, message, stream };
}

function append(request: Request): Fields {
  const { channel, message, stream } = openStream(request);
  const addition = readChunks(request);
  if (addition.mode === null) throw new Refusal('no_text');
  add(stream, addition);
  request.world.changed();
  return { channel: channel.id, ts: message.ts };
}

function stop(request: Request): Fields {
  const { args, world, team, dispatcher } = request;
  const { channel, message, stream } = openStream(request);
  const addition = readChunks(request);
  const blocks = args.blocks();
  if (blocks) checkMessageBlocks(blocks, showsFile(world, team));
  const metadata = readMetadata(args);
  const previous = messageJson(world, message);
  add(stream, addition);
  if (blocks) message.blocks = withIds(blocks, () => world.id('b'));
  if (metadata) message.metadata = metadata;
  message.text = streamText(stream);
  stream.state = 'completed';
  const session = args.optionalText('session_status');
  if (session) world.status(channel.id, message.thread_ts).session = session;
  dispatcher.changed(message, previous);
  world.changed();
  return { channel: channel.id, ts: message.ts, message: messageJson(world, message, { metadata: true }) };
}

export const STREAM: Record<string, Method> = {
  'chat.startStream': { auth: 'bot', scopes: WRITE, run: start },
  'chat.appendStream': { auth: 'bot', scopes: WRITE, run: append },
  'chat.stopStream': { auth: 'bot', scopes: WRITE, run: stop },
};
