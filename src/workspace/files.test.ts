import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clientOf, refusal } from './bolt.fixture.ts';
import type { Message } from './types.ts';
import { startWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let client: WebClient;
let question: Message;
beforeEach(async () => {
  workspace = await startWorkspace({
    scopes: ['chat:write', 'files:write', 'files:read', 'channels:history'],
  });
  client = clientOf(workspace);
  question = workspace.person('ana').say('general', 'chart please');
});
afterEach(() => workspace.close());

const PNG = Buffer.from('not really a picture');
const upload = async (more: object = { file: PNG, filename: 'chart.png' }) => {
  const result = (await client.filesUploadV2(more as never)) as unknown as {
    files: { files: { id: string }[] }[];
  };
  return result.files[0]?.files[0]?.id ?? '';
};
const show = (id: string) =>
  refusal(
    client.chat.postMessage({
      channel: question.channel,
      thread_ts: question.ts,
      text: 'A chart',
      blocks: [{ type: 'image', slack_file: { id }, alt_text: 'A chart' }],
    }),
  );

it('is not ready at once: no mimetype, and no picture', async () => {
  const id = await upload();
  expect(await show(id)).toEqual({
    error: 'invalid_blocks',
    messages: ['[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]'],
  });
  const first = await client.files.info({ file: id });
  const second = await client.files.info({ file: id });
  expect([first.file?.mimetype, second.file?.mimetype]).toEqual(['', 'image/png']);
  expect((await show(id)).error).toBe('accepted');
  expect(workspace.thread(question).at(-1)?.images).toEqual([
    { alt: 'A chart', title: '', fileId: id, url: null, sharedHere: false },
  ]);
});

it('is shared by an upload into a thread', async () => {
  const id = await upload({
    file: PNG,
    filename: 'chart.png',
    channel_id: question.channel,
    thread_ts: question.ts,
    initial_comment: 'here',
  });
  const message = workspace.thread(question).at(-1);
  expect(message).toMatchObject({ text: 'here' });
  expect(message?.files[0]?.content.equals(PNG)).toBe(true);
  await client.files.info({ file: id });
  await client.files.info({ file: id });
  await show(id);
  expect(workspace.thread(question).at(-1)?.images[0]?.sharedHere).toBe(true);
});

it('only pictures can be shown as pictures', async () => {
  const id = await upload({ content: 'a,b', filename: 'rows.csv' });
  await client.files.info({ file: id });
  expect((await client.files.info({ file: id })).file?.mimetype).toBe('text/csv');
  expect((await show(id)).messages[0]).toContain('invalid slack file');
});

it('refuses what does not fit: length, channel, an upload completed twice', async () => {
  const asked = await client.files.getUploadURLExternal({ filename: 'a.png', length: 3 });
  const sent = await fetch(asked.upload_url ?? '', { method: 'POST', body: 'four' });
  expect(sent.status).toBe(400);
  const files: [{ id: string }] = [{ id: asked.file_id ?? '' }];
  expect((await refusal(client.files.completeUploadExternal({ files }))).error).toBe('file_not_found');
  await fetch(asked.upload_url ?? '', { method: 'POST', body: 'abc' });
  const random = workspace.channel('random').id;
  expect((await refusal(client.files.completeUploadExternal({ files, channel_id: random }))).error).toBe(
    'not_in_channel',
  );
  await client.files.completeUploadExternal({ files });
  expect((await refusal(client.files.completeUploadExternal({ files }))).error).toBe('file_update_failed');
});

it('gives a file of a person only to a bot of that channel, with its token, and never by redirect', async () => {
  const message = workspace
    .person('ana')
    .say('general', 'look', { files: [{ name: 'a.csv', content: 'a\n1' }] });
  const id = message.files?.[0] ?? '';
  const { file } = await client.files.info({ file: id });
  const url = file?.url_private ?? '';
  const headers = { authorization: `Bearer ${workspace.botToken}` };
  expect(await (await fetch(url, { headers, redirect: 'error' })).text()).toBe('a\n1');
  await expect(fetch(url, { redirect: 'error' })).rejects.toThrow();
  expect((await fetch(url)).headers.get('content-type')).toBe('text/html');
  const hidden = workspace.person('ana').say('random', 'look', { files: [{ name: 'b.csv', content: 'a' }] });
  expect((await refusal(client.files.info({ file: hidden.files?.[0] ?? '' }))).error).toBe('file_not_found');
});
