/** What a message must be apart from its blocks, what is kept of it, and who may call at all. */
import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { section, x } from './blocks.fixture.ts';
import { clientOf, refusal } from './bolt.fixture.ts';
import { startWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let client: WebClient;
beforeAll(async () => {
  workspace = await startWorkspace();
  client = clientOf(workspace);
});
afterAll(() => workspace.close());

const post = (args: object) =>
  refusal(
    client.apiCall('chat.postMessage', { channel: workspace.channel('general').id, text: 'x', ...args }),
  );

describe('the rest of a message', () => {
  it.each([
    ['nothing at all', { text: '' }, 'no_text'],
    ['40,000 characters', { text: x(40_001) }, 'msg_too_long'],
    ['an unknown thread', { thread_ts: '1700000000.000001' }, 'thread_not_found'],
    ['a thread that is no ts', { thread_ts: '17' }, 'invalid_thread_ts'],
    ['metadata without a payload', { metadata: { event_type: 'run' } }, 'invalid_metadata_format'],
    ['metadata without a type', { metadata: { event_payload: {} } }, 'invalid_metadata_format'],
    ['an unknown channel', { channel: 'C404' }, 'channel_not_found'],
    ['Markdown beside text', { markdown_text: 'x' }, 'markdown_text_conflict'],
    ['Markdown of 12,001', { text: '', markdown_text: x(12_001) }, 'msg_too_long'],
  ])('refuses %s', async (_, args, error) => {
    expect((await post(args)).error).toBe(error);
  });

  it('wants to be a member, and does not know private channels it is not in', async () => {
    expect((await post({ channel: workspace.channel('random').id })).error).toBe('not_in_channel');
    const secret = workspace.channel('secret', { private: true, bot: false });
    expect((await post({ channel: secret.id })).error).toBe('channel_not_found');
  });

  it('refuses a reply to a reply', async () => {
    const ana = workspace.person('ana');
    const root = ana.say('general', 'root');
    const reply = ana.say('general', 'reply', { thread: root });
    expect((await post({ thread_ts: reply.ts })).error).toBe('cannot_reply_to_message');
    expect((await post({ thread_ts: root.ts })).error).toBe('accepted');
  });

  it('lets an update have only 4,000 characters, and only of its own message', async () => {
    const channel = workspace.channel('general').id;
    const { ts } = await client.chat.postMessage({ channel, text: 'mine' });
    const change = (args: object) => refusal(client.apiCall('chat.update', { channel, ts, ...args }));
    expect((await change({ text: x(4_000) })).error).toBe('accepted');
    expect((await change({ text: x(4_001) })).error).toBe('msg_too_long');
    const hers = workspace.person('ana').say('general', 'hers').ts;
    expect((await change({ ts: hers, text: 'x' })).error).toBe('cant_update_message');
    expect((await refusal(client.chat.delete({ channel, ts: hers }))).error).toBe('cant_delete_message');
    expect((await change({ ts: '1700000000.000001', text: 'x' })).error).toBe('message_not_found');
  });

  it('keeps metadata for whoever asks for it, and the blocks an update does not mention', async () => {
    const channel = workspace.channel('general').id;
    const metadata = { event_type: 'answer', event_payload: { run: 'r1' } };
    const { ts = '' } = await client.chat.postMessage({
      channel,
      text: 'mine',
      blocks: [section('kept')] as never,
      metadata,
    });
    await client.chat.update({ channel, ts, text: 'changed' });
    const plainRead = await client.conversations.replies({ channel, ts });
    expect(plainRead.messages?.[0]?.metadata).toBeUndefined();
    const read = await client.conversations.replies({ channel, ts, include_all_metadata: true });
    expect(read.messages?.[0]?.metadata).toEqual(metadata);
    expect(read.messages?.[0]?.text).toBe('changed');
    expect(JSON.stringify(read.messages?.[0])).toContain('kept');
  });

  it('notes missing fallback text and links that would unfurl', async () => {
    const from = workspace.notes.length;
    await post({ text: '', blocks: [section('x')] });
    await post({ text: 'see https://example.com' });
    await post({ text: 'see https://example.com', unfurl_links: false, unfurl_media: false });
    expect(workspace.notes.slice(from).map((note) => note.kind)).toEqual(['no_fallback_text', 'may_unfurl']);
  });
});

describe('tokens and scopes', () => {
  const as = (token: string) => clientOf(workspace, token);

  it('knows its tokens', async () => {
    expect((await refusal(as('xoxb-wrong').auth.test())).error).toBe('invalid_auth');
    expect((await refusal(as('').auth.test())).error).toBe('not_authed');
    expect((await refusal(client.apps.connections.open())).error).toBe('not_allowed_token_type');
    expect((await refusal(as(workspace.appToken).auth.test())).error).toBe('not_allowed_token_type');
    expect((await refusal(client.apiCall('chat.shout'))).error).toBe('unknown_method');
  });

  it('says which scope is missing', async () => {
    const error = await client.users
      .info({ user: workspace.person('ana').id })
      .catch((caught: unknown) => caught);
    expect((error as { data: object }).data).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read',
      provided: expect.stringContaining('chat:write'),
    });
  });
});
