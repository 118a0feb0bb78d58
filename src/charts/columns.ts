/**
 * What the columns of some rows hold. Dates are ISO strings, epoch milliseconds in a column named so, or years;
 * inside charts every date is epoch milliseconds, UTC.
 */
import { AnalystError } from '../agent/errors.ts';
import type { Row } from '../agent/report.ts';

export type Kind = 'date' | 'number' | 'text' | 'empty';
/** In the order of their first appearance. */
export type Columns = Map<string, Kind>;

const ISO_DATE = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;
const NUMERIC = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const YEAR_NAME = /^((fiscal|calendar)_?)?(year|yr)$/i;
const TIME_NAME = /date|time|^ts$|^(day|week|month|quarter)$/i;
const EPOCH_MS_MIN = 1e11; // March 1973

/** @throws AnalystError no_data when there is no row or no column */
export function describeColumns(rows: readonly Row[]): Columns {
  const columns: Columns = new Map();
  for (const row of rows) {
    for (const name of Object.keys(row)) if (!columns.has(name)) columns.set(name, 'empty');
  }
  if (rows.length === 0 || columns.size === 0) throw noData();
  for (const name of columns.keys()) columns.set(name, kindOf(name, rows));
  return columns;
}

export function noData(detail = 'There are no rows to draw.'): AnalystError {
  return new AnalystError('no_data', detail, {
    hint: 'Check the query (tickers, dates, filters) before drawing, and say so in the answer when there is nothing.',
  });
}

function kindOf(name: string, rows: readonly Row[]): Kind {
  const known = new Set<unknown>();
  let seen = false;
  let dates = true;
  let numbers = true;
  let years = YEAR_NAME.test(name);
  let epochs = TIME_NAME.test(name);
  for (const row of rows) {
    const value = row[name];
    if (value === null || value === undefined || value === '') continue;
    seen = true;
    // Dates and names come again in every series.
    if (known.has(value)) continue;
    if (typeof value === 'string') known.add(value);
    const number = numberOf(value);
    if (number === null) {
      if (!(typeof value === 'number')) numbers = years = epochs = false;
    } else {
      if (!Number.isInteger(number) || number < 1700 || number > 2300) years = false;
      if (number < EPOCH_MS_MIN) epochs = false;
    }
    if (!(value instanceof Date) && (typeof value !== 'string' || !ISO_DATE.test(value))) dates = false;
    if (!dates && !numbers) return 'text';
  }
  if (!seen) return 'empty';
  if (dates || years || epochs) return 'date';
  return numbers ? 'number' : 'text';
}

/** A finite number, also from a decimal in a string; everything else is null. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' && NUMERIC.test(value.trim())) return Number(value);
  return typeof value === 'bigint' ? Number(value) : null;
}

/** Epoch milliseconds; a date without a time zone is UTC. Null for what is no date. */
export function dateOf(value: unknown): number | null {
  if (value instanceof Date) return value.getTime();
  const number = numberOf(value);
  if (number !== null) return number < 2301 && number > 1699 ? Date.UTC(number, 0, 1) : number;
  if (typeof value !== 'string' || !ISO_DATE.test(value)) return null;
  const text = value.replace(' ', 'T');
  const time = Date.parse(text.length > 10 && !/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(time) ? null : time;
}

/** The name of a category or series, on one line. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '(none)';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  // Vega looks "constructor" up like a name of its own; a space without width makes it a word like others.
  return line in Object.prototype ? `${line}\u200b` : line;
}

/** @throws AnalystError bad_input listing the columns there are */
export function requireColumn(columns: Columns, name: string, option: string): Kind {
  const kind = columns.get(name);
  if (kind !== undefined) return kind;
  throw new AnalystError('bad_input', `options.${option}: there is no column "${name}".`, {
    hint: `The rows have the columns ${[...columns.keys()].map((key) => `"${key}"`).join(', ')}.`,
  });
}

export function namesOf(columns: Columns, kind: Kind): string[] {
  return [...columns].filter(([, of]) => of === kind).map(([name]) => name);
}
