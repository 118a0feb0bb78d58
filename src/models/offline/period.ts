/**
 * Words about time -> the arguments of the price tool, and back into words. Spans of weeks, months and years
 * keep their names ("18mo"), so that a program run again later counts from its own day; all others become
 * dates, counted from the day the run calls today. "The last year" is the last twelve months.
 */
import { z } from 'zod';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** Either `span`, or `start` with or without `end` (both days included). */
export const periodSchema = z.union([
  z.strictObject({ span: z.string().regex(/^(?:[1-9]\d{0,2}(?:wk|mo|y)|ytd|max)$/) }),
  z.strictObject({ start: day, end: day.optional() }),
]);
export type Period = z.infer<typeof periodSchema>;

interface Range {
  start: string;
  end: string;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const NUMBERS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen'.split(' ');
const MONTH = `(?:${MONTHS.map((m) => `${m}[a-z]*`).join('|')})`;
const YEAR = '(?:19|20)\\d{2}';
/** A day, a quarter, a half, a month of a year, or a year. */
const DATE = `(?:${YEAR}-\\d{2}-\\d{2}|q[1-4][ -]?${YEAR}|h[12][ -]?${YEAR}|${MONTH}\\.? (?:of )?${YEAR}|${YEAR})`;

/** @returns null when the text says nothing about time */
export function readPeriod(text: string, today: string): Period | null {
  // "50-day average" is a window, not a period.
  const words = text
    .toLowerCase()
    .replace(
      /\b\d+(?:[\s,/&-]+(?:and )?\d+)*[\s-]*days?(?=[\s-]+(?:moving|simple|average|sma|ma\b|rolling|volat))/g,
      ' ',
    )
    .replace(/\b\d+[\s-]day\b/g, ' ');
  return readDates(words, today) ?? readSpan(words, today);
}

function readDates(words: string, today: string): Period | null {
  const find = (pattern: string) => new RegExp(pattern).exec(words);
  const range = (text: string | undefined) => toRange(text ?? '');
  const between = find(`\\b(${DATE})\\s*(?:and|to|until|till|through|vs\\.?|versus|-|–)\\s*(${DATE})\\b`);
  if (between) return dates(range(between[1]).start, range(between[2]).end, today);
  const open = find(
    `\\b(since|from|after|starting(?: in| from)?)\\s+(?:the (?:start|beginning) of )?(${DATE})\\b`,
  );
  if (open) {
    const { start, end } = range(open[2]);
    return { start: open[1] === 'after' ? addDays(end, 1) : start };
  }
  const sinceMonth = find(`\\bsince (${MONTH})\\b`);
  if (sinceMonth) return { start: lastMonthNamed(sinceMonth[1] ?? '', today) };
  const until = find(`\\b(before|until|till|up to)\\s+(${DATE})\\b`);
  if (until) {
    const { start, end } = range(until[2]);
    return { start: '1990-01-01', end: until[1] === 'before' ? addDays(start, -1) : end };
  }
  const within = find(`\\b(${DATE})\\b`);
  if (within) return dates(range(within[1]).start, range(within[1]).end, today);
  return null;
}

function readSpan(words: string, today: string): Period | null {
  if (/\bytd\b|\byear[- ]to[- ]date\b|\b(?:this|current) year\b/.test(words)) return { span: 'ytd' };
  if (
    /\ball[- ]time\b|\bmax(?:imum)? (?:period|history|range)\b|\bever\b|\b(?:whole|full|entire|complete) (?:history|period)\b|\bas (?:far|long) (?:back )?as\b/.test(
      words,
    )
  ) {
    return { span: 'max' };
  }
  if (/\b(?:last|previous) calendar year\b/.test(words)) {
    const year = Number(today.slice(0, 4)) - 1;
    return { start: `${year}-01-01`, end: `${year}-12-31` };
  }
  if (/\bthis month\b/.test(words)) return { start: `${today.slice(0, 7)}-01` };
  if (/\byear and a half\b/.test(words)) return { span: '18mo' };
  if (/\bhalf (?:a |of a )?year\b|\bhalf-year\b/.test(words)) return { span: '6mo' };
  const counted = new RegExp(
    `\\b(?:(\\d+)[\\s-]*|(${NUMBERS.join('|')}|couple of|few)[\\s-]+)(days?|d|weeks?|wks?|w|months?|mos?|m|quarters?|years?|yrs?|y|decades?)\\b`,
  ).exec(words);
  if (counted) return span(count(counted[1] ?? counted[2] ?? ''), counted[3] ?? '', today);
  const last =
    /\b(?:last|past|previous|trailing|over (?:a|one|the)|for a|in a) (day|week|month|quarter|year|decade)\b/.exec(
      words,
    );
  return last ? span(1, last[1] ?? '', today) : null;
}

function span(n: number, unit: string, today: string): Period {
  if (unit.startsWith('dec')) return { span: `${10 * n}y` };
  if (unit.startsWith('d')) return { start: addDays(today, -n) };
  if (unit.startsWith('w')) return { span: `${n}wk` };
  const months = n * (unit.startsWith('y') ? 12 : unit.startsWith('q') ? 3 : 1);
  return { span: months % 12 === 0 ? `${months / 12}y` : `${months}mo` };
}

function count(word: string): number {
  if (word === 'couple of') return 2;
  if (word === 'few') return 3;
  const written = NUMBERS.indexOf(word);
  return written >= 0 ? written : Number(word);
}

function dates(start: string, end: string, today: string): Period {
  return end >= today ? { start } : { start, end };
}

function toRange(text: string): Range {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { start: text, end: text };
  const year = /\d{4}/.exec(text)?.[0] ?? '';
  const part = /^([qh])([1-4])/.exec(text);
  const months = (first: number, length: number): Range => ({
    start: `${year}-${String(first).padStart(2, '0')}-01`,
    end: addDays(addMonths(`${year}-${String(first).padStart(2, '0')}-01`, length), -1),
  });
  if (part?.[1] === 'q') return months(3 * Number(part[2]) - 2, 3);
  if (part) return months(6 * Number(part[2]) - 5, 6);
  const month = MONTHS.indexOf(text.slice(0, 3));
  return month >= 0 ? months(month + 1, 1) : months(1, 12);
}

function lastMonthNamed(name: string, today: string): string {
  const month = String(MONTHS.indexOf(name.slice(0, 3)) + 1).padStart(2, '0');
  const year = Number(today.slice(0, 4)) - (month > today.slice(5, 7) ? 1 : 0);
  return `${year}-${month}-01`;
}

export function addDays(date: string, days: number): string {
  const time = new Date(`${date}T00:00:00Z`);
  time.setUTCDate(time.getUTCDate() + days);
  return time.toISOString().slice(0, 10);
}

/** The same day of another month, or that month's last day. */
function addMonths(date: string, months: number): string {
  const time = new Date(`${date.slice(0, 7)}-01T00:00:00Z`);
  time.setUTCMonth(time.getUTCMonth() + months);
  const length = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 0)).getUTCDate();
  time.setUTCDate(Math.min(Number(date.slice(8)), length));
  return time.toISOString().slice(0, 10);
}

/** First day of a period; null for all there is. */
export function startOf(period: Period, today: string): string | null {
  if ('start' in period) return period.start;
  if (period.span === 'max') return null;
  if (period.span === 'ytd') return `${today.slice(0, 4)}-01-01`;
  const n = Number.parseInt(period.span, 10);
  if (period.span.endsWith('wk')) return addDays(today, -7 * n);
  return addMonths(today, -n * (period.span.endsWith('y') ? 12 : 1));
}

/** "over the last 5 years", "since 2015-01-01", "from 2020-01-01 to 2020-12-31" */
export function describePeriod(period: Period): string {
  if ('start' in period) {
    return period.end ? `from ${period.start} to ${period.end}` : `since ${period.start}`;
  }
  if (period.span === 'ytd') return 'this year so far';
  if (period.span === 'max') return 'over all the data';
  const n = Number.parseInt(period.span, 10);
  const unit = period.span.endsWith('y') ? 'year' : period.span.endsWith('wk') ? 'week' : 'month';
  return n === 1 ? `over the last ${unit}` : `over the last ${n} ${unit}s`;
}
