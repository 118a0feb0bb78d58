/**
 * The adapter against yahoo-finance2's own server and client, over the SDK's in-memory pair; only the network
 * is replaced, by payloads in the shape that the service sends.
 */
import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import YahooFinance from 'yahoo-finance2';
import { createYahooFinanceMcpServer } from 'yahoo-finance2/mcp/server';
import { PRICE_ARGUMENTS } from '../../market-data/price-tool.ts';
import { readMcpConfig } from './config.ts';
import { closeAll, failure, open, ROOT } from './fixtures/harness.ts';
import { createMcpTools } from './mcp.ts';
import type { ToolSource } from './tool.ts';
import { yahooChart } from './yahoo-chart.ts';

afterEach(closeAll);

const DAY = 86_400;
const config = JSON.parse(readFileSync(`${ROOT}/mcp.json`, 'utf8')) as unknown;

interface Payload {
  /** Local days of the exchange and their closes. */
  days: [string, number | null][];
  gmtoffset: number;
  /** Local opening time in seconds. */
  opens: number;
}

/** The service's answer: one row per day, stamped with the UTC second at which the exchange opened. */
function chartJson({ days, gmtoffset, opens }: Payload): unknown {
  const timestamp = days.map(([day]) => Date.parse(`${day}T00:00:00Z`) / 1_000 + opens - gmtoffset);
  const close = days.map(([, value]) => value);
  const period = { timezone: 'XXX', start: timestamp[0], end: timestamp.at(-1), gmtoffset };
  const meta = {
    currency: 'USD',
    symbol: 'AAPL',
    exchangeName: 'NMS',
    fullExchangeName: 'NasdaqGS',
    instrumentType: 'EQUITY',
    firstTradeDate: 345_479_400,
    regularMarketTime: timestamp.at(-1),
    hasPrePostMarketData: true,
    gmtoffset,
    timezone: 'XXX',
    exchangeTimezoneName: 'America/New_York',
    regularMarketPrice: 1,
    fiftyTwoWeekHigh: 1,
    fiftyTwoWeekLow: 1,
    regularMarketDayHigh: 1,
    regularMarketDayLow: 1,
    regularMarketVolume: 1,
    longName: 'X',
    shortName: 'X',
    chartPreviousClose: 1,
    priceHint: 2,
    dataGranularity: '1d',
    range: '',
    validRanges: ['1d'],
    currentTradingPeriod: { pre: period, regular: period, post: period },
  };
  const quote = [{ open: close, high: close, low: close, close, volume: close }];
  return {
    chart: {
      result: [{ meta, timestamp, indicators: { quote, adjclose: [{ adjclose: close }] } }],
      error: null,
    },
  };
}

interface Setup {
  source: ToolSource;
  urls: URL[];
}

async function adapted(respond: () => Response | Promise<Response>): Promise<Setup> {
  const urls: URL[] = [];
  const quiet = () => {};
  const yahoo = new YahooFinance({
    fetch: (url: unknown) => {
      urls.push(new URL(String(url)));
      return Promise.resolve(respond());
    },
    suppressNotices: ['yahooSurvey', 'ripHistorical'],
    logger: { info: quiet, warn: quiet, error: quiet, debug: quiet, dir: quiet },
  } as ConstructorParameters<typeof YahooFinance>[0]);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  // Its own types do not meet: the client's methods are not an index signature.
  const methods = yahoo as unknown as Parameters<typeof createYahooFinanceMcpServer>[0]['client'];
  await createYahooFinanceMcpServer({ client: methods, enabledTools: ['chart'] }).connect(theirs);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(ours);
  const server = readMcpConfig(config, { MARKET_DATA: 'live' })[0];
  if (server === undefined) throw new Error('mcp.json has no live server');
  const call = async (name: string, args: Record<string, unknown>) =>
    (await client.callTool({ name, arguments: args })) as CallToolResult;
  return { source: yahooChart(server, call), urls };
}

const json = (payload: Payload) => () => Response.json(chartJson(payload));
const NEW_YORK = { gmtoffset: -5 * 3_600, opens: 34_200 };
const THREE: Payload = {
  ...NEW_YORK,
  days: [
    ['2022-12-27', 1.5],
    ['2022-12-28', null],
    ['2022-12-29', 2.25],
  ],
};
const range = { start: '2022-12-01', end: '2022-12-29' };

/** `YYYY-MM-DD` -> close. */
async function days({ source }: Setup, args: Record<string, unknown>): Promise<Record<string, number>> {
  const { value } = await source.answer(args);
  const entries = Object.entries(JSON.parse(String(value)) as Record<string, number>);
  return Object.fromEntries(
    entries.map(([ms, close]) => [new Date(Number(ms)).toISOString().replace('T00:00:00.000Z', ''), close]),
  );
}

test('same name, arguments and answer as the bundled server; days without a close are left out', async () => {
  const setup = await adapted(json(THREE));
  expect(setup.source).toMatchObject({ name: 'get_historical_stock_prices', inputSchema: PRICE_ARGUMENTS });
  const { value, freshness } = await setup.source.answer({ symbol: 'aapl', ...range });
  expect(value).toBe('{"1672099200000":1.5,"1672272000000":2.25}');
  expect(freshness).toEqual({ source: 'Yahoo Finance', lastDate: '2022-12-29', kind: 'live' });
});

test.each([
  ['Tokyo', { gmtoffset: 9 * 3_600, opens: 9 * 3_600 }],
  ['Sydney', { gmtoffset: 11 * 3_600, opens: 10 * 3_600 }],
  ['New York', NEW_YORK],
  ['midnight in London', { gmtoffset: 0, opens: 0 }],
])('the day is that of the exchange: %s', async (_name, exchange) => {
  const setup = await adapted(
    json({
      ...exchange,
      days: [
        ['2022-12-27', 1],
        ['2022-12-28', 2],
      ],
    }),
  );
  expect(await days(setup, { symbol: 'X', ...range })).toEqual({ '2022-12-27': 1, '2022-12-28': 2 });
});

test('a row of the day that is still open replaces the earlier one', async () => {
  const twice: Payload = {
    ...NEW_YORK,
    days: [
      ['2022-12-28', 1],
      ['2022-12-28', 2],
    ],
  };
  expect(await days(await adapted(json(twice)), { symbol: 'X', ...range })).toEqual({ '2022-12-28': 2 });
});

test('periods count back from today, and the range that is asked for holds them', async () => {
  const today = Math.floor(Date.now() / 1_000 / DAY) * DAY;
  const iso = (seconds: number) => new Date(seconds * 1_000).toISOString().slice(0, 10);
  const all = Array.from({ length: 40 }, (_, i): [string, number] => [iso(today - (39 - i) * DAY), i]);
  const setup = await adapted(json({ ...NEW_YORK, days: all }));
  expect(Object.keys(await days(setup, { symbol: 'X', period: '5d' }))).toEqual(
    all.slice(-5).map(([day]) => day),
  );
  const query = setup.urls.at(-1)?.searchParams;
  expect(Number(query?.get('period1'))).toBeLessThan(today - 5 * DAY);
  expect(Number(query?.get('period2'))).toBeGreaterThan(today);
  expect(query?.get('interval')).toBe('1d');
  await setup.source.answer({ symbol: 'X', period: 'max' });
  expect(setup.urls.at(-1)?.searchParams.get('period1')).toBe('0');
});

test('weeks end as they do in the bundled data', async () => {
  const setup = await adapted(
    json({
      ...NEW_YORK,
      days: [
        ['2022-12-23', 1],
        ['2022-12-27', 2],
        ['2022-12-29', 3],
      ],
    }),
  );
  expect(await days(setup, { symbol: 'X', interval: 'week', ...range })).toEqual({
    '2022-12-23': 1,
    '2022-12-29': 3,
  });
});

describe('nothing but a ticker reaches the address', () => {
  test.each(['../../v1/finance/search?q=x&', 'A B', 'AAPL,MSFT', 'ÄÖ', 'A'.repeat(16), 'AAPL%2F'])(
    '%s',
    async (symbol) => {
      const setup = await adapted(json(THREE));
      const error = await failure(setup.source.answer({ symbol }));
      expect([error.code, setup.urls.length]).toEqual(['bad_input', 0]);
    },
  );

  test('no module options', async () => {
    const setup = await adapted(json(THREE));
    const error = await failure(setup.source.answer({ symbol: 'AAPL', moduleOptions: { fetchOptions: {} } }));
    expect([error.code, setup.urls.length]).toEqual(['bad_input', 0]);
  });
});

describe('failures', () => {
  const missing = {
    chart: {
      result: null,
      error: { code: 'Not Found', description: 'No data found, symbol may be delisted' },
    },
  };
  test.each([
    ['too many requests', () => new Response('Too Many Requests', { status: 429 }), 'rate_limited', true],
    ['unknown ticker', () => Response.json(missing, { status: 404 }), 'not_found', false],
    ['no network', () => Promise.reject(new TypeError('fetch failed')), 'unavailable', true],
    ['no trading day', json({ ...THREE, days: [['2022-12-28', null]] }), 'no_data', false],
  ])('%s', async (_name, respond, code, retryable) => {
    const setup = await adapted(respond);
    expect(await failure(setup.source.answer({ symbol: 'AAPL', ...range }))).toMatchObject({
      code,
      retryable,
    });
  });
});

test('the real program starts from mcp.json and lists the price tool', async () => {
  const mcp = createMcpTools({ config, variables: { MARKET_DATA: 'live' }, root: ROOT, reserved: [] });
  open.push(mcp);
  const { tools, unavailable, asOf } = await mcp.tools();
  expect([tools.map(({ name }) => name), unavailable, asOf]).toEqual([
    ['yf_get_historical_stock_prices'],
    [],
    undefined,
  ]);
  expect(mcp.pids()).toHaveLength(1);
});
