/**
 * What the planner understood, as data: a plan becomes a program, and it travels in that program's first
 * line, so that the next question of the conversation can change it. A plan that cannot be read back (the
 * program was written by somebody else) is no plan.
 */
import { z } from 'zod';
import { describePeriod, periodSchema } from './period.ts';
import { KNOWN } from './tickers.ts';

export const VIEWS = [
  'price', // closing prices over time
  'indexed', // each series rebased to 100
  'ranking', // one bar a ticker
  'volatility', // rolling, annualised
  'correlation', // of daily returns, every pair
  'averages', // price with moving averages
  'drawdown', // fall from the running peak
  'returns', // per month, year, or month of the year
  'extremes', // highest, lowest and average close
  'distribution', // histogram of daily returns
  'risk', // return against volatility
] as const;
export type View = (typeof VIEWS)[number];

const MEASURES = ['return', 'volatility', 'drawdown', 'sharpe', 'price'] as const;
export type Measure = (typeof MEASURES)[number];

export const planSchema = z.strictObject({
  symbols: z.array(z.enum(KNOWN)).min(1),
  period: periodSchema,
  views: z.array(z.enum(VIEWS)).min(1),
  /** What tables and bars are sorted by. */
  rank: z.enum(MEASURES).optional(),
  /** Smallest first. */
  ascending: z.boolean().optional(),
  /** Only the first n of the ranking. */
  top: z.int().positive().optional(),
  /** Days of moving averages, or of the rolling volatility. */
  windows: z.array(z.int().min(2).max(500)).optional(),
  by: z.enum(['month', 'year', 'season']).optional(),
  /** Asked-for look, where a view has more than one. */
  chart: z.enum(['line', 'area', 'bar', 'heatmap', 'table']).optional(),
});
export type Plan = z.infer<typeof planSchema>;

const MARK = '// plan: ';

export function planComment(plan: Plan): string {
  return `${MARK}${JSON.stringify(plan)}`;
}

/** The plan in a program's comment, or null. */
export function planOf(text: string): Plan | null {
  const line = text.split('\n').find((candidate) => candidate.startsWith(MARK));
  if (!line) return null;
  try {
    return planSchema.safeParse(JSON.parse(line.slice(MARK.length))).data ?? null;
  } catch {
    return null;
  }
}

const VIEW_WORDS: Record<View, string> = {
  price: 'closing prices',
  indexed: 'series indexed to 100',
  ranking: 'ranking',
  volatility: 'rolling volatility',
  correlation: 'correlation of daily returns',
  averages: 'moving averages',
  drawdown: 'drawdown from the peak',
  returns: 'returns by calendar period',
  extremes: 'highest, lowest and average close',
  distribution: 'distribution of daily returns',
  risk: 'return against volatility',
};

export const MEASURE_WORDS: Record<Measure, string> = {
  return: 'return',
  volatility: 'volatility',
  drawdown: 'max drawdown',
  sharpe: 'Sharpe ratio',
  price: 'last close',
};

/** One sentence for the progress list. */
export function describePlan(plan: Plan): string {
  const names = plan.symbols.length > 6 ? `${plan.symbols.length} tickers` : plan.symbols.join(', ');
  const views = plan.views.map((view) => VIEW_WORDS[view]).join(' and ');
  const rank = plan.rank ? `, ranked by ${MEASURE_WORDS[plan.rank]}` : '';
  return `${views[0]?.toUpperCase()}${views.slice(1)} of ${names} ${describePeriod(plan.period)}${rank}.`;
}
