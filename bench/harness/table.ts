/** Findings as aligned text for a terminal. */
import { type Finding, type Item, isMet } from './item.ts';

const HEADER = ['', 'median', 'p95', 'goal', '', 'note'];

export function renderTable({ title }: Pick<Item, 'title'>, findings: readonly Finding[]): string {
  const rows = [HEADER, ...findings.map(toCells)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  '),
  );
  return [title, ...lines.map((line) => `  ${line.trimEnd()}`)].join('\n');
}

function toCells(finding: Finding): string[] {
  const { what, value, p95, unit, atMost, note } = finding;
  const met = isMet(finding);
  return [
    what,
    show(value, unit),
    p95 === undefined ? '' : show(p95, unit),
    atMost === undefined ? '' : `≤ ${show(atMost, unit)}`,
    met === null ? '' : met ? 'met' : 'MISSED',
    note ?? '',
  ];
}

/** Figures stand on the right of their column, words on the left. */
function pad(cell: string, width: number, column: number): string {
  return column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);
}

function show(value: number, unit: Finding['unit']): string {
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
  return unit === '' ? text : `${text} ${unit}`;
}
