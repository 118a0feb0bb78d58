/** Tables for a terminal: aligned columns, cut to the width and to a number of rows, saying what is left out. */
import { formatCell } from '../agent/format.ts';
import type { Table } from '../agent/report.ts';

const GAP = '  ';
const MOST_ROWS = 20;
const WIDEST_COLUMN = 32;

/** Lines of the table, title excluded. `width` in characters. */
export function tableLines(table: Table, width: number): string[] {
  const rows = table.rows.slice(0, MOST_ROWS);
  const numeric = table.columns.map((column) => rows.some((row) => typeof row[column.name] === 'number'));
  const cells = [
    table.columns.map((column) => column.label ?? column.name),
    ...rows.map((row) => table.columns.map((column) => formatCell(row[column.name] ?? null, column))),
  ].map((line) => line.map(cut));
  const widths = table.columns.map((_, i) => Math.max(...cells.map((line) => displayWidth(line[i] ?? ''))));
  const shown = columnsThatFit(widths, width);
  const lines = cells.map((line) =>
    line
      .slice(0, shown)
      .map((cell, i) => pad(cell, widths[i] ?? 0, numeric[i] ?? false))
      .join(GAP)
      .trimEnd(),
  );
  lines.splice(
    1,
    0,
    widths
      .slice(0, shown)
      .map((w) => '─'.repeat(w))
      .join(GAP),
  );
  const left: string[] = [];
  if (table.rows.length > rows.length) left.push(more(table.rows.length - rows.length, 'row'));
  if (shown < table.columns.length) left.push(more(table.columns.length - shown, 'column'));
  return left.length > 0 ? [...lines, `… ${left.join(' and ')}: see --json`] : lines;
}

function more(count: number, word: string): string {
  return `${count} more ${word}${count === 1 ? '' : 's'}`;
}

function cut(cell: string): string {
  const line = cell.replace(/\s+/g, ' ');
  return line.length <= WIDEST_COLUMN ? line : `${line.slice(0, WIDEST_COLUMN - 1)}…`;
}

function columnsThatFit(widths: number[], width: number): number {
  let used = 0;
  let shown = 0;
  for (const columnWidth of widths) {
    used += columnWidth + (shown > 0 ? GAP.length : 0);
    if (used > width && shown > 0) break;
    shown++;
  }
  return shown;
}

export function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return right ? space + text : text + space;
}

/** Columns a text takes: wide East Asian characters and emoji take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width +=
      /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u.test(
        segment,
      )
        ? 2
        : 1;
  }
  return width;
}
