/** A report's numbers as a message shows them, with the core's own formats. Pure. */
import { formatCell, formatNumber, type NumberFormat } from '../../agent/format.ts';
import type { Cell, Metric } from '../../agent/report.ts';

/** A model may ask for any number of digits; those that nobody can show are left to the default. */
function checked({ unit, digits }: NumberFormat): NumberFormat {
  const shown = digits !== undefined && Number.isInteger(digits) && digits >= 0 && digits <= 20;
  return { unit, ...(shown ? { digits } : {}) };
}

export function formatValue(value: Cell, format: NumberFormat): string {
  return formatCell(value, checked(format));
}

/** "▲ 3.2%" or "▼ 3.2%": the arrow carries the sign. Empty when there is no change to show. */
export function formatDelta(metric: Metric): string {
  const { delta, digits } = metric;
  if (delta === undefined) return '';
  const arrow = delta > 0 ? '▲' : delta < 0 ? '▼' : '●';
  return `${arrow} ${formatNumber(Math.abs(delta), checked({ unit: metric.deltaUnit ?? metric.unit, digits }))}`;
}

/** "850 ms", "2.4 s", "3 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}
