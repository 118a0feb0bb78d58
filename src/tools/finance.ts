/**
 * The formulas, each once, with its source. Pure: arrays of finite numbers in, numbers out; rates are
 * fractions (0.05 is 5%). Sums are compensated and variances take two passes, so that the results agree
 * with SQL over the same data to 1e-9. Bad input throws AnalystError bad_input in plain words.
 */
import { AnalystError } from '../agent/errors.ts';

/** Trading days of a US exchange in one year: the usual factor of annualisation. */
export const TRADING_DAYS = 252;

export interface Statistics {
  count: number;
  sum: number;
  mean: number;
  median: number;
  min: number;
  max: number;
  /** Sample (n - 1); null for one value. */
  standardDeviation: number | null;
  q1: number;
  q3: number;
}

export interface Drawdown {
  /** 0 or below: -0.25 is a fall of 25% from the peak. */
  drawdown: number;
  /** Positions in the input. Equal when nothing ever fell. */
  peakIndex: number;
  troughIndex: number;
}

const badInput = (message: string, hint?: string) => new AnalystError('bad_input', message, { hint });

function requireCount(values: readonly number[], least: number, what: string): void {
  if (values.length >= least) return;
  throw badInput(`${what} needs at least ${least} value${least === 1 ? '' : 's'}, got ${values.length}.`);
}

/** Sum with Neumaier's compensation (A. Neumaier, 1974): the error does not grow with the count. */
class Sum {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#sum + value;
    this.#lost +=
      Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}

export function sum(values: readonly number[]): number {
  const total = new Sum();
  for (const value of values) total.add(value);
  return total.value;
}

function mean(values: readonly number[]): number {
  requireCount(values, 1, 'A mean');
  return sum(values) / values.length;
}

/** Deviations from the mean. Counted from the first value, so that equal values deviate by exactly 0. */
function deviations(values: readonly number[]): number[] {
  const shifted = values.map((value) => value - (values[0] as number));
  const centre = mean(shifted);
  return shifted.map((value) => value - centre);
}

/** Sample covariance, sum of (a - mean a)(b - mean b) / (n - 1), in two passes. */
function covariance(a: readonly number[], b: readonly number[]): number {
  const deviationsB = deviations(b);
  return sum(deviations(a).map((value, i) => value * (deviationsB[i] as number))) / (a.length - 1);
}

/** Sample standard deviation: square root of the sum of squared deviations over n - 1 (SQL: stddev_samp). */
export function standardDeviation(values: readonly number[]): number {
  requireCount(values, 2, 'A standard deviation');
  return Math.sqrt(covariance(values, values));
}

/** Linear interpolation between the two nearest ranks (Hyndman and Fan 1996, type 7; SQL: quantile_cont). */
function quantile(sorted: Float64Array, fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

export function statistics(values: readonly number[]): Statistics {
  requireCount(values, 1, 'A summary');
  const sorted = Float64Array.from(values).sort();
  return {
    count: values.length,
    sum: sum(values),
    mean: mean(values),
    median: quantile(sorted, 0.5),
    min: sorted[0] as number,
    max: sorted[sorted.length - 1] as number,
    standardDeviation: values.length > 1 ? standardDeviation(values) : null,
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
  };
}

/**
 * One result fewer than prices: simple P[t] / P[t-1] - 1, or log ln(P[t] / P[t-1])
 * (Campbell, Lo and MacKinlay, The Econometrics of Financial Markets, 1997, section 1.4).
 */
export function returns(prices: readonly number[], kind: 'simple' | 'log'): number[] {
  requireCount(prices, 2, 'A series of returns');
  requirePositive(prices);
  return prices.slice(1).map((price, i) => {
    const ratio = price / (prices[i] as number);
    return kind === 'log' ? Math.log(ratio) : ratio - 1;
  });
}

/** base * P[t] / P[0]: the first value becomes `base`. */
export function indexSeries(prices: readonly number[], base: number): number[] {
  requireCount(prices, 1, 'An indexed series');
  requirePositive(prices.slice(0, 1));
  const first = prices[0] as number;
  return prices.map((price) => (base * price) / first);
}

/** Sample standard deviation of the returns of a period x sqrt(periods per year) (Hull, Options, ch. 15). */
export function annualisedVolatility(periodReturns: readonly number[], periodsPerYear: number): number {
  return standardDeviation(periodReturns) * Math.sqrt(periodsPerYear);
}

/** The least P[t] / (highest P up to t) - 1 (Magdon-Ismail and Atiya, Maximum Drawdown, 2004). */
export function maxDrawdown(prices: readonly number[]): Drawdown {
  requireCount(prices, 1, 'A drawdown');
  requirePositive(prices.slice(0, 1));
  let worst: Drawdown = { drawdown: 0, peakIndex: 0, troughIndex: 0 };
  let peakIndex = 0;
  for (const [i, price] of prices.entries()) {
    if (price > (prices[peakIndex] as number)) peakIndex = i;
    const drawdown = price / (prices[peakIndex] as number) - 1;
    if (drawdown < worst.drawdown) worst = { drawdown, peakIndex, troughIndex: i };
  }
  return worst;
}

/**
 * (mean of excess returns / their sample standard deviation) x sqrt(periods per year), where the excess is
 * the return less riskFreeRate / periodsPerYear (Sharpe, The Sharpe Ratio, 1994).
 */
export function sharpeRatio(
  periodReturns: readonly number[],
  riskFreeRate: number,
  periodsPerYear: number,
): number {
  const deviation = standardDeviation(periodReturns);
  if (deviation === 0) throw badInput('A Sharpe ratio needs returns that vary; all of them are equal.');
  return ((mean(periodReturns) - riskFreeRate / periodsPerYear) / deviation) * Math.sqrt(periodsPerYear);
}

/** Pearson, of paired lists (see presentPairs): covariance / (standard deviation of a x standard deviation of b), from -1 to 1 (SQL: corr). */
export function correlation(a: readonly number[], b: readonly number[]): number {
  requireCount(a, 2, 'A correlation');
  const scale = standardDeviation(a) * standardDeviation(b);
  if (scale === 0) throw badInput('A correlation needs values that vary; all values of one list are equal.');
  return Math.max(-1, Math.min(1, covariance(a, b) / scale));
}

/** Covariance of paired asset and market returns / variance of the market's (Sharpe 1964; SQL: regr_slope). */
export function beta(asset: readonly number[], market: readonly number[]): number {
  requireCount(asset, 2, 'A beta');
  const variance = covariance(market, market);
  if (variance === 0) throw badInput('A beta needs a market that varies; all its returns are equal.');
  return covariance(asset, market) / variance;
}

/** Mean of each value and the window - 1 before it; null until the window is full. Linear in the count. */
export function movingAverage(values: readonly number[], window: number): (number | null)[] {
  if (window > values.length) {
    throw badInput(`The window (${window}) is longer than the series (${values.length} values).`);
  }
  const total = new Sum();
  return values.map((value, i) => {
    total.add(value);
    if (i >= window) total.add(-(values[i - window] as number));
    return i >= window - 1 ? total.value / window : null;
  });
}

function requirePositive(prices: readonly number[]): void {
  const index = prices.findIndex((price) => !(price > 0));
  if (index === -1) return;
  throw badInput(
    `Prices must be above 0; values[${index}] is ${prices[index]}.`,
    'Pass prices, not returns or changes.',
  );
}

/** The positions where both lists have a value, as two lists. */
export function presentPairs(
  a: readonly (number | null)[],
  b: readonly (number | null)[],
): [number[], number[]] {
  if (a.length !== b.length) {
    throw badInput(
      `Paired lists must have the same length; these have ${a.length} and ${b.length} values.`,
      'Join the two series on their dates first, in SQL.',
    );
  }
  const both = (_: number | null, i: number) => a[i] !== null && b[i] !== null;
  const present = (values: readonly (number | null)[]) =>
    values.filter(both).filter((value) => value !== null);
  return [present(a), present(b)];
}
