/**
 * The pieces that every written program shares: fetching, the rows of each ticker, and thinning of long
 * series. A fragment is lines of a program and the clauses that it adds to the summary (the insides
 * of template literals). Lines hold no numbers but those of the question.
 */
import { type Period, startOf } from './period.ts';
import type { Plan } from './plan.ts';

export type Lines = string[];

export interface Fragment {
  lines: Lines;
  clauses: string[];
}

export interface Writing {
  plan: Plan;
  today: string;
  /** One ticker only: simpler words and fewer loops. */
  single: boolean;
}

/** Rows of one query: some below its limit, and as many points as a line chart can use. */
const ROWS = 9_000;
const TRADING_DAYS = 252;
/** Prices of some companies reach back to 1962. */
const LONGEST_HISTORY_YEARS = 64;

/** The lines that define `variable` as ticker -> JSON text of its prices. Several tickers are in `symbols`. */
export function fetchSeries({ plan, single }: Writing, variable: string, period: Period): Lines {
  const range =
    'span' in period
      ? `period: '${period.span}'`
      : `start: '${period.start}'${period.end ? `, end: '${period.end}'` : ''}`;
  if (single) {
    const symbol = plan.symbols.join('');
    return [
      `const ${variable} = {`,
      `  ${symbol}: await yf_get_historical_stock_prices({ symbol: '${symbol}', ${range} }),`,
      '};',
    ];
  }
  const fetched = variable === 'series' ? 'prices' : `${variable}Prices`;
  return [
    '// Fetch all prices at the same time.',
    `const ${fetched} = await Promise.all(`,
    `  symbols.map((symbol) => yf_get_historical_stock_prices({ symbol, ${range} })),`,
    ');',
    `const ${variable} = Object.fromEntries(symbols.map((symbol, i) => [symbol, ${fetched}[i]]));`,
  ];
}

/** The lines that define `name`: for each ticker of `variable` all its days and closes, in order. */
export function listCloses(name: string, variable: string, where = ''): Lines {
  return [
    '// One row a ticker: its days and closes, in order.',
    `const ${name} = await query(`,
    '  `SELECT ticker, list(date ORDER BY date) AS dates, list(close ORDER BY date) AS closes',
    `   FROM prices${where} GROUP BY ticker ORDER BY ticker\`,`,
    `  ${variable},`,
    ');',
  ];
}

/** Daily returns of each ticker, as a common table expression named `daily`. */
export const DAILY_RETURNS = [
  '  `WITH daily AS (',
  '     SELECT ticker, date, close / lag(close) OVER (PARTITION BY ticker ORDER BY date) - 1 AS change',
  '     FROM prices',
  '   )',
];

/** How often a long series is shown, so that it stays within the limits of a query. */
export function every({ plan, today }: Writing): 'day' | 'week' | 'month' {
  const start = startOf(plan.period, today);
  const end = ('end' in plan.period && plan.period.end) || today;
  const years = start ? (Date.parse(end) - Date.parse(start)) / (365.25 * 86_400_000) : LONGEST_HISTORY_YEARS;
  const perYear = ROWS / (years * plan.symbols.length);
  return perYear >= TRADING_DAYS ? 'day' : perYear >= 53 ? 'week' : 'month';
}

/** A QUALIFY condition that keeps the first day and the last day of each week or month; null keeps every day. */
export function thinning(writing: Writing): string | null {
  const unit = every(writing);
  if (unit === 'day') return null;
  const kept = [
    'min(date) OVER (PARTITION BY ticker)',
    `max(date) OVER (PARTITION BY ticker, date_trunc('${unit}', date))`,
  ];
  return `date IN (${kept.join(', ')})`;
}

/** The lines of a QUALIFY clause for the conditions that are there. */
export function qualify(...conditions: (string | null)[]): Lines {
  const present = conditions.filter((condition) => condition !== null);
  return present.length > 0 ? [`   QUALIFY ${present.join(' AND ')}`] : [];
}

/** Title and sentence dates of rows that are in order of date. */
export function spanOf(rows: string): string {
  return `\${${rows}[0].date} to \${${rows}.at(-1).date}`;
}
