/**
 * Statistics and the measures of finance as tools: what a program may call instead of writing the formula
 * again. Inline and pure; the formulas are in finance.ts. Rates are fractions everywhere.
 */
import { z } from 'zod';
import { LIMITS } from '../agent/limits.ts';
import { defineTool, type Tool } from '../agent/tool.ts';
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
  statistics,
  TRADING_DAYS,
} from './finance.ts';
import { nullableNumberList, numberList } from './lists.ts';

const numbers = (what: string) => numberList(LIMITS.seriesValues).describe(what);
const nullableNumbers = (what: string) => nullableNumberList(LIMITS.seriesValues).describe(what);
const periodsPerYear = z
  .number()
  .positive()
  .default(TRADING_DAYS)
  .describe('52 for weekly returns, 12 for monthly');

const present = (values: readonly (number | null)[]) => values.filter((value) => value !== null);

export const STATISTICS_TOOLS: readonly Tool[] = [
  defineTool({
    name: 'calculate_statistics',
    description: `Summary of a list of numbers. Nulls are skipped and counted in \`nulls\`.
standardDeviation is the sample's (n - 1), null for one value. median, q1 and q3 interpolate linearly, as quantile_cont does in SQL.
Throws for an empty list. Pass numbers, not rows: calculate_statistics(rows.map(r => r.close))`,
    parameters: { values: nullableNumbers('any numbers; the results have their unit') },
    returns:
      '{ count: number; nulls: number; sum: number; mean: number; median: number; min: number; max: number; standardDeviation: number | null; q1: number; q3: number }',
    durable: false,
    run({ values }) {
      const kept = present(values);
      return { ...statistics(kept), nulls: values.length - kept.length };
    },
  }),
  defineTool({
    name: 'calculate_returns',
    description: `Returns from one price to the next, as fractions (0.05 is 5%): simple P[t]/P[t-1] - 1, or log ln(P[t]/P[t-1]) (Campbell, Lo and MacKinlay 1997, 1.4).
The result is one shorter than the prices: returns[i] belongs to the date of prices[i + 1]. Throws for fewer than 2 prices, nulls, or prices that are not above 0.`,
    parameters: {
      values: numbers('prices in order of time'),
      kind: z.enum(['simple', 'log']).default('simple'),
    },
    returns: 'number[]',
    durable: false,
    run: ({ values, kind }) => returns(values, kind),
  }),
  defineTool({
    name: 'index_series',
    description: `Rebases prices so that the first is \`base\`: base * P[t]/P[0]. Same length as the input. Start all series to compare on the same date.`,
    parameters: {
      values: numbers('prices in order of time; the first must be above 0'),
      base: z.number().positive().default(100),
    },
    returns: 'number[]',
    durable: false,
    run: ({ values, base }) => indexSeries(values, base),
  }),
  defineTool({
    name: 'annualised_volatility',
    description: `Annualised volatility as a fraction (0.28 is 28%): sample standard deviation of returns x sqrt(periodsPerYear) (Hull, Options, Futures and Other Derivatives, ch. 15).
Takes returns, not prices: annualised_volatility(await calculate_returns(prices)). Nulls are skipped. Throws for fewer than 2 returns.`,
    parameters: { returns: nullableNumbers('returns as fractions'), periodsPerYear },
    returns: 'number',
    durable: false,
    run: (args) => annualisedVolatility(present(args.returns), args.periodsPerYear),
  }),
  defineTool({
    name: 'max_drawdown',
    description: `Deepest fall from a running peak, as a fraction of 0 or below (-0.25 is a fall of 25%): min over t of P[t]/max(P[0..t]) - 1 (Magdon-Ismail and Atiya 2004).
Takes prices or an index, not returns. peakIndex and troughIndex are positions in the input, for the dates; equal when nothing fell.`,
    parameters: { values: numbers('prices in order of time; the first must be above 0') },
    returns: '{ drawdown: number; peakIndex: number; troughIndex: number }',
    durable: false,
    run: ({ values }) => maxDrawdown(values),
  }),
  defineTool({
    name: 'sharpe_ratio',
    description: `Annualised Sharpe ratio, without a unit: mean(return - riskFreeRate/periodsPerYear) / sample standard deviation x sqrt(periodsPerYear) (Sharpe 1994).
Takes returns, not prices. Nulls are skipped. Throws for fewer than 2 returns, or returns that are all equal.`,
    parameters: {
      returns: nullableNumbers('returns as fractions'),
      riskFreeRate: z.number().default(0).describe('for a year, as a fraction'),
      periodsPerYear,
    },
    returns: 'number',
    durable: false,
    run: (args) => sharpeRatio(present(args.returns), args.riskFreeRate, args.periodsPerYear),
  }),
  defineTool({
    name: 'correlation',
    description: `Pearson correlation from -1 to 1: covariance / product of the standard deviations.
For securities pass returns, not prices, of the same dates: join them in SQL first. Pairs with a null are skipped. Throws when the lengths differ, for fewer than 2 pairs, or when a list does not vary.`,
    parameters: { a: nullableNumbers('numbers'), b: nullableNumbers('numbers, paired with a') },
    returns: 'number',
    durable: false,
    run: ({ a, b }) => correlation(...presentPairs(a, b)),
  }),
  defineTool({
    name: 'beta',
    description: `Beta of an asset against a market, without a unit: covariance(asset, market) / variance(market) (Sharpe 1964).
Takes returns, not prices, of the same dates. Pairs with a null are skipped. Throws when the lengths differ, for fewer than 2 pairs, or when the market does not vary.`,
    parameters: {
      asset: nullableNumbers("the asset's returns"),
      market: nullableNumbers("the market's returns, paired with the asset's"),
    },
    returns: 'number',
    durable: false,
    run: ({ asset, market }) => beta(...presentPairs(asset, market)),
  }),
  defineTool({
    name: 'moving_average',
    description: `Simple moving average: mean of each value and the window - 1 values before it. Same length as the input, null for the first window - 1. Throws for nulls, or when the window is longer than the list.`,
    parameters: {
      values: numbers('numbers in order of time'),
      window: z.int().positive().describe('values in one average, e.g. 50'),
    },
    returns: '(number | null)[]',
    durable: false,
    run: ({ values, window }) => movingAverage(values, window),
  }),
];
