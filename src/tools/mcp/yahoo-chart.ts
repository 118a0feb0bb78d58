/**
 * The `chart` tool of yahoo-finance2's server -> the price tool that the bundled server has: same arguments,
 * same answer. `moduleOptions` are never passed: they would let a program choose headers and hosts. The symbol
 * is put into an address unescaped, so only the characters of tickers leave.
 */
import { z } from 'zod';
import { AnalystError } from '../../agent/errors.ts';
import {
  isoDay,
  PRICE_ARGUMENTS,
  PRICE_DESCRIPTION,
  PRICE_TOOL,
  type Price,
  parsePriceRequest,
  priceText,
  selectPrices,
} from '../../market-data/price-tool.ts';
import type { ServerConfig } from './config.ts';
import { toolFailure } from './failures.ts';
import { resultValue } from './result.ts';
import type { CallServer, ToolSource } from './tool.ts';

const DAY_MS = 86_400_000;
const SYMBOL = /^[A-Z0-9.^=-]{1,15}$/;
/** The first day that is asked for when a request has none. */
const FIRST_DAY = Date.UTC(1970, 0, 2);

const chartSchema = z.object({
  result: z.object({
    /** Seconds from UTC to the exchange's time. */
    meta: z.object({ gmtoffset: z.number() }),
    quotes: z.array(z.object({ date: z.string(), close: z.number().nullish() })),
  }),
});

export function yahooChart(server: ServerConfig, call: CallServer): ToolSource {
  return {
    name: PRICE_TOOL,
    description: `${PRICE_DESCRIPTION}
Live, from Yahoo Finance; periods count back from today. Tickers as there: "BRK-B", "^GSPC" (index), "7203.T" (Tokyo), "EURUSD=X".`,
    inputSchema: PRICE_ARGUMENTS,
    returns: 'string',
    async answer(args) {
      const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
      const request = parsePriceRequest(args, today);
      if (!SYMBOL.test(request.symbol)) {
        throw new AnalystError(
          'bad_input',
          `${JSON.stringify(request.symbol.slice(0, 40))} is not a ticker.`,
          {
            hint: 'Give one ticker in the form of Yahoo Finance, e.g. AAPL, BRK-B, ^GSPC.',
          },
        );
      }
      const from = Math.max(request.from, FIRST_DAY);
      // A trading day of Asia begins on the UTC day before; the end is exclusive.
      const queryOptions = {
        period1: isoDay(from - DAY_MS),
        period2: isoDay(Math.min(request.to, today) + 2 * DAY_MS),
        interval: '1d',
        return: 'array',
      };
      const result = await call('chart', { symbol: request.symbol, queryOptions });
      if (result.isError === true) resultValue(server, PRICE_TOOL, result, false);
      const prices = selectPrices(dailyPrices(server, result.structuredContent), request);
      const last = prices.at(-1);
      if (last === undefined) {
        throw new AnalystError(
          'no_data',
          `${request.symbol} has no prices from ${isoDay(from)} to ${isoDay(request.to)}.`,
          {
            hint: 'Check the ticker and the dates.',
          },
        );
      }
      return {
        value: priceText(prices),
        freshness: { source: 'Yahoo Finance', lastDate: isoDay(last[0]), kind: 'live' },
      };
    },
  };
}

/** Rows without a close are days that are not over, or holes. */
function dailyPrices(server: ServerConfig, structured: unknown): Price[] {
  const { success, data } = chartSchema.safeParse(structured);
  if (!success) throw toolFailure(server, PRICE_TOOL, 'The answer does not have the shape of prices.');
  const { meta, quotes } = data.result;
  const closes = new Map<number, number>();
  for (const { date, close } of quotes) {
    const local = Date.parse(date) + meta.gmtoffset * 1_000;
    // The last row may repeat a day with a later price.
    if (typeof close === 'number') closes.set(Math.floor(local / DAY_MS) * DAY_MS, close);
  }
  return [...closes].sort(([a], [b]) => a - b);
}
