/**
 * A question in English -> what it mentions. Knows words, not grammar: it never guesses beyond them, and
 * what it cannot answer from closing prices it names in `beyond` instead of answering something else.
 */
import { type Period, readPeriod } from './period.ts';
import { type Measure, type Plan, VIEWS, type View } from './plan.ts';
import { findTickers } from './tickers.ts';
import {
  BETWEEN_NAMES,
  BEYOND,
  BY_MEASURE,
  EXTREME,
  NEVER,
  OF_PRICES,
  RANKING,
  REMOVAL,
  VIEW_WORDS,
} from './words.ts';

export interface Reading {
  /** Tickers to show. */
  symbols: string[];
  /** Tickers to take away. */
  removed: string[];
  unknown: string[];
  period: Period | null;
  /** In the order of VIEWS; empty when no word names one. */
  views: View[];
  rank: Measure | null;
  ascending: boolean | null;
  top: number | null;
  windows: number[];
  by: Plan['by'] | null;
  /** The look asked for: "as a bar chart". */
  chart: string | null;
  /** "compare", "versus". */
  compares: boolean;
  /** "price", "how did … do", or nothing but names and times: enough for one ticker on its own. */
  aboutPrices: boolean;
  /** How the tickers of a follow-up join those of before. */
  joins: 'add' | 'replace';
  /** "also", "as well": views of a follow-up are added. */
  also: boolean;
  /** Begins like a follow-up: "and", "now", "what about". */
  followsUp: boolean;
  /** "stocks", "which one": all tickers are meant when none is named. */
  general: boolean;
  /** What it asks for that closing prices cannot tell. */
  beyond: string | null;
}

export function readQuestion(question: string, today: string): Reading {
  const text = question.replace(/<[@#!][^>]*>/g, ' ').replace(/[’‘]/g, "'");
  const { kept, taken } = splitRemoval(text);
  const words = kept.toLowerCase();
  const has = (pattern: RegExp) => pattern.test(words);
  const mentions = findTickers(kept);
  const period = readPeriod(text, today);
  const by = readCalendar(words);
  const ranks = has(RANKING);
  const rolling = has(/\brolling\b|\bover time\b/);

  const named = (view: View) => has(VIEW_WORDS[view] ?? NEVER);
  const extreme = has(EXTREME) && has(OF_PRICES) && !has(/moving|rank|sort/);
  const views = VIEWS.filter((view) => {
    if (view === 'extremes') return extreme;
    if (view === 'returns') return by !== null;
    // Correlations are of daily returns: naming those asks for nothing more.
    if (view === 'distribution' && named('correlation') && !has(/\bdistribution|\bhistogram/)) return false;
    return named(view) && !(view === 'price' && (extreme || has(/\bby price/)));
  });

  const measure = readMeasure(words);
  const several = mentions.symbols.length !== 1;
  if (measure === 'drawdown' && !ranks) views.push('drawdown');
  if (measure === 'volatility' && !views.includes('risk') && (rolling || (!several && !ranks))) {
    views.push('volatility');
  }
  const sorts = ranks || has(/^\W*(?:and |now |then |ok )*(?:the same )?by\b/);
  const rank = sorts || measure === 'volatility' || measure === 'sharpe' ? measure : null;
  const onlyRanks = (ranks || rank !== null) && views.length === 0;
  if (onlyRanks && !has(/\bcompar(?:e|ing|ison)\b/)) views.push('ranking');
  return {
    symbols: mentions.symbols,
    removed: findTickers(taken).symbols,
    unknown: mentions.unknown,
    period,
    views,
    rank: rank ?? (ranks && !views.some((v) => v === 'extremes' || v === 'returns') ? 'return' : null),
    ascending: readOrder(words, measure),
    top: readTop(words),
    windows: readWindows(words),
    by,
    chart: readChart(words),
    compares: has(/\bcompar|\bversus\b|\bvs\b|\bagainst\b|\brelative to\b|\bside by side\b/),
    aboutPrices: isAboutPrices(words, period !== null),
    joins:
      has(
        /^\W*(?:and|also|plus)\b|\badd\b|\binclud|\bplus\b|\bas well\b|\btoo\b|\balso\b|\bwith\b|\bvs\b|\bversus\b|\bagainst\b|\bcompar/,
      ) && !has(/\binstead\b|\bonly\b|\bjust\b/)
        ? 'add'
        : 'replace',
    also: has(/\balso\b|\bas well\b|\btoo\b|\badd\b|\bin addition\b/),
    followsUp: has(
      /^\W*(?:and|now|also|what about|how about|same|plus|then|ok|instead|make|show (?:it|that|them|this))\b|\b(?:it|them|these|those|that)\b/,
    ),
    general: has(
      /\bstocks?\b|\bcompan(?:y|ies)\b|\bshares\b|\btickers?\b|\bnames\b|\bwhich (?:one|of)\b|\bwhat (?:is|was|are|were) the (?:best|worst|most|least)/,
    ),
    beyond: BEYOND.exec(words)?.[1] ?? null,
  };
}

/** Takes "without IBM and Intel" out of the text: a removal is the names that follow it, and ends with them. */
function splitRemoval(text: string): { kept: string; taken: string } {
  const start = REMOVAL.exec(text);
  if (!start) return { kept: text, taken: '' };
  const words = text.slice(start.index + start[0].length).split(/(?<=\s)/);
  const isName = (word: string) => findTickers(word).symbols.length > 0;
  const end = words.findIndex((word) => !isName(word) && !BETWEEN_NAMES.test(word.trim()));
  const taken = end < 0 ? words : words.slice(0, end);
  if (!taken.some(isName)) return { kept: text, taken: '' };
  return {
    kept: `${text.slice(0, start.index)} ${words.slice(taken.length).join('')}`,
    taken: taken.join(''),
  };
}

/** The measure after "by", or else the first that is named. */
function readMeasure(words: string): Measure | null {
  const after = /\bby\b(.*)/.exec(words)?.[1];
  const find = (part: string) => BY_MEASURE.find(([pattern]) => pattern.test(part))?.[1] ?? null;
  return (after ? find(after) : null) ?? find(words);
}

function readOrder(words: string, measure: Measure | null): boolean | null {
  const low =
    /\bworst|\bbottom|\bleast|\blowest|\blos(?:er|ers|t)\b|\bweakest|\bunderperform|\blaggard|\bsmallest|\bascending/.test(
      words,
    );
  const high =
    /\bbest|\btop\b|\bmost|\bhighest|\bwinn|\bgain|\bstrongest|\boutperform|\bleader|\bbiggest|\blargest|\bdescending/.test(
      words,
    );
  // A drawdown is a negative number: the worst, and the biggest, are the smallest.
  if (measure === 'drawdown') return low === high ? null : !/\b(?:smallest|least|best|lowest)\b/.test(words);
  if (measure === 'volatility' && /\bcalm|\bsafe|\bstable|\bsteady/.test(words)) return true;
  // "rose most and fell most": both ends are asked for, and the best come first.
  if (/\b(?:rose|gained|grew)\b/.test(words) && /\b(?:fell|lost|declined)\b/.test(words)) return false;
  if (/\blos(?:er|ers|t)\b|\bfell\b|\bdeclin/.test(words)) return true;
  return low === high ? null : low;
}

/** "top 3", "bottom three" */
function readTop(words: string): number | null {
  const few = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
  const word = new RegExp(`\\b(?:top|bottom|best|worst) (\\d{1,2}|${few.join('|')})\\b`).exec(words)?.[1];
  return word === undefined ? null : few.indexOf(word) + 1 || Number(word) || null;
}

function readCalendar(words: string): Plan['by'] | null {
  if (/\bseason|\b(?:month|calendar month)s? of the year\b|\bwhich months?\b/.test(words)) return 'season';
  if (
    /\bmonthly\b|\b(?:per|by|each|every) month\b|\bmonth[- ](?:by|over|on)[- ]month\b|\b(?:best|worst) months?\b/.test(
      words,
    )
  )
    return 'month';
  if (
    /\byearly\b|\b(?:per|by|each|every) (?:calendar )?year\b|\byear[- ](?:by|over|on)[- ]year\b|\bannual (?:returns?|performance)\b|\bcalendar[- ]year returns?\b|\b(?:best|worst) years?\b/.test(
      words,
    )
  )
    return 'year';
  return null;
}

/** "50/200-day", "20 and 50 day", "30-day rolling" */
function readWindows(words: string): number[] {
  const match =
    /\b(\d{1,3}(?:[\s-]*(?:days?|d)?[\s,/&-]*(?:and|or)?\s*\d{1,3})*)[\s-]*(?:days?|d)?[\s-]+(?:simple |moving|average|[se]?ma\b|rolling|volat)/.exec(
      words,
    );
  const after = /\b(?:window of|averages?|[se]?ma) ?\(?(\d{1,3})\b/.exec(words);
  const numbers = [...(match?.[1] ?? after?.[1] ?? '').matchAll(/\d+/g)].map((n) => Number(n[0]));
  return [...new Set(numbers)].filter((n) => n >= 2 && n <= 500).sort((a, b) => a - b);
}

function readChart(words: string): string | null {
  const look = '(bar|column|line|area|pie|donut|table|scatter|heat ?map|histogram|candlestick)s?';
  const asked =
    new RegExp(`\\b${look}[- ]+(?:chart|graph|plot|diagram)`).exec(words)?.[1] ??
    new RegExp(`\\b(?:as|in|into|make it|use)(?: an?)? ${look}\\b`).exec(words)?.[1] ??
    /\b(scatter|heat ?map|histogram|candlestick)s?\b/.exec(words)?.[1];
  if (!asked) return null;
  return { column: 'bar', 'heat map': 'heatmap', donut: 'pie' }[asked] ?? asked;
}

/** True when a ticker alone may be answered with its price: words of prices, or no other words at all. */
function isAboutPrices(words: string, hasPeriod: boolean): boolean {
  if (
    /\b(?:pric|stock|share|perform|chart|plot|graph|trend|histor|close|worth|trading|traded|return|gain|grow|grew|rise|rose|fall|fell|move|do|does|doing|done|did|develop|going|look)/.test(
      words,
    )
  )
    return true;
  return hasPeriod || words.trim().split(/\s+/).length <= 4;
}
