/**
 * Every rule of Slack that the stand-in enforces: just inside is accepted, just outside is refused with
 * Slack's own name. One table, through the real Web API client.
 */
import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  actions,
  button,
  dataTable,
  image,
  mrkdwn,
  plain,
  raw,
  section,
  table,
  times,
  x,
} from './blocks.fixture.ts';
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
