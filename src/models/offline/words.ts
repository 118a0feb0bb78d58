/**
 * The words that the planner knows, as data: what names a view, a measure, a ranking, a removal, and what it
 * cannot answer. All match text in lower case, but for REMOVAL.
 */
import type { Measure, View } from './plan.ts';

const anyOf = (...patterns: RegExp[]) => new RegExp(patterns.map((pattern) => pattern.source).join('|'));

export const NEVER = /(?!)/;

/** Views that words alone name. The others need more: see read.ts. */
export const VIEW_WORDS: Partial<Record<View, RegExp>> = {
  price: anyOf(/\bprices?\b/, /\bquote\b/),
  indexed: anyOf(
    /\bindex(?:ed)?\b/,
    /\brebas/,
    /\bnormali[sz]ed?\b/,
    /\brelative performance\b/,
    /\bgrowth of (?:\$ ?)?1/,
  ),
  correlation: anyOf(/\bcorrelat/, /\bmoves? together/, /\bco-?mov/, /\bdiversif/),
  averages: anyOf(
    /\bmoving[- ]averages?/,
    /\b[se]?mas?\b/,
    /\b(?:golden|death) cross/,
    /\b\d+[- ]day (?:and \d+[- ]day )?averages?/,
  ),
  distribution: anyOf(
    /\bdistribution/,
    /\bhistogram/,
    /\b(?:best|worst|biggest|largest)(?: single| one)?[- ]day\b/,
    /\bdaily (?:returns?|moves?|changes?)/,
  ),
  risk: anyOf(
    /\brisk[- ](?:and|versus|vs\.?|against|to)[- ](?:return|reward)/,
    /\brisk[ /-]return/,
    /\breturn (?:versus|vs\.?|against) (?:risk|volatility)/,
    /\bscatter/,
  ),
};

/** An extreme or an average … */
export const EXTREME = /\b(?:highest|lowest|max(?:imum)?|min(?:imum)?|peak|high|low|average|mean|median)\b/;
/** … of prices, and not of something else. */
export const OF_PRICES = anyOf(
  /\bpric(?:e|es|ed)\b/,
  /\bclos(?:e|es|ed|ing)\b/,
  /\ball[- ]time high/,
  /\b(?:highs?|lows?|point|valued?|level|trade|traded|trading)\b/,
);

export const RANKING = anyOf(
  /\brank/,
  /\bsort/,
  /\border(?:ed)? (?:them )?by/,
  /\b(?:best|worst|top|bottom|most|least|highest|lowest|biggest)\b/,
  /\bwinn/,
  /\blos(?:er|ers|t)\b/,
  /\bgain(?:er|ed)/,
  /\b(?:out|under)perform/,
  /\b(?:strongest|weakest|leader|laggard|safest|riskiest|fastest|calmest)/,
);

/** The first that matches wins. */
export const BY_MEASURE: [RegExp, Measure][] = [
  [/volatil|risk(?!-adjusted)|swing|fluctuat|calm|stable|steady|safe/, 'volatility'],
  [/draw-?downs?|peak[- ]to[- ]trough|loss from (?:the|its|their) peak/, 'drawdown'],
  [/sharpe|risk-adjusted/, 'sharpe'],
  [/returns?|perform|gain|growth|grew|grown/, 'return'],
  [/price|close\b/, 'price'],
];

/** "drop" removes, but "the biggest drop" and "drop of" are falls. */
export const REMOVAL =
  /\b(?:except(?: for)?|without|excluding|but not|other than|remove|removing|exclude|leave out|leaving out|minus|take out|get rid of|(?<!\b(?:biggest|largest|worst|deepest|price|the|a) )drop(?! (?:of|in|from)))\b/i;
/** What may stand between the names of a removal. */
export const BETWEEN_NAMES = /^(?:and|or|both|the|&)?,?$/i;

/** Closing prices cannot tell. */
export const BEYOND =
  /\b(revenues?|sales|earnings|profits?|dividends?|p\/?e(?: ratio)?\b|market cap\w*|volumes?|news|ceo|employees?|founders?|founded|forecasts?|predict\w*|will|should|recommend\w*|options?|insiders?|analysts?|why|sentiment|intraday|hourly|inflation|interest rates?|weather)\b/;
