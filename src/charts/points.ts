/**
 * Rows as a program has them, wide (`{date, AAPL, MSFT}`) or long (`{date, ticker, close}`), become points
 * (x, y, series). What the options leave open is inferred from the kinds of the columns.
 */
import { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { ChartRequest } from './chart.ts';
import {
  type Columns,
  dateOf,
  describeColumns,
  type Kind,
  namesOf,
  noData,
  numberOf,
  requireColumn,
  textOf,
} from './columns.ts';

export interface Point {
  /** Epoch milliseconds, a number, or a category, as `xKind` says. */
  x: number | string;
  /** Null is a gap. */
  y: number | null;
  series: string;
}

export interface Points {
  points: Point[];
  xName: string;
  xKind: 'date' | 'number' | 'text';
  /** In the order of their first appearance; one of them, '', when nothing tells series apart. */
  series: string[];
  /** Name of the measured column; null when several columns became the series. */
  yName: string | null;
}

/** What a type looks for as x, best first. */
export type XOrder = readonly ('date' | 'text' | 'number')[];

/** @throws AnalystError bad_input for unknown, missing or repeated columns; no_data; too_large */
export function toPoints({ rows, options }: ChartRequest, order: XOrder): Points {
  const columns = describeColumns(rows);
  const xName = options.x ?? inferX(columns, order, options.series);
  const found = requireColumn(columns, xName, 'x');
  const xKind = found === 'empty' ? 'text' : found;
  if (options.series !== undefined) requireColumn(columns, options.series, 'series');
  const yNames = chooseY(columns, options.y, xName, options.series);
  const repeats = new Set(rows.map((row) => row[xName])).size < rows.length;
  // Where every x occurs once, a further column of text is a remark, not a series.
  const seriesName = options.series ?? (repeats ? inferSeries(columns, xName, yNames) : undefined);

  checkPointCount(rows.length * yNames.length);
  const points: Point[] = [];
  const xs = new Map<unknown, Point['x'] | null>();
  for (const row of rows) {
    const raw = row[xName];
    const known = xs.get(raw);
    const x = known === undefined ? readX(raw, xKind) : known;
    if (known === undefined) xs.set(raw, x);
    if (x === null) continue;
    for (const name of yNames) {
      const own = seriesName === undefined ? null : textOf(row[seriesName]);
      const series =
        own === null ? (yNames.length > 1 ? name : '') : yNames.length > 1 ? `${own} ${name}` : own;
      points.push({ x, y: numberOf(row[name]), series });
    }
  }
  if (!points.some((point) => point.y !== null)) {
    throw noData(`There is no number to draw in ${yNames.map((name) => `"${name}"`).join(', ')}.`);
  }
  const series = [...new Set(points.map((point) => point.series))];
  return { points, xName, xKind, series, yName: yNames.length === 1 ? (yNames[0] ?? null) : null };
}

/** @throws AnalystError too_large */
export function checkPointCount(count: number): void {
  if (count <= LIMITS.chartPoints) return;
  throw new AnalystError(
    'too_large',
    `A chart holds at most ${LIMITS.chartPoints.toLocaleString('en')} points; these rows make ${count.toLocaleString('en')}.`,
    { hint: "Aggregate in SQL, for example to weeks with date_trunc('week', date), or draw fewer series." },
  );
}

/**
 * A series with two values at one x is nearly always rows of several series taken for one.
 * @throws AnalystError bad_input
 */
export function refuseRepeats({ points, xName }: Points, columns: readonly string[]): void {
  const seen = new Map<string, Set<Point['x']>>();
  for (const { x, series } of points) {
    const own = seen.get(series) ?? new Set();
    if (own.has(x)) {
      const where = series === '' ? '' : ` in series "${series}"`;
      const shown = typeof x === 'number' && x > 1e11 ? new Date(x).toISOString().slice(0, 10) : x;
      throw new AnalystError('bad_input', `Several rows have ${xName} = ${shown}${where}.`, {
        hint: `Name the column that tells them apart in options.series, or aggregate in SQL. Columns: ${columns.join(', ')}.`,
      });
    }
    seen.set(series, own.add(x));
  }
}

function readX(value: unknown, kind: Points['xKind']): number | string | null {
  if (kind === 'date') return dateOf(value);
  return kind === 'number' ? numberOf(value) : textOf(value);
}

function inferX(columns: Columns, order: XOrder, series: string | undefined): string {
  for (const kind of order) {
    const names = namesOf(columns, kind).filter((name) => name !== series);
    if (kind === 'number' && names.length < 2) continue;
    if (names[0] !== undefined) return names[0];
  }
  throw new AnalystError('bad_input', 'No column suits the x axis: name it in options.x.', {
    hint: `The rows have the columns ${[...columns.keys()].join(', ')}.`,
  });
}

function chooseY(
  columns: Columns,
  given: string | string[] | undefined,
  x: string,
  series?: string,
): string[] {
  if (given !== undefined) {
    const names = [given].flat();
    for (const name of names) {
      const kind = requireColumn(columns, name, 'y');
      if (kind === 'text' || (kind === 'date' && name !== x)) throw notNumbers(name, kind);
    }
    return [...new Set(names)];
  }
  const numbers = namesOf(columns, 'number').filter((name) => name !== x && name !== series);
  // A long table has one measure; a further number column there is not another series.
  const long = series !== undefined || namesOf(columns, 'text').some((name) => name !== x);
  const chosen = long ? [numbers.find((name) => /^(close|value|price)$/i.test(name)) ?? numbers[0]] : numbers;
  const names = chosen.filter((name) => name !== undefined);
  if (names.length > 0) return names;
  if ([...columns.values()].includes('empty')) throw noData('The rows hold no numbers, only nulls.');
  throw new AnalystError('bad_input', 'No column holds numbers to draw.', {
    hint: `The rows have the columns ${[...columns].map(([name, kind]) => `${name} (${kind})`).join(', ')}.`,
  });
}

function notNumbers(name: string, kind: Kind): AnalystError {
  return new AnalystError('bad_input', `options.y: column "${name}" holds ${kind}, not numbers.`);
}

function inferSeries(columns: Columns, x: string, y: readonly string[]): string | undefined {
  return namesOf(columns, 'text').find((name) => name !== x && !y.includes(name));
}
