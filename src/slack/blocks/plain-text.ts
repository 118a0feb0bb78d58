/**
 * A report as text without blocks: the notification, the fallback for readers that show no blocks, and the last
 * resort when Slack refuses everything else.
 */
import type { Report } from '../../agent/report.ts';
import { BLOCK_LIMITS } from './limits.ts';
import { formatDelta, formatValue } from './numbers.ts';
import { fixedWidth, shownPart } from './table.ts';
import { fitEscaped } from './text.ts';
import { describeError } from './words.ts';

/** One or two lines: what a notification shows. Escaped, never empty. */
export function fallbackText(report: Report): string {
  const error = report.error ? describeError(report.error, report.runId) : '';
  const text = [report.summary, error].map((part) => part.trim()).filter(Boolean);
  return fitEscaped(text.join('\n') || 'Here is the answer.', BLOCK_LIMITS.sectionText);
}

/** The whole answer as text. Escaped; at most what one message takes, cut at its end. */
export function plainText(report: Report): string {
  const lines = [report.summary];
  if (report.error) lines.push(`Not answered: ${describeError(report.error, report.runId)}`);
  for (const block of report.blocks) {
    if (block.kind === 'metric') {
      lines.push(
        `• ${block.label}: ${formatValue(block.value, block)} ${formatDelta(block)} ${block.note ?? ''}`.trimEnd(),
      );
    } else if (block.kind === 'table') {
      const shown = shownPart(block);
      lines.push('', block.title, fixedWidth(shown), `(${shown.rows.length} of ${block.rows.length} rows)`);
    } else {
      lines.push('', `${block.title}: ${block.alt}`);
    }
  }
  lines.push('', sources(report));
  const text = lines.filter((line, i) => line !== '' || lines[i - 1] !== '').join('\n');
  return fitEscaped(text.trim() || 'Here is the answer.', BLOCK_LIMITS.messageText / 4);
}

/** "Source: Yahoo Finance, data up to 2026-11-20, live", or empty. */
export function sources(report: Report): string {
  if (report.freshness.length === 0) return '';
  const each = report.freshness.map((item) =>
    [
      item.source,
      item.lastDate ? `data up to ${item.lastDate}` : '',
      item.kind === 'live' ? 'live' : 'bundled with the product',
    ]
      .filter(Boolean)
      .join(', '),
  );
  return `Source: ${[...new Set(each)].join(' · ')}`;
}
