/**
 * Every rule of Slack that the stand-in enforces: just inside is accepted, just outside is refused with
 * Slack's own name. One table, through the real Web API client.
 */
import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, refusal } from './bolt.fixture.ts';
import type { Block } from './types.ts';
import { startWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let client: WebClient;
beforeAll(async () => {
  workspace = await startWorkspace();
  client = clientOf(workspace);
});
afterAll(() => workspace.close());

const x = (length: number) => 'x'.repeat(length);
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string): Block => ({ type: 'section', text: mrkdwn(text) });
const button = (index: number, more = {}) => ({
  type: 'button',
  text: plain('Go'),
  action_id: `a${index}`,
  ...more,
});
const actions = (...elements: object[]): Block => ({ type: 'actions', elements });
const raw = (text: string) => ({ type: 'raw_text', text });
const table = (rows: number, columns: number): Block => ({
  type: 'table',
  rows: times(rows, () => times(columns, () => raw('1'))),
});
const dataTable = (rows: number, columns: number, more = {}): Block => ({
  type: 'data_table',
  caption: 'Prices',
  rows: times(rows, () => times(columns, () => raw('1'))),
  ...more,
});
const image = (more = {}): Block => ({
  type: 'image',
  image_url: 'https://example.com/a.png',
  alt_text: 'a',
  ...more,
});

const post = (args: object) =>
  refusal(
    client.apiCall('chat.postMessage', { channel: workspace.channel('general').id, text: 'x', ...args }),
  );

/** What is accepted, what is not, and how Slack says so. */
const BLOCK_RULES: [string, Block[], Block[], string][] = [
  [
    '50 blocks',
    times(50, () => section('x')),
    times(51, () => section('x')),
    'no more than 50 items allowed [json-pointer:/blocks]',
  ],
  [
    'header 150',
    [{ type: 'header', text: plain(x(150)) }],
    [{ type: 'header', text: plain(x(151)) }],
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'header is plain text',
    [{ type: 'header', text: plain('x') }],
    [{ type: 'header', text: mrkdwn('x') }],
    'must be a valid enum value [json-pointer:/blocks/0/text/type]',
  ],
  [
    'section text 3000',
    [section(x(3000))],
    [section(x(3001))],
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'section text not empty',
    [section('x')],
    [section('')],
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    '10 section fields',
    [{ type: 'section', fields: times(10, () => mrkdwn('x')) }],
    [{ type: 'section', fields: times(11, () => mrkdwn('x')) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
  ],
  [
    'section field 2000',
    [{ type: 'section', fields: [mrkdwn(x(2000))] }],
    [{ type: 'section', fields: [mrkdwn(x(2001))] }],
    'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
  ],
  [
    'section needs text or fields',
    [section('x')],
    [{ type: 'section' }],
    'must define one of the fields: text, fields [json-pointer:/blocks/0]',
  ],
  [
    '25 actions',
    [actions(...times(25, (i) => button(i)))],
    [actions(...times(26, (i) => button(i)))],
    'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    '10 context elements',
    [{ type: 'context', elements: times(10, () => mrkdwn('x')) }],
    [{ type: 'context', elements: times(11, () => mrkdwn('x')) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    '5 context actions',
    [
      {
        type: 'context_actions',
        elements: times(5, (i) => ({
          type: 'icon_button',
          icon: 'trash',
          text: plain('x'),
          action_id: `i${i}`,
        })),
      },
    ],
    [
      {
        type: 'context_actions',
        elements: times(6, (i) => ({
          type: 'icon_button',
          icon: 'trash',
          text: plain('x'),
          action_id: `i${i}`,
        })),
      },
    ],
    'no more than 5 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'button text 75',
    [actions(button(1, { text: plain(x(75)) }))],
    [actions(button(1, { text: plain(x(76)) }))],
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
  ],
  [
    'button value 2000',
    [actions(button(1, { value: x(2000) }))],
    [actions(button(1, { value: x(2001) }))],
    'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    'button url 3000',
    [actions(button(1, { url: `https://a.b/${x(2988)}` }))],
    [actions(button(1, { url: `https://a.b/${x(2989)}` }))],
    'must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]',
  ],
  [
    'button url is one',
    [actions(button(1, { url: 'https://a.b' }))],
    [actions(button(1, { url: 'javascript:alert(1)' }))],
    'invalid url [json-pointer:/blocks/0/elements/0/url]',
  ],
  [
    'action ids differ',
    [actions(button(1), button(2))],
    [actions(button(1), button(1))],
    '`action_id` must be unique within a block [json-pointer:/blocks/0/elements]',
  ],
  [
    'block ids differ',
    [
      { ...section('x'), block_id: 'a' },
      { ...section('x'), block_id: 'b' },
    ],
    [
      { ...section('x'), block_id: 'a' },
      { ...section('x'), block_id: 'a' },
    ],
    '`block_id` already exists: a [json-pointer:/blocks/1/block_id]',
  ],
  [
    'image alt text 2000',
    [image({ alt_text: x(2000) })],
    [image({ alt_text: x(2001) })],
    'must be less than 2001 characters [json-pointer:/blocks/0/alt_text]',
  ],
  [
    'image alt text wanted',
    [image()],
    [image({ alt_text: undefined })],
    'missing required field: alt_text [json-pointer:/blocks/0]',
  ],
  [
    'image title 2000',
    [image({ title: plain(x(2000)) })],
    [image({ title: plain(x(2001)) })],
    'must be less than 2001 characters [json-pointer:/blocks/0/title/text]',
  ],
  [
    'image has one source',
    [image()],
    [image({ slack_file: { id: 'F1' } })],
    'must define only one of the fields: image_url, slack_file [json-pointer:/blocks/0]',
  ],
  [
    'table 100 rows',
    [table(100, 2)],
    [table(101, 2)],
    'no more than 100 items allowed [json-pointer:/blocks/0/rows]',
  ],
  [
    'table 20 columns',
    [table(2, 20)],
    [table(2, 21)],
    'no more than 20 items allowed [json-pointer:/blocks/0/rows/0]',
  ],
  [
    'table cells not empty',
    [{ type: 'table', rows: [[raw('-')]] }],
    [{ type: 'table', rows: [[raw('')]] }],
    'must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]',
  ],
  [
    'raw number has a value',
    [{ type: 'table', rows: [[{ type: 'raw_number', value: 1, text: '1' }]] }],
    [{ type: 'table', rows: [[{ type: 'raw_number', text: '1' }]] }],
    'missing required field: value [json-pointer:/blocks/0/rows/0/0]',
  ],
  [
    'data table 2 to 101 rows',
    [dataTable(101, 2)],
    [dataTable(102, 2)],
    'no more than 101 items allowed [json-pointer:/blocks/0/rows]',
  ],
  [
    'data table not only a header',
    [dataTable(2, 2)],
    [dataTable(1, 2)],
    'no fewer than 2 items allowed [json-pointer:/blocks/0/rows]',
  ],
  [
    'data table caption',
    [dataTable(2, 2)],
    [dataTable(2, 2, { caption: undefined })],
    'missing required field: caption [json-pointer:/blocks/0]',
  ],
  [
    'data table page size',
    [dataTable(2, 2, { page_size: 100 })],
    [dataTable(2, 2, { page_size: 101 })],
    'must be between 1 and 100 [json-pointer:/blocks/0/page_size]',
  ],
  [
    'data table 10k characters',
    [dataTable(2, 1, { rows: [[raw('h')], [raw(x(9_999))]] })],
    [dataTable(3, 1, { rows: [[raw('h')], [raw(x(5_000))], [raw(x(5_000))]] })],
    'must be less than 10001 characters [json-pointer:/blocks/0/rows]',
  ],
  [
    'data table even rows',
    [dataTable(2, 2)],
    [dataTable(2, 2, { rows: [[raw('a'), raw('b')], [raw('a')]] })],
    'must have 2 cells [json-pointer:/blocks/0/rows/1]',
  ],
  [
    'known types only',
    [{ type: 'divider' }],
    [{ type: 'chart' }],
    'unsupported type: chart [json-pointer:/blocks/0/type]',
  ],
  [
    'known fields only',
    [{ type: 'divider' }],
    [{ type: 'divider', colour: 'red' }],
    'invalid additional property: colour [json-pointer:/blocks/0]',
  ],
  [
    'markdown 12000',
    [{ type: 'markdown', text: x(12_000) }],
    [{ type: 'markdown', text: x(12_001) }],
    'must be less than 12001 characters [json-pointer:/blocks/0/text]',
  ],
];

describe('blocks of a message', () => {
  it.each(BLOCK_RULES)('%s', async (_, inside, outside, message) => {
    expect(await post({ blocks: inside })).toEqual({ error: 'accepted', messages: [] });
    const { error, messages } = await post({ blocks: outside });
    expect(error).toBe('invalid_blocks');
    expect(messages).toContain(`[ERROR] ${message}`);
  });

  it('takes one table, whatever its kind', async () => {
    expect(await post({ blocks: [table(2, 2), dataTable(2, 2)] })).toEqual({
      error: 'invalid_attachments',
      messages: ['[ERROR] only_one_table_allowed [json-pointer:/blocks]'],
    });
  });

  it('has a limit on all text together', async () => {
    expect((await post({ blocks: times(4, () => section(x(3_000))) })).error).toBe('accepted');
    expect((await post({ blocks: times(5, () => section(x(3_000))) })).error).toBe('msg_blocks_too_long');
    expect((await post({ blocks: times(2, () => ({ type: 'markdown', text: x(6_001) })) })).error).toBe(
      'msg_blocks_too_long',
    );
  });

  it('must be JSON', async () => {
    expect((await post({ blocks: '[{' })).error).toBe('invalid_blocks_format');
  });
});

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
