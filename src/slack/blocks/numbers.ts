/** Numbers and dates as people read them. Pure; the same value always reads the same. */
import type { Cell, Column, Metric } from '../../agent/report.ts';

/** Digits after the point when nobody said: four significant ones below 1, none from 10,000 up. */
function digitsOf(value: number): number {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 10_000) return 0;
  if (size >= 1) return 2;
  return size === 0 ? 0 : Math.min(8, 3 - Math.floor(Math.log10(size)));
}

/** "1,234.50", "−3.2": thousands separated, a true minus sign. */
export function formatNumber(value: number, digits?: number): string {
  if (!Number.isFinite(value)) return '–';
  const places = Math.max(0, Math.min(12, digits ?? digitsOf(value)));
  return value
    .toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places })
    .replace('-', '−');
}

/** "12.3%", "1,200 USD", "1.5x": a sign joins the number, a word stands apart. */
export function withUnit(text: string, unit: string | undefined): string {
  if (!unit) return text;
  if (/^[$€£¥]$/.test(unit)) return text.startsWith('−') ? `−${unit}${text.slice(1)}` : `${unit}${text}`;
  return /^(%|x|°)/.test(unit) ? `${text}${unit}` : `${text} ${unit}`;
}

export function formatCell(cell: Cell, column: Pick<Column, 'digits' | 'unit'> = {}): string {
  if (cell === null) return '–';
  if (typeof cell === 'number') return withUnit(formatNumber(cell, column.digits), column.unit);
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return cell;
}

export function formatMetric(metric: Metric): string {
  if (metric.value === null) return '–';
  if (typeof metric.value === 'string') return withUnit(metric.value, metric.unit);
  return withUnit(formatNumber(metric.value, metric.digits), metric.unit);
}

/** "▲ 3.2%" or "▼ 3.2%": the arrow carries the sign. Empty when there is no change to show. */
export function formatDelta(metric: Metric): string {
  if (metric.delta === undefined) return '';
  const arrow = metric.delta > 0 ? '▲' : metric.delta < 0 ? '▼' : '●';
  const size = formatNumber(Math.abs(metric.delta), metric.digits);
  return `${arrow} ${withUnit(size, metric.deltaUnit ?? metric.unit)}`;
}

/** "850 ms", "2.4 s", "3 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}
