/** The window behind "Program": the program, what it called, and what it cost. For those who want to check. */
import type { KnownBlock, ModalView } from '@slack/types';
import { formatNumber } from '../../agent/format.ts';
import type { CallRecord, Report } from '../../agent/report.ts';
import { VIEWS } from './actions.ts';
import { ANSWER_LIMITS, BLOCK_LIMITS } from './limits.ts';
import { formatDuration } from './numbers.ts';
import { fit, plain, preformatted } from './text.ts';

export function programWindow(report: Report): ModalView {
  const blocks: KnownBlock[] = [
    heading('Program'),
    ...programBlocks(report.program),
    heading(`Calls (${report.receipt.calls.length})`),
    ...callBlocks(report.receipt.calls),
    heading('Receipt'),
    { type: 'section', text: plain(receiptText(report), BLOCK_LIMITS.sectionText) },
  ];
  return {
    type: 'modal',
    callback_id: VIEWS.program,
    title: plain('How it was computed', BLOCK_LIMITS.viewTitle),
    close: plain('Close', BLOCK_LIMITS.viewTitle),
    blocks: blocks.slice(0, BLOCK_LIMITS.viewBlocks),
  };
}

function heading(text: string): KnownBlock {
  return { type: 'header', text: plain(text, BLOCK_LIMITS.headerText) };
}

/** Cut at line ends into sections; a program too long for a window says so. */
function programBlocks(program: string | null): KnownBlock[] {
  if (!program) return [{ type: 'section', text: plain('No program ran.', BLOCK_LIMITS.sectionText) }];
  const shown =
    program.length > ANSWER_LIMITS.programText
      ? `${program.slice(0, ANSWER_LIMITS.programText)}\n… ${program.length - ANSWER_LIMITS.programText} more characters`
      : program;
  // Escaping makes a text longer: half a section leaves room for all but hostile programs, and those are cut.
  return chunks(shown, BLOCK_LIMITS.sectionText / 2).map((part) => ({
    type: 'section',
    text: preformatted(part, BLOCK_LIMITS.sectionText),
  }));
}

function chunks(text: string, size: number): string[] {
  const parts = [''];
  for (const line of text.split('\n')) {
    const last = parts.at(-1) ?? '';
    if (last !== '' && last.length + line.length + 1 > size) parts.push(line);
    else parts[parts.length - 1] = last === '' ? line : `${last}\n${line}`;
  }
  return parts.flatMap((part) => part.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []);
}

function callBlocks(calls: CallRecord[]): KnownBlock[] {
  if (calls.length === 0) return [{ type: 'section', text: plain('None.', BLOCK_LIMITS.sectionText) }];
  const lines = calls.slice(0, ANSWER_LIMITS.calls).map(callLine);
  const more = calls.length - lines.length;
  if (more > 0) lines.push(`… and ${more} more`);
  return chunks(lines.join('\n'), BLOCK_LIMITS.sectionText / 2).map((part) => ({
    type: 'section',
    text: preformatted(part, BLOCK_LIMITS.sectionText),
  }));
}

function callLine(call: CallRecord): string {
  const facts = [call.cached ? 'cached' : formatDuration(call.durationMs)];
  if (call.rows !== undefined) facts.push(`${formatNumber(call.rows)} rows`);
  if (call.error) facts.push(`failed: ${fit(call.error.message, 120)}`);
  return `${fit(call.name, 100)} (${facts.join(', ')})`;
}

function receiptText(report: Report): string {
  const { receipt } = report;
  const { usage } = receipt;
  const cost = usage.cost === null ? 'price not known' : formatNumber(usage.cost, { unit: 'USD', digits: 4 });
  return [
    `Run ${receipt.runId}`,
    `Model: ${receipt.model}, ${receipt.turns} turns, ${receipt.programs.length} programs`,
    `Tokens: ${formatNumber(usage.inputTokens)} in, ${formatNumber(usage.outputTokens)} out, ` +
      `${formatNumber(usage.cacheReadTokens)} from the provider's cache; cost: ${cost}`,
    `Asked ${new Date(receipt.askedAt).toISOString()}, took ${formatDuration(receipt.finishedAt - receipt.askedAt)}`,
    `Versions: ${Object.entries(receipt.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ].join('\n');
}
