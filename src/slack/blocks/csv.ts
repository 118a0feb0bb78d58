/**
 * A report's data as CSV files (RFC 4180, UTF-8 with a byte order mark so that Excel reads it), every row.
 * A cell that a spreadsheet would run as a formula is defused with an apostrophe; numbers stay numbers.
 */
import type { Block, Report } from '../../agent/report.ts';

export interface CsvFile {
  filename: string;
  title: string;
  content: string;
}

/** One file a table and a chart, one for all metrics. Names are unique and safe on every system. */
export function csvFiles(report: Pick<Report, 'blocks'>): CsvFile[] {
  const files: CsvFile[] = [];
  const metrics = report.blocks.filter((block) => block.kind === 'metric');
  if (metrics.length > 0) {
    const rows = metrics.map(({ label, value, unit, delta, deltaUnit, note }) => ({
      label,
      value,
      unit,
      delta,
      delta_unit: deltaUnit,
      note,
    }));
    files.push(file('metrics', 'Metrics', toCsv(rows, Object.keys(rows[0] ?? {})), files));
  }
  for (const block of report.blocks) {
    const data = rowsOf(block);
    if (data) files.push(file(block.kind, data.title, toCsv(data.rows, data.columns), files));
  }
  return files;
}

function rowsOf(block: Block): { title: string; rows: Record<string, unknown>[]; columns: string[] } | null {
  if (block.kind === 'metric') return null;
  const columns =
    block.kind === 'table'
      ? block.columns.map((column) => column.name)
      : [...new Set(block.rows.flatMap((row) => Object.keys(row)))];
  return { title: block.title, rows: block.rows, columns };
}

function file(kind: string, title: string, content: string, before: CsvFile[]): CsvFile {
  const name =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || kind;
  const taken = before.filter((other) => other.filename.replace(/(-\d+)?\.csv$/, '') === name).length;
  return { filename: `${name}${taken > 0 ? `-${taken + 1}` : ''}.csv`, title: title || kind, content };
}

export function toCsv(rows: Record<string, unknown>[], columns: string[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return `\uFEFF${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // OWASP "CSV injection": a leading one of these makes a formula, unless it is the sign of a number.
  const formula = /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text));
  const safe = formula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
