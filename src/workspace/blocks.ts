/**
 * Checks the blocks of a message or a view: each against the table of rules, and all of them together
 * (how many, how long, one table, unique ids). Errors are Slack's: `invalid_blocks` and its relatives.
 */
import { isFields } from './arguments.ts';
import { RULES } from './block-rules.ts';
import { plain } from './element-rules.ts';
import { SLACK } from './limits.ts';
import { Refusal } from './refusal.ts';
import {
  anything,
  boolean,
  type Context,
  list,
  object,
  oneOf,
  optional,
  required,
  string,
} from './schema.ts';
import type { Block, Fields } from './types.ts';

export type ShowsFile = Context['showsFile'];

function context(
  surface: Context['surface'],
  showsFile: ShowsFile,
): { problems: string[]; context: Context } {
  const problems: string[] = [];
  const problem = (text: string, at: string) => problems.push(`${text} [json-pointer:${at}]`);
  return { problems, context: { surface, showsFile, problem } };
}

/** @throws Refusal invalid_blocks, invalid_attachments (two tables), msg_blocks_too_long */
export function checkMessageBlocks(blocks: Block[], showsFile: ShowsFile, at = '/blocks'): void {
  const { problems, context: checks } = context('message', showsFile);
  list(RULES.message, SLACK.message.blocks, 0)(blocks, at, checks);
  uniqueIds(blocks, at, problems);
  if (problems.length > 0) throw Refusal.withMessages('invalid_blocks', problems);
  const all = flatten(blocks);
  const tables = all.filter((block) => block.type === 'table' || block.type === 'data_table');
  if (tables.length > SLACK.message.tables) {
    throw Refusal.withMessages('invalid_attachments', [`only_one_table_allowed [json-pointer:${at}]`]);
  }
  const charts = all.filter((block) => block.type === 'data_visualization');
  if (charts.length > SLACK.message.nativeCharts) {
    throw Refusal.withMessages('invalid_blocks', [
      `no more than ${SLACK.message.nativeCharts} data_visualization blocks allowed [json-pointer:${at}]`,
    ]);
  }
  const markdown = all.reduce(
    (sum, block) => sum + (block.type === 'markdown' ? String(block.text).length : 0),
    0,
  );
  if (markdown > SLACK.message.markdownText || visibleLength(blocks) > SLACK.message.blocksText) {
    throw new Refusal('msg_blocks_too_long');
  }
}

/** @throws Refusal invalid_arguments, view_too_large */
export function checkView(view: Fields, kind: 'modal' | 'home', showsFile: ShowsFile): void {
  const { problems, context: checks } = context(kind, showsFile);
  const blocks = required(list(RULES[kind], SLACK.view.blocks, 0));
  const shared = {
    type: required(oneOf(kind)),
    blocks,
    private_metadata: optional(string(SLACK.view.privateMetadata, 0)),
    callback_id: optional(string(SLACK.view.callbackId, 0)),
    external_id: optional(string(255, 0)),
  };
  const modal = {
    title: required(plain(SLACK.view.title)),
    submit: optional(plain(SLACK.view.submit)),
    close: optional(plain(SLACK.view.close)),
    clear_on_close: optional(boolean),
    notify_on_close: optional(boolean),
    submit_disabled: optional(anything),
  };
  object(kind === 'modal' ? { ...shared, ...modal } : shared)(view, '/view', checks);
  const given = Array.isArray(view.blocks) ? (view.blocks as Block[]) : [];
  if (kind === 'modal' && given.some((block) => block.type === 'input') && !view.submit) {
    checks.problem('missing required field: submit', '/view');
  }
  uniqueIds(given, '/view/blocks', problems);
  if (problems.length > 0) throw Refusal.withMessages('invalid_arguments', problems);
  if (Buffer.byteLength(JSON.stringify(view)) > SLACK.view.bytes) throw new Refusal('view_too_large');
}

/** Fills in missing block and action ids, as Slack does, and copies: what an app sent is not kept by reference. */
export function withIds(blocks: Block[], id: () => string): Block[] {
  const copy = structuredClone(blocks);
  for (const block of copy) {
    block.block_id ??= id();
    for (const element of interactive(block)) element.action_id ??= id();
  }
  return copy;
}

const NOT_PRESSABLE = ['image', 'plain_text', 'mrkdwn'];

/** The elements of a block that a person can press or fill in. */
export function interactive(block: Block): Fields[] {
  const elements = [
    ...(['actions', 'context_actions'].includes(block.type) && Array.isArray(block.elements)
      ? block.elements
      : []),
    ...(Array.isArray(block.actions) ? block.actions : []),
    block.accessory,
    block.element,
  ].filter((element) => isFields(element) && !NOT_PRESSABLE.includes(String(element.type))) as Fields[];
  return [...elements, ...flatten(children(block)).flatMap(interactive)];
}

function children(block: Block): Block[] {
  return Array.isArray(block.child_blocks) ? (block.child_blocks as Block[]) : [];
}

/** Every block, those inside containers included. */
export function flatten(blocks: Block[]): Block[] {
  return blocks.flatMap((block) => [block, ...flatten(children(block))]);
}

function uniqueIds(blocks: Block[], at: string, problems: string[]): void {
  const seen = new Set<unknown>();
  for (const [index, block] of blocks.entries()) {
    if (!isFields(block)) continue;
    if (block.block_id !== undefined && seen.has(block.block_id)) {
      problems.push(`\`block_id\` already exists: ${block.block_id} [json-pointer:${at}/${index}/block_id]`);
    }
    seen.add(block.block_id);
    const actions = interactive(block).flatMap((element) => element.action_id ?? []);
    if (new Set(actions).size < actions.length) {
      problems.push(`\`action_id\` must be unique within a block [json-pointer:${at}/${index}/elements]`);
    }
  }
}

/** Characters that a reader sees: every string under a key that holds text. */
function visibleLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + visibleLength(item), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, item]) =>
      sum +
      (typeof item === 'string' && ['text', 'title', 'caption'].includes(name)
        ? item.length
        : visibleLength(item)),
    0,
  );
}
