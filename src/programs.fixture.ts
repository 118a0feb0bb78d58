/** What the programs of examples/ must answer: their blocks, and their numbers as independent SQL over the prices. */
import { join } from 'node:path';

const PRICES = join(import.meta.dirname, 'market-data/big-tech-prices.parquet');

/** Closes, daily returns and monthly changes in percent, for the statements below. */
export const VIEWS = `
  CREATE VIEW p AS SELECT ticker, date, close FROM '${PRICES}';
  CREATE MACRO closes(t, since) AS TABLE SELECT date, close FROM p WHERE ticker = t AND date >= since::DATE;
  CREATE MACRO returns(t, since) AS TABLE
    SELECT date, close / lag(close) OVER (ORDER BY date) - 1 AS ret FROM closes(t, since);
  CREATE MACRO months(t, since) AS TABLE
    SELECT month, 100 * (close / lag(close) OVER (ORDER BY month) - 1) AS change
    FROM (SELECT strftime(date, '%Y-%m') AS month, max_by(close, date) AS close FROM closes(t, since) GROUP BY 1);
  CREATE MACRO last_close(t) AS (SELECT max_by(close, date) FROM p WHERE ticker = t);`;

/** What a metric or a cell must be: a number by independent SQL, or as it stands. */
type Expected = { sql: string } | number | string;

const DRAWDOWN = (t: string, since: string) =>
  `SELECT 100 * min(b.close / a.close - 1) FROM closes('${t}', '${since}') a JOIN closes('${t}', '${since}') b ON b.date >= a.date`;
export const CHANGE = (t: string, from: string) =>
  `SELECT 100 * (last_close('${t}') / (SELECT min_by(close, date) FROM closes('${t}', '${from}')) - 1)`;
const VOLATILITY = (t: string, since: string) =>
  `SELECT 100 * sqrt(252 * var_samp(ret)) FROM returns('${t}', '${since}')`;
export const MONTH = (order: string, what = 'change') =>
  `SELECT ${what} FROM months('TSLA', '2017-12-29') WHERE change IS NOT NULL ORDER BY change ${order} LIMIT 1`;
export const SEASON = (month: number) =>
  `SELECT avg(change) FROM months('AMZN', '2012-12-01') WHERE month LIKE '%-${String(month).padStart(2, '0')}' AND change IS NOT NULL`;
const BASKET = `(SELECT date, 100 * avg(ret) AS basket FROM (${[
  'AAPL',
  'MSFT',
  'GOOGL',
  'AMZN',
  'META',
  'TSLA',
]
  .map((t) => `SELECT * FROM returns('${t}', '2020-12-29')`)
  .join(' UNION ALL ')}) WHERE ret IS NOT NULL GROUP BY date)`;
const WORTH = `(SELECT date, 6000 * a.close / 72.879997 + 4000 * m.close / 157.589996 AS value
  FROM closes('AAPL', '2019-12-30') a JOIN closes('MSFT', '2019-12-30') m USING (date))`;
const AVERAGE = (n: number) =>
  `SELECT avg(close) FROM (SELECT close FROM closes('MSFT', '2020-12-29') ORDER BY date DESC LIMIT ${n})`;

export const answered: [name: string, shape: string, metrics: Record<string, Expected>][] = [
  [
    '01-comparison',
    'metric, metric, metric, line, table 3',
    {
      'NVDA volatility': { sql: VOLATILITY('NVDA', '2021-12-29') },
      'AAPL volatility': { sql: VOLATILITY('AAPL', '2021-12-29') },
      'MSFT volatility': { sql: VOLATILITY('MSFT', '2021-12-29') },
    },
  ],
  ['02-ranking', 'metric, metric, metric, bar, table 14', { Best: 'IBM', Worst: 'TSLA', Gained: 1 }],
  [
    '03-correlation-matrix',
    'metric, metric, metric, heatmap',
    { 'Most alike': 'GOOGL and MSFT', 'Least alike': 'META and TSLA' },
  ],
  [
    '04-rolling-volatility',
    'metric, metric, line',
    {
      'NVDA volatility now': {
        sql: `SELECT 100 * sqrt(252 * var_samp(ret)) FROM (SELECT ret FROM returns('NVDA', '2022-01-01') ORDER BY date DESC LIMIT 30)`,
      },
    },
  ],
  [
    '05-drawdown',
    'metric, metric, metric, metric, area',
    { 'Maximum drawdown': { sql: DRAWDOWN('META', '2017-12-29') }, Recovered: 'not yet' },
  ],
  [
    '06-best-month',
    'metric, metric, metric, bar, table 10',
    { 'Best month': { sql: MONTH('DESC') }, 'Worst month': { sql: MONTH('ASC') } },
  ],
  ['07-seasonality', 'metric, metric, metric, bar, table 12', { 'Best calendar month': 'Jul' }],
  [
    '08-join',
    'metric, metric, pie, table 3',
    {
      Value: { sql: `SELECT 120 * last_close('AAPL') + 200 * last_close('NVDA') + 500 * last_close('INTC')` },
    },
  ],
  [
    '09-empty-result',
    'metric, metric',
    {
      'Days with a fall above 20%': 0,
      'Worst day': { sql: `SELECT 100 * min(ret) FROM returns('IBM', '2021-12-31')` },
    },
  ],
  [
    '11-unknown-symbol-caught',
    'metric, metric, metric, line',
    { AAPL: { sql: CHANGE('AAPL', '2022-06-29') }, 'No data for': 'ZZZZ' },
  ],
  ['12-cannot-answer', '', {}],
  [
    '15-caught-error',
    'metric, metric',
    {
      'CSCO Sharpe ratio': {
        sql: `SELECT (avg(ret) - 0.01 / 252) / stddev_samp(ret) * sqrt(252) FROM returns('CSCO', '2019-12-30')`,
      },
      Cash: 'undefined',
    },
  ],
  [
    '16-risk-return',
    'metric, metric, metric, scatter',
    { 'Lowest volatility': { sql: VOLATILITY('IBM', '2019-12-30') } },
  ],
  [
    '17-distribution',
    'metric, metric, metric, metric, histogram',
    {
      'Standard deviation': { sql: `SELECT 100 * stddev_samp(ret) FROM returns('TSLA', '2017-12-29')` },
      'Worst day': { sql: `SELECT 100 * min(ret) FROM returns('TSLA', '2017-12-29')` },
      'Days beyond 5%': {
        sql: `SELECT count(*)::INT FROM returns('TSLA', '2017-12-29') WHERE abs(ret) > 0.05`,
      },
    },
  ],
  [
    '18-moving-average',
    'metric, metric, metric, metric, line',
    {
      '50-day average': { sql: AVERAGE(50) },
      '200-day average': { sql: AVERAGE(200) },
      'Last cross': '2022-03-15',
    },
  ],
  [
    '19-beta',
    'metric, metric, metric, scatter',
    {
      Beta: {
        sql: `SELECT regr_slope(100 * ret, basket) FROM returns('NVDA', '2020-12-29') JOIN ${BASKET} USING (date)`,
      },
      Correlation: {
        sql: `SELECT corr(ret, basket) FROM returns('NVDA', '2020-12-29') JOIN ${BASKET} USING (date)`,
      },
    },
  ],
  [
    '20-calendar',
    'heatmap, metric, metric, metric, metric, metric',
    { 'AAPL 2022': { sql: CHANGE('AAPL', '2021-12-31') } },
  ],
  [
    '21-portfolio',
    'metric, metric, metric, metric, area',
    {
      Worth: { sql: `SELECT max_by(value, date) FROM ${WORTH}` },
      'Max drawdown': {
        sql: `SELECT 100 * min(b.value / a.value - 1) FROM ${WORTH} a JOIN ${WORTH} b ON b.date >= a.date`,
      },
    },
  ],
  [
    '22-candlestick',
    'metric, metric, candlestick',
    { 'Last close': { sql: `SELECT last_close('NFLX')` }, 'Weeks up': 20 },
  ],
  [
    '23-log-scale',
    'metric, metric, metric, line',
    { IBM: { sql: `SELECT last_close('IBM') / (SELECT close FROM closes('IBM', '2010-01-08') LIMIT 1)` } },
  ],
  [
    '24-worst-days',
    'metric, metric, table 20, bar',
    { 'Worst day': { sql: `SELECT 100 * min(ret) FROM returns('META', '2017-12-29')` } },
  ],
  ['25-events', 'table 3', {}],
  [
    '26-years-side-by-side',
    'bar, table 3, metric, metric, metric',
    { 'Worst year': { sql: CHANGE('META', '2021-12-31') } },
  ],
  [
    '27-own-specification',
    'spec, metric, metric, metric',
    { 'Median close': { sql: `SELECT median(close) FROM closes('GOOGL', '2022-01-01')` } },
  ],
  [
    '28-rolling-correlation',
    'metric, metric, metric, line',
    {
      'Correlation now': {
        sql: `SELECT corr(a.ret, m.ret) FROM returns('AAPL', '2022-10-04') a JOIN returns('MSFT', '2022-10-04') m USING (date)`,
      },
    },
  ],
];

export const failed: [name: string, line: number, message: RegExp, hint?: RegExp][] = [
  ['10-unknown-symbol', 4, /no prices of "ZZZZ".*Known tickers: AAPL/],
  ['13-type-error', 2, /symbol is missing, ticker is not known; there is symbol/],
  ['14-exception', 4, /reading 'close'/, /without rows/],
];
