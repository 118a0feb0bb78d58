/** The data in words: for those who cannot see the picture, and for the model that asked for it. */
import { formatNumber } from '../agent/format.ts';
import { formatDate, grainOf } from './format.ts';
import type { Points } from './points.ts';

const NAMED_UP_TO = 6;

/** "3 series, 753 points". */
export function outline({ series, points }: Pick<Points, 'series' | 'points'>): string {
  const count = points.filter((point) => point.y !== null).length;
  const parts = series.length > 1 ? [`${series.length} series`] : [];
  return [...parts, `${count.toLocaleString('en')} point${count === 1 ? '' : 's'}`].join(', ');
}

/** "AAPL 100 to 123, MSFT 100 to 118, from 2 Jan 2024 to 31 Dec 2024". */
export function describeSeries(data: Points, unit: string | undefined): string {
  const bySeries = Map.groupBy(
    data.points.filter((point) => point.y !== null),
    (point) => point.series,
  );
  const spans = data.series.slice(0, NAMED_UP_TO).map((name) => {
    const own = bySeries.get(name) ?? [];
    const sorted = data.xKind === 'text' ? own : own.toSorted((a, b) => Number(a.x) - Number(b.x));
    const first = sorted[0]?.y ?? null;
    const last = sorted.at(-1)?.y ?? null;
    if (first === null || last === null) return `${name} without values`;
    const range =
      sorted.length === 1
        ? formatNumber(first, { unit })
        : `${formatNumber(first, { unit })} to ${formatNumber(last, { unit })}`;
    return `${name || data.yName || 'values'} ${range}`;
  });
  const rest = data.series.length - spans.length;
  return [...spans, ...(rest > 0 ? [`and ${rest} more series`] : []), ...describeSpan(data)].join(', ');
}

function describeSpan({ points, xKind, xName }: Points): string[] {
  if (xKind === 'text') return [`by ${xName}`];
  const xs = points.map((point) => Number(point.x));
  const low = xs.reduce((a, b) => Math.min(a, b));
  const high = xs.reduce((a, b) => Math.max(a, b));
  if (xKind === 'number') return [`over ${xName} from ${formatNumber(low)} to ${formatNumber(high)}`];
  const grain = grainOf(xs);
  return low === high
    ? [`on ${formatDate(low, grain)}`]
    : [`from ${formatDate(low, grain)} to ${formatDate(high, grain)}`];
}

/** "AAPL 34.2%, MSFT 20%, … and 3 more" for named values, in the order given. */
export function describeValues(
  values: readonly { name: string; value: number }[],
  unit: string | undefined,
): string {
  const shown = values
    .slice(0, NAMED_UP_TO)
    .map(({ name, value }) => `${name} ${formatNumber(value, { unit })}`);
  const rest = values.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}
