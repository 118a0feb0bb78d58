/** The bundled server as a real process over its pipe, and its prices against the Parquet file. */
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePriceRequest, selectPrices } from './price-tool.ts';

const PARQUET = fileURLToPath(new URL('big-tech-prices.parquet', import.meta.url));
const SERVER = fileURLToPath(new URL('server.ts', import.meta.url));

const client = new Client({ name: 'test', version: '1' });

beforeAll(async () => {
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [SERVER] }));
});
afterAll(() => client.close());

interface Answer {
  isError?: boolean;
  content: { text: string }[];
  _meta?: Record<string, unknown>;
}

async function ask(args: Record<string, unknown>): Promise<Answer> {
  return (await client.callTool({ name: 'get_historical_stock_prices', arguments: args })) as Answer;
}

/** Ascending [date, close] pairs. */
async function prices(args: Record<string, unknown>): Promise<[string, number][]> {
  const { content, isError } = await ask(args);
  if (isError) throw new Error(content[0]?.text);
  const entries = Object.entries(JSON.parse(content[0]?.text ?? '') as Record<string, number>);
  return entries.map(([day, close]) => [new Date(Number(day)).toISOString(), close]);
}

async function firstAndLast(args: Record<string, unknown>): Promise<[number, string?, string?]> {
  const all = await prices(args);
  return [all.length, all[0]?.[0].slice(0, 10), all.at(-1)?.[0].slice(0, 10)];
}

test('lists one tool that says where its data ends', async () => {
  const { tools } = await client.listTools();
  expect(tools).toHaveLength(1);
  expect(tools[0]).toMatchObject({
    name: 'get_historical_stock_prices',
    inputSchema: { required: ['symbol'] },
    _meta: { source: 'Big Tech Stock Prices', asOf: '2022-12-29', kind: 'bundled' },
  });
  expect(tools[0]?.description).toContain('2022-12-29');
});

test('every close of every ticker is that of the Parquet file, ascending, at UTC midnight', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `SELECT ticker, list(strftime(date, '%Y-%m-%dT00:00:00.000Z') ORDER BY date), list(close ORDER BY date)
     FROM read_parquet($file) GROUP BY ticker ORDER BY ticker`,
    { file: PARQUET },
  );
  const expected = rows.getRowsJson() as [string, string[], number[]][];
  expect(expected).toHaveLength(14);
  for (const [ticker, dates, closes] of expected) {
    const actual = await prices({ symbol: ticker, period: 'max' });
    expect(actual).toEqual(dates.map((date, i) => [date, closes[i]]));
  }
  connection.closeSync();
  instance.closeSync();
});

describe('periods, counted back from the last day of the data', () => {
  test.each([
    ['1d', [1, '2022-12-29', '2022-12-29']],
    ['5d', [5, '2022-12-22', '2022-12-29']],
    ['1mo', [22, '2022-11-29', '2022-12-29']],
    ['6mo', [128, '2022-06-29', '2022-12-29']],
    ['1y', [253, '2021-12-29', '2022-12-29']],
    ['10Y', [2518, '2012-12-31', '2022-12-29']],
    ['ytd', [250, '2022-01-03', '2022-12-29']],
    ['max', [3271, '2010-01-04', '2022-12-29']],
  ])('%s', async (period, expected) => {
    expect(await firstAndLast({ symbol: 'aapl', period })).toEqual(expected);
  });

  test('one year when nothing is said; start and end are included', async () => {
    expect(await firstAndLast({ symbol: 'AAPL' })).toEqual([253, '2021-12-29', '2022-12-29']);
    expect(await firstAndLast({ symbol: 'AAPL', start: '2022-01-03', end: '2022-01-07' })).toEqual([
      5,
      '2022-01-03',
      '2022-01-07',
    ]);
    expect(await firstAndLast({ symbol: 'META', start: '2000-01-01' })).toEqual([
      2672,
      '2012-05-18',
      '2022-12-29',
    ]);
  });

  test('the month before the 31st of a longer month ends on its last day', () => {
    const request = parsePriceRequest({ symbol: 'A', period: '1mo' }, Date.UTC(2024, 2, 31));
    expect(new Date(request.from).toISOString()).toBe('2024-02-29T00:00:00.000Z');
  });
});

test('weeks and months give the last close of each', async () => {
  const monthly = await prices({ symbol: 'MSFT', start: '2022-01-01', interval: 'month' });
  expect(monthly.map(([date]) => date.slice(0, 10)).slice(0, 3)).toEqual([
    '2022-01-31',
    '2022-02-28',
    '2022-03-31',
  ]);
  expect(monthly).toHaveLength(12);
  const weekly = await prices({ symbol: 'MSFT', start: '2022-04-01', end: '2022-04-22', interval: '1wk' });
  // Good Friday 2022-04-15 was a holiday.
  expect(weekly.map(([date]) => date.slice(0, 10))).toEqual([
    '2022-04-01',
    '2022-04-08',
    '2022-04-14',
    '2022-04-22',
  ]);
});

test('weeks run from Monday to Sunday', () => {
  const day = (text: string): [number, number] => [Date.parse(text), 1];
  const daily = ['2020-12-31', '2021-01-04', '2021-01-08', '2021-01-10', '2021-01-11'].map(day);
  const picked = selectPrices(
    daily,
    parsePriceRequest({ symbol: 'A', period: 'max', interval: 'week' }, Date.UTC(2021, 0, 11)),
  );
  expect(picked).toEqual(['2020-12-31', '2021-01-10', '2021-01-11'].map(day));
});

test('a result says how current it is', async () => {
  const { _meta } = await ask({ symbol: 'AAPL', start: '2022-01-03', end: '2022-01-09' });
  expect(_meta).toEqual({
    source: 'Big Tech Stock Prices',
    lastDate: '2022-01-07',
    kind: 'bundled',
  });
});

describe('wrong arguments are answered with what to do', () => {
  test.each([
    [{ symbol: 'GOOG' }, 'Did you mean GOOGL?'],
    [{ symbol: 'FB' }, 'Did you mean META?'],
    [{ symbol: 'ZZZZ' }, 'Known tickers: AAPL, ADBE,'],
    [{ symbol: '__proto__' }, 'Known tickers'],
    [{}, 'symbol is missing'],
    [{ symbol: 5 }, 'symbol must be a string'],
    [{ ticker: 'AAPL' }, 'no argument "ticker"'],
    [{ symbol: 'AAPL', period: '1 year' }, 'period "1 year" is not known'],
    [{ symbol: 'AAPL', period: '0d' }, 'is not known'],
    [{ symbol: 'AAPL', interval: '5m' }, 'interval "5m" is not known'],
    [{ symbol: 'AAPL', start: '2022-02-30' }, 'start "2022-02-30" is not a date'],
    [{ symbol: 'AAPL', start: '01/02/2022' }, 'YYYY-MM-DD'],
    [{ symbol: 'AAPL', start: '2022-03-01', end: '2022-02-01' }, 'is after end'],
    [{ symbol: 'AAPL', start: '2023-03-01' }, 'is after the last day, 2022-12-29'],
    [{ symbol: 'AAPL', start: '2001-01-01', end: '2001-12-31' }, 'run from 2010-01-04 to 2022-12-29'],
    [{ symbol: 'AAPL', start: '2022-01-01', end: '2022-01-02' }, 'has no trading day'],
    [{ symbol: 'AAPL', end: '2022-01-02' }, 'without start'],
    [{ symbol: 'AAPL', period: '1y', start: '2022-01-02' }, 'one or the other'],
  ])('%j', async (args, expected) => {
    const { isError, content } = await ask(args);
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain(expected);
  });
});
