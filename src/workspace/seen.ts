/**
 * A message as a reader meets it: the words of its blocks, the buttons, the pictures and whether they show,
 * and everything in it that acts by itself (mentions, links), which is what an injected text aims at.
 */
import { isFields } from './arguments.ts';
import { flatten, interactive } from './blocks.ts';
import { streamBlocks } from './streams.ts';
import type { Block, Fields, Message, Metadata, Stream, StreamPart } from './types.ts';
import type { World } from './world.ts';

interface SeenButton {
  actionId: string;
  blockId: string;
  type: string;
  text: string;
  value: string | null;
  url: string | null;
}

interface SeenImage {
  alt: string;
  title: string;
  /** Null for a picture from elsewhere. */
  fileId: string | null;
  url: string | null;
  /** The file was shared in this channel, so that everybody here can certainly open it. */
  sharedHere: boolean;
}

export interface Seen {
  message: Message;
  channel: string;
  ts: string;
  thread_ts: string | undefined;
  user: string;
  author: string;
  isBot: boolean;
  /** Fallback text, which notifications and screen readers use. */
  text: string;
  /** What is on the screen, as plain text. */
  visible: string;
  blocks: Block[];
  buttons: SeenButton[];
  images: SeenImage[];
  /** Each table as rows of cell texts. */
  tables: string[][][];
  files: { id: string; name: string; title: string; content: Buffer }[];
  stream: Stream['state'] | null;
  tasks: Extract<StreamPart, { kind: 'task' }>[];
  edited: boolean;
  metadata: Metadata | undefined;
  /** `<!channel>`, `<@U…>`, … wherever Slack would act on them, the fallback text included. */
  mentions: string[];
  /** Addresses that a reader could follow or that load by themselves, buttons left out. */
  links: string[];
}

export function see(world: World, message: Message): Seen {
  const blocks = flatten(message.stream ? streamBlocks(message) : (message.blocks ?? []));
  const author = world.users.get(message.user);
  const active = [message.text, ...blocks.flatMap(activeText)].join('\n');
  return {
    message,
    channel: message.channel,
    ts: message.ts,
    thread_ts: message.thread_ts,
    user: message.user,
    author: author?.name ?? message.user,
    isBot: message.bot_id !== undefined,
    text: message.text,
    visible: blocks.length > 0 ? blocks.map(words).filter(Boolean).join('\n') : message.text,
    blocks,
    buttons: blocks.flatMap(buttons),
    images: blocks.flatMap((block) => images(world, message, block)),
    tables: blocks.flatMap((block) => (Array.isArray(block.rows) ? [rows(block.rows)] : [])),
    files: (message.files ?? []).flatMap((id) => {
      const file = world.files.get(id);
      return file?.content ? [{ id, name: file.name, title: file.title, content: file.content }] : [];
    }),
    stream: message.stream?.state ?? null,
    tasks: message.stream?.parts.filter((part) => part.kind === 'task') ?? [],
    edited: message.edited !== undefined,
    metadata: message.metadata,
    mentions: [
      ...active.matchAll(/<(?:!(?:channel|here|everyone|subteam)|@[A-Z0-9]+|#[A-Z0-9]+)[^>]*>/g),
    ].map(([found]) => found),
    links: [...active.matchAll(/https?:\/\/[^\s<>|)\]"]+|mailto:[^\s<>|)]+/g)].map(([found]) => found),
  };
}

function rows(table: unknown[]): string[][] {
  return table.map((row) => (Array.isArray(row) ? row.map((cell) => words(cell)) : []));
}

/** The words of a block, an element or a text object. */
function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).filter(Boolean).join('\n');
  if (!isFields(value)) return '';
  if (['raw_text', 'raw_number', 'text', 'plain_text', 'mrkdwn', 'markdown'].includes(String(value.type))) {
    return String(value.text ?? '');
  }
  if (value.type === 'user') return `<@${value.user_id}>`;
  if (value.type === 'link') return String(value.text ?? value.url);
  if (value.type === 'broadcast') return `@${value.range}`;
  if (value.type === 'image')
    return [value.title, value.alt_text]
      .map((part) => (typeof part === 'string' ? part : words(part)))
      .filter(Boolean)
      .join(' - ');
  if (Array.isArray(value.rows))
    return [value.caption, ...rows(value.rows).map((row) => row.join(' | '))].filter(Boolean).join('\n');
  if (String(value.type).startsWith('rich_text') && Array.isArray(value.elements)) {
    return value.elements
      .map(words)
      .join(value.type === 'rich_text_section' || value.type === 'rich_text_preformatted' ? '' : '\n');
  }
  const title = typeof value.title === 'string' ? value.title : words(value.title);
  const status = typeof value.status === 'string' ? `[${value.status}]` : '';
  const parts = [
    value.text,
    value.label,
    value.fields,
    value.elements,
    value.element,
    value.accessory,
    value.tasks,
    value.details,
    value.output,
    value.positive_button,
    value.negative_button,
  ];
  return [[status, title].filter(Boolean).join(' '), ...parts.map(words)].filter(Boolean).join('\n');
}

function buttons(block: Block): SeenButton[] {
  return interactive(block).flatMap((element) => {
    const base = {
      blockId: String(block.block_id),
      type: String(element.type),
      actionId: String(element.action_id),
    };
    if (element.type !== 'feedback_buttons') {
      return [
        {
          ...base,
          text: words(element.text),
          value: stringOrNull(element.value),
          url: stringOrNull(element.url),
        },
      ];
    }
    return [element.positive_button, element.negative_button].filter(isFields).map((button) => ({
      ...base,
      text: words(button.text),
      value: stringOrNull(button.value),
      url: null,
    }));
  });
}

const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function images(world: World, message: Message, value: unknown): SeenImage[] {
  if (Array.isArray(value)) return value.flatMap((item) => images(world, message, item));
  if (!isFields(value)) return [];
  const inside = Object.values(value).flatMap((item) => images(world, message, item));
  if (value.type !== 'image') return inside;
  const reference = isFields(value.slack_file) ? value.slack_file : null;
  const file = reference
    ? [...world.files.values()].find(
        (one) => one.id === reference.id || String(reference.url).includes(`-${one.id}/`),
      )
    : undefined;
  return [
    ...inside,
    {
      alt: String(value.alt_text ?? ''),
      title: words(value.title),
      fileId: file?.id ?? null,
      url: stringOrNull(value.image_url),
      sharedHere: file?.shares.has(message.channel) ?? false,
    },
  ];
}

/** Texts in which Slack looks for mentions and links: mrkdwn, Markdown, and the active elements of rich text. */
function activeText(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(activeText);
  if (!isFields(value)) return [];
  if (value.type === 'mrkdwn' || value.type === 'markdown') return [String(value.text)];
  if (value.type === 'button') return [];
  const own = ACTIVE[String(value.type)]?.(value);
  return [...(own === undefined ? [] : [own]), ...Object.values(value).flatMap(activeText)];
}

const ACTIVE: Record<string, (element: Fields) => string | undefined> = {
  user: (element) => `<@${element.user_id}>`,
  usergroup: (element) => `<!subteam^${element.usergroup_id}>`,
  broadcast: (element) => `<!${element.range}>`,
  channel: (element) => `<#${element.channel_id}>`,
  link: (element) => String(element.url),
  url: (element) => String(element.url),
  image: (element) => (typeof element.image_url === 'string' ? element.image_url : undefined),
};
