/** What changed between two runs of the same program, in lines that a person reads. Pure. */
import { formatNumber } from '../agent/format.ts';
import type { Cell, Metric, Report, Table } from '../agent/report.ts';
import { formatValue } from './blocks/numbers.ts';

/** Lines shown; the rest is counted. */
const LINES = 10;

/** Empty when the numbers are the same. */
export function changes(before: Report, after: Report): string[] {
  const lines = [...metricChanges(before, after), ...tableChanges(before, after)];
  const dates = dateChange(before, after);
  if (dates) lines.unshift(dates);
  return lines.length > LINES
    ? [...lines.slice(0, LINES), `and ${lines.length - LINES} more changes`]
    : lines;
}

function dateChange(before: Report, after: Report): string | null {
  const last = (report: Report) =>
    report.freshness
      .map((item) => item.lastDate ?? '')
      .sort()
      .at(-1);
  const [from, to] = [last(before), last(after)];
  return from && to && from !== to ? `Data up to ${to} (was ${from})` : null;
}

function metricChanges(before: Report, after: Report): string[] {
  const metrics = (report: Report) =>
    report.blocks.filter((block): block is Metric => block.kind === 'metric');
  const old = new Map(metrics(before).map((metric) => [metric.label, metric]));
  const lines: string[] = [];
  for (const metric of metrics(after)) {
    const was = old.get(metric.label);
    old.delete(metric.label);
    if (!was) lines.push(`${metric.label}: ${formatValue(metric.value, metric)} (new)`);
    else if (was.value !== metric.value) {
      lines.push(
        `${metric.label}: ${formatValue(was.value, was)} → ${formatValue(metric.value, metric)}${percent(was.value, metric.value)}`,
      );
    }
  }
  return [...lines, ...[...old.values()].map((metric) => `${metric.label}: no longer there`)];
}

function percent(from: Cell, to: Cell): string {
  if (typeof from !== 'number' || typeof to !== 'number' || from === 0) return '';
  const change = ((to - from) / Math.abs(from)) * 100;
  return ` (${formatNumber(change, { unit: '%', digits: 1, signed: true })})`;
}

function tableChanges(before: Report, after: Report): string[] {
  const tables = (report: Report) => report.blocks.filter((block): block is Table => block.kind === 'table');
  const old = new Map(tables(before).map((table) => [table.title, table]));
  return tables(after).flatMap((table) => {
    const was = old.get(table.title);
    return was ? rowChanges(was, table) : [`Table "${table.title}" is new`];
  });
}

/** Rows are matched by their first column, which names them in every table that has one value a name. */
function rowChanges(before: Table, after: Table): string[] {
  const key = after.columns[0]?.name ?? '';
  const name = (row: Record<string, Cell>) => String(row[key] ?? '');
  const old = new Map(before.rows.map((row) => [name(row), row]));
  const lines: string[] = [];
  if (before.rows.length !== after.rows.length) {
    lines.push(`${after.title}: ${after.rows.length} rows (was ${before.rows.length})`);
  }
  if (old.size !== before.rows.length) return lines;
  for (const row of after.rows) {
    const was = old.get(name(row));
    if (!was) continue;
    for (const column of after.columns.slice(1)) {
      const [from, to] = [was[column.name] ?? null, row[column.name] ?? null];
      if (from === to) continue;
      const label = column.label ?? column.name;
      lines.push(`${name(row)}, ${label}: ${formatValue(from, column)} → ${formatValue(to, column)}`);
    }
  }
  return lines;
}
