/**
 * A table of a report in the two forms a message can take: Slack's own table, and fixed-width text where there is
 * one already or Slack refuses it. Each shows the first rows and says how many there are; CSV has them all.
 */
import type { KnownBlock, RawNumberElement, RawTextElement, TableBlock } from '@slack/types';
import type { Cell, Column, Table } from '../../agent/report.ts';
import { ANSWER_LIMITS, BLOCK_LIMITS } from './limits.ts';
import { formatValue } from './numbers.ts';
import { escapeMrkdwn, fit, fitEscaped, mrkdwn, plain, preformatted } from './text.ts';

export type TableForm = 'native' | 'text';

/** What of a table is shown: as many first rows as fit, and no more columns than Slack takes. */
export interface ShownTable {
  columns: Column[];
  heading: string[];
  rows: string[][];
  numeric: boolean[];
}

export function shownPart(table: Table): ShownTable {
  const columns = table.columns.slice(0, BLOCK_LIMITS.tableColumns);
  const heading = columns.map((column) => {
    const label = column.label ?? column.name;
    return fit(label, ANSWER_LIMITS.cellText) || '–';
  });
  let room = ANSWER_LIMITS.tableText - heading.join('').length;
  const rows: string[][] = [];
  for (const row of table.rows.slice(0, ANSWER_LIMITS.tableRows)) {
    const cells = columns.map((column) =>
      fit(cellText(row[column.name] ?? null, column), ANSWER_LIMITS.cellText),
    );
    room -= cells.join('').length;
    if (room < 0 && rows.length > 0) break;
    rows.push(cells);
  }
  const numeric = columns.map((column) => table.rows.some((row) => typeof row[column.name] === 'number'));
  return { columns, heading, rows, numeric };
}

/** Slack refuses an empty cell. */
function cellText(cell: Cell, column: Column): string {
  const text = formatValue(cell, column);
  return text.trim() === '' ? '–' : text;
}

/** The blocks of one table: title, rows, and a note where rows or columns were left out. */
export function tableBlocks(table: Table, form: TableForm): KnownBlock[] {
  const shown = shownPart(table);
  const title: KnownBlock = {
    type: 'section',
    text: mrkdwn(`*${fitEscaped(table.title, ANSWER_LIMITS.labelText)}*`),
  };
  const note = leftOut(table, shown);
  const notes: KnownBlock[] = note
    ? [{ type: 'context', elements: [plain(note, ANSWER_LIMITS.noteText)] }]
    : [];
  if (shown.rows.length === 0 || shown.columns.length === 0) {
    return [title, { type: 'context', elements: [plain('No rows.', ANSWER_LIMITS.noteText)] }];
  }
  if (form === 'text') {
    return [
      title,
      { type: 'section', text: preformatted(fixedWidth(shown), BLOCK_LIMITS.sectionText) },
      ...notes,
    ];
  }
  return [title, nativeTable(table, shown), ...notes];
}

function cells(table: Table, shown: ShownTable): (RawTextElement | RawNumberElement)[][] {
  const heading = shown.heading.map((text): RawTextElement => ({ type: 'raw_text', text }));
  const rows = shown.rows.map((row, r) =>
    row.map((text, c): RawTextElement | RawNumberElement => {
      const value = table.rows[r]?.[shown.columns[c]?.name ?? ''];
      return typeof value === 'number' && Number.isFinite(value)
        ? { type: 'raw_number', value, text }
        : { type: 'raw_text', text };
    }),
  );
  return [heading, ...rows];
}

function nativeTable(table: Table, shown: ShownTable): TableBlock {
  return {
    type: 'table',
    rows: cells(table, shown),
    column_settings: shown.numeric.map((numeric) => ({
      align: numeric ? 'right' : 'left',
      is_wrapped: !numeric,
    })),
  };
}

function leftOut(table: Table, shown: ShownTable): string {
  const parts: string[] = [];
  if (shown.rows.length < table.rows.length) {
    parts.push(`the first ${shown.rows.length} of ${table.rows.length} rows`);
  }
  if (shown.columns.length < table.columns.length) {
    parts.push(`${shown.columns.length} of ${table.columns.length} columns`);
  }
  return parts.length > 0 ? `Shown: ${parts.join(', ')}. All of them: button CSV.` : '';
}

/** Columns padded to equal width, numbers to the right. Wide cells are cut, so that lines stay whole. */
export function fixedWidth(shown: ShownTable): string {
  const width = Math.max(6, Math.floor(110 / Math.max(1, shown.columns.length)));
  const lines = [shown.heading, ...shown.rows].map((row) => row.map((cell) => fit(oneLine(cell), width)));
  const widths = shown.columns.map((_, c) => Math.max(...lines.map((line) => line[c]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, c) => (shown.numeric[c] ? cell.padStart(widths[c] ?? 0) : cell.padEnd(widths[c] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  // A section is cut by whole lines, escapes counted: half a row reads as a wrong number.
  let length = 0;
  const kept = text.filter((line) => {
    length += escapeMrkdwn(line).length + 1;
    return length <= BLOCK_LIMITS.sectionText - 10;
  });
  return kept.join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
