/**
 * The tool `get_historical_stock_prices`: its arguments, what they mean, and its answer. Pure, and the same
 * whoever holds the prices (the bundled server, the adapter of a live one), so that a program written for one
 * runs on the other.
 */
import { AnalystError } from '../agent/errors.ts';

const DAY_MS = 86_400_000;

/** Epoch milliseconds (UTC midnight) of a trading day, and its split-adjusted close. Ascending. */
export type Price = [day: number, close: number];

export interface PriceRequest {
  symbol: string;
  /** Epoch milliseconds at UTC midnight, both included; `from` is -Infinity for all there is. */
  from: number;
  to: number;
  /** Keep only the last so many trading days. */
  days?: number;
  interval: 'day' | 'week' | 'month';
}

export const PRICE_TOOL = 'get_historical_stock_prices';

export const PRICE_DESCRIPTION = `Split-adjusted closing prices of one ticker.
Give a period, or start and end; without either the period is 1y. For several tickers call it once each, in parallel.
Returns a JSON string {"<epoch milliseconds, UTC midnight>": close, …}, ascending: pass it on to query() as it is, or JSON.parse it.`;

/** JSON Schema of the arguments. `type: 'object'` as the protocol wants it. */
export const PRICE_ARGUMENTS = {
  type: 'object' as const,
  properties: {
    symbol: { type: 'string', description: 'Ticker, e.g. "AAPL"' },
    period: {
      type: 'string',
      description:
        'How far back: 1d, 5d (trading days), 1mo, 3mo, 6mo, 1y, 2y, 5y, 10y, any such number of d, wk, mo or y, ytd or max',
    },
    start: { type: 'string', description: 'First day, YYYY-MM-DD, in place of period' },
    end: { type: 'string', description: 'Last day, YYYY-MM-DD, included; default the latest' },
    interval: {
      type: 'string',
      enum: ['1d', '1wk', '1mo', 'day', 'week', 'month'],
      default: '1d',
      description: 'With a week or a month, the last close of each',
    },
  },
  required: ['symbol'],
  additionalProperties: false,
};

const INTERVALS: Record<string, PriceRequest['interval']> = {
  '1d': 'day',
  day: 'day',
  daily: 'day',
  '1wk': 'week',
  week: 'week',
  weekly: 'week',
  '1mo': 'month',
  month: 'month',
  monthly: 'month',
};

/**
 * Reads the arguments. Periods count back from `lastDay` (epoch milliseconds at UTC midnight), which is
 * included.
 * @throws AnalystError bad_input
 */
export function parsePriceRequest(args: Record<string, unknown>, lastDay: number): PriceRequest {
  const text = (name: keyof typeof PRICE_ARGUMENTS.properties) => textArgument(name, args[name]);
  const unknown = Object.keys(args).find((name) => !Object.hasOwn(PRICE_ARGUMENTS.properties, name));
  if (unknown !== undefined) {
    const known = Object.keys(PRICE_ARGUMENTS.properties).join(', ');
    throw bad(`There is no argument ${JSON.stringify(unknown.slice(0, 40))}.`, `The arguments are ${known}.`);
  }
  const symbol = text('symbol')?.toUpperCase();
  if (symbol === undefined) throw bad('symbol is missing.', 'Give one ticker, e.g. { symbol: "AAPL" }.');
  const interval = INTERVALS[(text('interval') ?? '1d').toLowerCase()];
  if (interval === undefined) {
    throw bad(
      `interval ${JSON.stringify(String(args.interval).slice(0, 40))} is not known.`,
      'Use 1d, 1wk or 1mo.',
    );
  }
  const period = text('period')?.toLowerCase();
  const start = text('start');
  const end = text('end');
  if (start === undefined && end === undefined) {
    return { symbol, to: lastDay, ...periodStart(period ?? '1y', lastDay), interval };
  }
  if (period !== undefined) throw bad('period and start or end were both given.', 'Give one or the other.');
  if (start === undefined) throw bad('end was given without start.', 'Give both as YYYY-MM-DD.');
  const from = parseDay('start', start);
  const to = end === undefined ? lastDay : parseDay('end', end);
  if (from > to) {
    throw bad(
      `start ${start} is after ${end === undefined ? `the last day, ${isoDay(to)}` : `end ${end}`}.`,
      'Dates are YYYY-MM-DD.',
    );
  }
  return { symbol, from, to, interval };
}

/** Reduces daily prices to what was asked for. */
export function selectPrices(daily: Price[], request: PriceRequest): Price[] {
  let prices = daily.filter(([day]) => day >= request.from && day <= request.to);
  if (request.days !== undefined) prices = prices.slice(-request.days);
  if (request.interval === 'day') return prices;
  const span = request.interval === 'week' ? week : month;
  return prices.filter(([day], i) => {
    const next = prices[i + 1];
    return next === undefined || span(next[0]) !== span(day);
  });
}

/** `{"<epoch milliseconds>": close, …}`, the form that the tool `query` reads. */
export function priceText(prices: Price[]): string {
  return `{${prices.map(([day, close]) => `"${day}":${close}`).join(',')}}`;
}

export function isoDay(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

function periodStart(period: string, lastDay: number): { from: number; days?: number } {
  if (period === 'max') return { from: Number.NEGATIVE_INFINITY };
  const last = new Date(lastDay);
  if (period === 'ytd') return { from: Date.UTC(last.getUTCFullYear(), 0, 1) };
  const [, digits, unit] = /^([1-9]\d{0,2})(d|wk|mo|y)$/.exec(period) ?? [];
  if (unit === undefined) {
    throw bad(
      `period ${JSON.stringify(period.slice(0, 40))} is not known.`,
      'Use 5d, 1mo, 6mo, 1y, 5y, ytd, max, or start and end as YYYY-MM-DD.',
    );
  }
  const count = Number(digits);
  // Twice the days, and two weeks more, hold so many trading days whatever the holidays.
  if (unit === 'd') return { from: lastDay - (2 * count + 14) * DAY_MS, days: count };
  if (unit === 'wk') return { from: lastDay - 7 * count * DAY_MS };
  return { from: monthsBefore(last, unit === 'y' ? 12 * count : count) };
}

/** The same day of the month, or the month's last where it is shorter. */
function monthsBefore(date: Date, months: number): number {
  const year = date.getUTCFullYear();
  const target = date.getUTCMonth() - months;
  const lastOfMonth = new Date(Date.UTC(year, target + 1, 0)).getUTCDate();
  return Date.UTC(year, target, Math.min(date.getUTCDate(), lastOfMonth));
}

function parseDay(name: string, value: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(day) || isoDay(day) !== value) {
    throw bad(`${name} ${JSON.stringify(value.slice(0, 40))} is not a date.`, 'Write it as YYYY-MM-DD.');
  }
  return day;
}

/** Weeks begin on Monday; the epoch was a Thursday. */
function week(day: number): number {
  return Math.floor((day / DAY_MS + 3) / 7);
}

function month(day: number): string {
  return isoDay(day).slice(0, 7);
}

/** A program's undefined and null, and an empty text, are the absence of an argument. */
function textArgument(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string')
    throw bad(`${name} must be a string, got ${typeof value}.`, 'See its description.');
  return value.trim() === '' ? undefined : value.trim();
}

function bad(message: string, hint: string): AnalystError {
  return new AnalystError('bad_input', message, { hint });
}
