/** The formulas against hand-computed values and against independent SQL over the bundled real prices. */
import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  annualisedVolatility,
  beta,
  correlation,
  indexSeries,
  maxDrawdown,
  movingAverage,
  presentPairs,
  returns,
  sharpeRatio,
  standardDeviation,
  statistics,
  sum,
} from './finance.ts';

const PRICES = fileURLToPath(new URL('../market-data/big-tech-prices.parquet', import.meta.url));
const TOLERANCE = 1e-9;

let connection: DuckDBConnection;
let series: Record<string, number[]>;

async function sql(text: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(text)).getRowObjectsJS();
}

/** Relative to the size of the expected number, and at least absolute. */
function expectClose(actual: unknown, expected: unknown): void {
  expect(typeof actual).toBe('number');
  expect(typeof expected).toBe('number');
  const difference = Math.abs((actual as number) - (expected as number));
  expect(difference / Math.max(1, Math.abs(expected as number))).toBeLessThan(TOLERANCE);
}

function expectAllClose(actual: readonly (number | null)[], expected: unknown[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries()) {
    if (expected[i] === null) expect(value).toBeNull();
    else expectClose(value, expected[i]);
  }
}

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`
    CREATE TABLE p AS SELECT ticker, date, close FROM read_parquet('${PRICES}')
      WHERE ticker IN ('AAPL', 'MSFT', 'NVDA') AND date >= '2017-12-29';
    CREATE VIEW r AS SELECT ticker, date, close / lag(close) OVER w - 1 AS simple, ln(close / lag(close) OVER w) AS log
      FROM p WINDOW w AS (PARTITION BY ticker ORDER BY date);`);
  const rows = await sql('SELECT ticker, list(close ORDER BY date) AS closes FROM p GROUP BY ticker');
  series = Object.fromEntries(rows.map(({ ticker, closes }) => [ticker, closes as number[]]));
  expect(Object.keys(series).sort()).toEqual(['AAPL', 'MSFT', 'NVDA']);
});

afterAll(() => connection.closeSync());

describe.each(['AAPL', 'MSFT', 'NVDA'])('%s agrees with SQL to 1e-9', (ticker) => {
  const prices = () => series[ticker] ?? [];
  const column = async (expression: string, from: string) =>
    (await sql(`SELECT ${expression} AS v FROM ${from} WHERE ticker = '${ticker}' ORDER BY date`)).map(
      (row) => row.v,
    );

  it('statistics', async () => {
    const [expected] = await sql(`SELECT count(*)::DOUBLE AS count, sum(close) AS sum, avg(close) AS mean,
      median(close) AS median, min(close) AS min, max(close) AS max, stddev_samp(close) AS "standardDeviation",
      quantile_cont(close, 0.25) AS q1, quantile_cont(close, 0.75) AS q3 FROM p WHERE ticker = '${ticker}'`);
    const actual: Record<string, unknown> = { ...statistics(prices()) };
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected ?? {}).sort());
    for (const [key, value] of Object.entries(expected ?? {})) expectClose(actual[key], value);
  });

  it('simple and log returns', async () => {
    expectAllClose(returns(prices(), 'simple'), (await column('simple', 'r')).slice(1));
    expectAllClose(returns(prices(), 'log'), (await column('log', 'r')).slice(1));
  });

  it('indexed series', async () => {
    const expected = await column('100 * close / first(close) OVER (ORDER BY date)', 'p');
    expectAllClose(indexSeries(prices(), 100), expected);
  });

  it('moving average', async () => {
    const window = '(ORDER BY date ROWS 49 PRECEDING)';
    const expected = await column(
      `CASE WHEN count(*) OVER ${window} = 50 THEN avg(close) OVER ${window} END`,
      'p',
    );
    expectAllClose(movingAverage(prices(), 50), expected);
  });

  it('volatility and Sharpe ratio', async () => {
    const [expected] = await sql(`SELECT stddev_samp(simple) * sqrt(252) AS vol,
      avg(simple - 0.03 / 252) / stddev_samp(simple) * sqrt(252) AS sharpe FROM r WHERE ticker = '${ticker}'`);
    const daily = returns(prices(), 'simple');
    expectClose(annualisedVolatility(daily, 252), expected?.vol);
    expectClose(sharpeRatio(daily, 0.03, 252), expected?.sharpe);
  });

  it('drawdown', async () => {
    const [expected] = await sql(`WITH d AS (
      SELECT row_number() OVER w - 1 AS i, close, close / max(close) OVER w - 1 AS dd, max(close) OVER w AS peak
      FROM p WHERE ticker = '${ticker}' WINDOW w AS (ORDER BY date))
      SELECT dd, i::DOUBLE AS i, (SELECT min(i)::DOUBLE FROM d AS e WHERE e.close = d.peak) AS peak
      FROM d ORDER BY dd, i LIMIT 1`);
    const actual = maxDrawdown(prices());
    expect(actual.drawdown).toBeLessThan(-0.2);
    expectClose(actual.drawdown, expected?.dd);
    expect([actual.peakIndex, actual.troughIndex]).toEqual([expected?.peak, expected?.i]);
  });

  it('correlation and beta against MSFT', async () => {
    const [expected] =
      await sql(`SELECT corr(a.simple, b.simple) AS corr, regr_slope(a.simple, b.simple) AS beta
      FROM r AS a JOIN r AS b USING (date) WHERE a.ticker = '${ticker}' AND b.ticker = 'MSFT'`);
    const [asset, market] = [returns(prices(), 'simple'), returns(series.MSFT ?? [], 'simple')];
    expectClose(correlation(asset, market), expected?.corr);
    expectClose(beta(asset, market), expected?.beta);
  });
});

describe('care with numbers', () => {
  it('does not lose small values next to large ones', () => {
    expect(sum([1e16, 1, -1e16, 1])).toBe(2);
    expect(standardDeviation([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBeCloseTo(Math.sqrt(30), 12);
    expect(movingAverage([1e16, 1, 1, 1], 2).at(-1)).toBe(1);
  });

  it('knows that equal values do not vary, whatever their binary form', () => {
    expect(standardDeviation([0.1, 0.1, 0.1])).toBe(0);
    expect(() => correlation([0.1, 0.1, 0.1], [1, 2, 3])).toThrow('needs values that vary');
    expect(() => beta([1, 2, 3], [0.1, 0.1, 0.1])).toThrow('needs a market that varies');
    expect(() => sharpeRatio([0.1, 0.1, 0.1], 0, 252)).toThrow('needs returns that vary');
  });

  it('keeps a perfect correlation within 1', () => {
    expect(correlation([0.1, 0.2, 0.7], [0.3, 0.6, 2.1])).toBeLessThanOrEqual(1);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBe(-1);
  });
});

describe('edges', () => {
  it('one value, nothing falling, a window of one and of all', () => {
    expect(statistics([5])).toMatchObject({ median: 5, q1: 5, q3: 5, standardDeviation: null });
    expect(maxDrawdown([1, 2, 3])).toEqual({ drawdown: 0, peakIndex: 0, troughIndex: 0 });
    expect(maxDrawdown([100, 50, 120, 90])).toEqual({ drawdown: -0.5, peakIndex: 0, troughIndex: 1 });
    expect(movingAverage([1, 2, 3], 1)).toEqual([1, 2, 3]);
    expect(movingAverage([1, 2, 3], 3)).toEqual([null, null, 2]);
  });

  it.each<[string, () => unknown, string]>([
    ['no values', () => statistics([]), 'A summary needs at least 1 value, got 0.'],
    ['one price', () => returns([5], 'simple'), 'A series of returns needs at least 2 values, got 1.'],
    ['a price of 0', () => returns([5, 0, 5], 'log'), 'Prices must be above 0; values[1] is 0.'],
    ['a start of 0', () => indexSeries([0, 5], 100), 'Prices must be above 0; values[0] is 0.'],
    [
      'unequal lengths',
      () => presentPairs([1, 2, 3], [1, 2]),
      'Paired lists must have the same length; these have 3 and 2 values.',
    ],
    ['a long window', () => movingAverage([1, 2], 3), 'The window (3) is longer than the series (2 values).'],
  ])('%s is bad input', (_, run, message) => {
    expect(run).toThrow(expect.objectContaining({ code: 'bad_input', message }));
  });
});
