/**
 * Report -> the messages of one answer, within Slack's limits by construction: the most important first, what
 * does not fit named in `left` for the files. Pure, so that every size of report can be tested.
 */
import type { ActionsBlock, Button, ContextActionsBlock, KnownBlock } from '@slack/types';
import type { Block, Report } from '../../agent/report.ts';
import { ACTIONS } from './actions.ts';
import { ANSWER_LIMITS, BLOCK_LIMITS } from './limits.ts';
import { formatDuration } from './numbers.ts';
import { type Pictures, type Piece, pieces, textLength } from './pieces.ts';
import { fallbackText, plainText, sources } from './plain-text.ts';
import { plain } from './text.ts';

/** `full` has Slack's newest blocks, `simple` only its oldest, `plain` none at all. */
export type Form = 'full' | 'simple' | 'plain';

export interface SlackMessage {
  text: string;
  blocks?: KnownBlock[];
}

export interface Answer {
  /** The answer itself first; more only where one message is too small. Never empty. */
  messages: SlackMessage[];
  /** Blocks of the report that are in no message: they go into files. */
  left: Block[];
}

export interface AnswerOptions {
  form: Form;
  pictures: Pictures;
  /** A page about the run. */
  link: string | null;
  /** Offers to show a private answer to the channel. */
  share: boolean;
  /** What changed against an earlier run, one line each. */
  changes?: string[];
}

export function answer(report: Report, options: AnswerOptions): Answer {
  if (options.form === 'plain') {
    // No buttons either, so that the full rows come as files at once.
    return {
      messages: [{ text: plainText(report) }],
      left: report.blocks.filter((block) => block.kind !== 'metric'),
    };
  }
  const all = pieces(report, {
    pictures: options.pictures,
    tables: options.form === 'full' ? 'native' : 'text',
  });
  const changes = changesPiece(options.changes);
  if (changes) all.splice(1, 0, changes);
  const { packed, left } = pack(all);
  const text = fallbackText(report);
  const messages = packed.map((blocks, i): SlackMessage => {
    const part = i === 0 ? [...blocks, ...footer(report, options)] : blocks;
    return { text: i === 0 ? text : `${report.blocks.length} results, part ${i + 1}`, blocks: part };
  });
  return { messages, left };
}

/** Each piece goes into the first message with room for it, so that little moves to a second one. */
function pack(all: Piece[]): { packed: KnownBlock[][]; left: Block[] } {
  const packed: KnownBlock[][] = [[]];
  const left: Block[] = [];
  for (const piece of all) {
    const place = (form: Piece) => {
      const found = packed.find((message, i) => room(message, form, i === 0));
      if (found) found.push(...form.blocks);
      else if (packed.length < ANSWER_LIMITS.messages) packed.push([...form.blocks]);
      else return false;
      return true;
    };
    if (!place(piece) && !(piece.otherwise && place(piece.otherwise))) left.push(...piece.shows);
  }
  return { packed, left };
}

function room(message: KnownBlock[], piece: Piece, first: boolean): boolean {
  const blocks = BLOCK_LIMITS.messageBlocks - (first ? ANSWER_LIMITS.footerBlocks : 0);
  const text = BLOCK_LIMITS.messageBlockText - (first ? ANSWER_LIMITS.footerText : 0);
  const all = [...message, ...piece.blocks];
  const tables = all.filter((block) => block.type === 'table').length;
  return all.length <= blocks && textLength(all) <= text && tables <= BLOCK_LIMITS.tablesPerMessage;
}

function changesPiece(changes: string[] | undefined): Piece | null {
  if (!changes) return null;
  const lines = changes.map((line) => `\n• ${line}`).join('') || ' nothing changed.';
  return {
    blocks: [{ type: 'section', text: plain(`Since the last run:${lines}`, ANSWER_LIMITS.summaryText) }],
    shows: [],
  };
}

function footer(report: Report, options: AnswerOptions): KnownBlock[] {
  const { receipt } = report;
  const cached = receipt.calls.filter((call) => call.cached).length;
  const facts = [
    sources(report),
    took(receipt),
    cached > 0 ? `${cached} of ${receipt.calls.length} calls from the cache` : '',
  ];
  const line = facts.filter(Boolean).join(' · ');
  const blocks: KnownBlock[] = line
    ? [{ type: 'context', elements: [plain(line, ANSWER_LIMITS.noteText)] }]
    : [];
  const buttons = answerButtons(report, options);
  if (options.form === 'simple') buttons.push(...thumbButtons(report.runId));
  if (buttons.length > 0) blocks.push({ type: 'actions', elements: buttons } satisfies ActionsBlock);
  if (options.form === 'full') blocks.push(feedback(report.runId));
  return blocks;
}

/** "claude-opus-4-8, 12 s"; a re-run asks no model; nothing for a run that never got to its model. */
function took({ model, turns, programs, askedAt, finishedAt }: Report['receipt']): string {
  if (turns === 0 && programs.length === 0) return '';
  return `${model === 'none' ? 'no model' : model}, ${formatDuration(Math.max(0, finishedAt - askedAt))}`;
}

function answerButtons(report: Report, options: AnswerOptions): Button[] {
  const buttons: Button[] = [];
  const has = (...kinds: Block['kind'][]) => report.blocks.some((block) => kinds.includes(block.kind));
  if (options.link && options.link.length <= BLOCK_LIMITS.url) {
    buttons.push({ ...button('Open run', ACTIONS.openRun, report.runId), url: options.link });
  }
  if (options.share) buttons.push(button('Share', ACTIONS.share, report.runId));
  if (report.program) buttons.push(button('Program', ACTIONS.program, report.runId));
  if (has('table', 'chart', 'metric')) buttons.push(button('CSV', ACTIONS.csv, report.runId));
  if (report.program) buttons.push(button('Re-run', ACTIONS.rerun, report.runId));
  return buttons;
}

export function button(text: string, action: string, value: string): Button {
  return { type: 'button', text: plain(text, BLOCK_LIMITS.buttonText), action_id: action, value };
}

function thumbButtons(runId: string): Button[] {
  return [
    { ...button('Good', `${ACTIONS.feedback}_good`, `good:${runId}`) },
    { ...button('Bad', `${ACTIONS.feedback}_bad`, `bad:${runId}`) },
  ];
}

function feedback(runId: string): ContextActionsBlock {
  const thumb = (text: string, value: string) => ({
    text: plain(text, BLOCK_LIMITS.buttonText),
    accessibility_label: `This answer was ${value}`,
    value: `${value}:${runId}`,
  });
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: ACTIONS.feedback,
        positive_button: thumb('Good answer', 'good'),
        negative_button: thumb('Bad answer', 'bad'),
      },
    ],
  };
}
