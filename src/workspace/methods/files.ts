/**
 * files.*: an upload is asked for, sent, completed, and only then processed; until it is, it has no mimetype
 * and cannot be shown as a picture. Without a channel it stays private to the bot.
 */
import { randomUUID } from 'node:crypto';
import { isFields } from '../arguments.ts';
import { checkMessageBlocks, withIds } from '../blocks.ts';
import { SLACK } from '../limits.ts';
import { botMessage, canReadFile, checkThread, keep, showsFile } from '../posting.ts';
import { Refusal } from '../refusal.ts';
import type { Fields, Message, StoredFile } from '../types.ts';
import { fileJson } from '../wire.ts';
import { type Method, type Request, writableChannel } from './method.ts';

function getUploadUrl(request: Request): Fields {
  const { args, world, team } = request;
  const name = args.text('filename');
  const length = args.number('length', 0);
  if (length <= 0)
    throw Refusal.withMessages('invalid_arguments', ['must be greater than 0 [json-pointer:/length]']);
  if (length > SLACK.fileBytes) throw new Refusal('file_upload_size_restricted');
  const altText = args.optionalText('alt_text');
  const snippetType = args.optionalText('snippet_type');
  const file: StoredFile = {
    id: world.id('F'),
    name,
    title: name,
    ...(altText ? { altText } : {}),
    ...(snippetType ? { snippetType } : {}),
    teamId: team.id,
    user: team.botUserId,
    declaredBytes: length,
    content: null,
    uploadKey: randomUUID(),
    completedAt: null,
    polls: 0,
    shares: new Map(),
  };
  world.files.set(file.id, file);
  return { upload_url: `${world.settings.origin}/upload/v1/${file.uploadKey}`, file_id: file.id };
}

function complete(request: Request): Fields {
  const { args, world, team, dispatcher } = request;
  const wanted = (args.list('files') ?? []).filter(isFields);
  if (wanted.length === 0) throw Refusal.withMessages('invalid_arguments', ['missing required field: files']);
  const files = wanted.map((one) => {
    const file = world.files.get(String(one.id));
    if (!file || file.user !== team.botUserId || file.content === null) throw new Refusal('file_not_found');
    if (file.completedAt !== null) throw new Refusal('file_update_failed');
    return { file, title: typeof one.title === 'string' ? one.title : file.title };
  });
  const channelId = args.optionalText('channel_id');
  const channel = channelId === undefined ? undefined : writableChannel(request, channelId);
  if (!channel && args.has('thread_ts')) throw new Refusal('invalid_arguments');
  const thread = channel ? checkThread(request, channel, args.optionalText('thread_ts')) : undefined;
  const comment = args.optionalText('initial_comment');
  // Slack ignores the blocks when there is a comment.
  const blocks = comment === undefined ? args.blocks() : undefined;
  if (blocks) checkMessageBlocks(blocks, showsFile(world, team));
  for (const { file, title } of files) {
    file.title = title;
    file.completedAt = Date.now();
  }
  if (channel) {
    const message: Message = {
      ...botMessage(request, channel, {
        text: comment ?? '',
        blocks: blocks && withIds(blocks, () => world.id('b')),
      }),
      subtype: 'file_share',
      files: files.map(({ file }) => file.id),
      ...(thread ? { thread_ts: thread } : {}),
    };
    keep(world, dispatcher, message);
  }
  world.changed();
  return { files: files.map(({ file }) => fileJson(world, file)) };
}

function info(request: Request): Fields {
  const { args, world, team } = request;
  const file = world.files.get(args.text('file'));
  if (!file || !canReadFile(world, team, file.id)) throw new Refusal('file_not_found');
  file.polls += 1;
  return { file: fileJson(world, file), comments: [] };
}

export const FILES: Record<string, Method> = {
  'files.getUploadURLExternal': { auth: 'bot', scopes: ['files:write'], run: getUploadUrl },
  'files.completeUploadExternal': { auth: 'bot', scopes: ['files:write'], run: complete },
  'files.info': { auth: 'bot', scopes: ['files:read'], run: info },
};
