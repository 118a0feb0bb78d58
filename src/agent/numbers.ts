/**
 * Numbers as people write them in a line of text: "$1,234.5", "−12.3%", "1.2bn", "1.234,56". Leaves out what is no
 * figure of an analysis: dates, years, names that hold digits, ranks, spans of time, small counts. Pure.
 */

export interface WrittenNumber {
  /** As it stands in the text, with its unit. */
  text: string;
  /** Without sign. More than one where "1,234" may be read in two ways, or a suffix may be part of the unit. */
  readings: {
    value: number;
    /** The size of the last digit that is given. */
    step: number;
    /** How far it may be off when it is called approximate. */
    slack: number;
  }[];
  unit: 'percent' | 'basis points' | 'times' | 'money' | 'none';
  isWhole: boolean;
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?';
/** Taken out before anything is read. */
const NO_FIGURES = [
  /\b\d{4}-\d{1,2}(?:-\d{1,2})?(?:T[\d:.]+Z?)?\b/g,
  /\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b/g,
  new RegExp(`\\b${MONTH}\\s+\\d{1,2}(?:st|nd|rd|th)?(?:,?\\s+\\d{4})?\\b`, 'g'),
  new RegExp(`\\b\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?${MONTH}`, 'g'),
  /\b\d{1,2}:\d{2}(?::\d{2})?\b/g,
  /\b(?:19|20)\d\d[/–-]\d\d\b/g,
  /(?:S&P|Nasdaq|Russell|Dow(?: Jones)?|FTSE|Nikkei|DAX|CAC|Stoxx|Hang Seng|MSCI|ASX|SMI|IBEX|CSI|Fortune)[ -]?(?:Comp\w+ )?\d+/gi,
  /\bindexed (?:to|at) \d+/gi,
];

const DIGITS = /\d[\d,.'’\u00a0\u202f]*/g;
const CURRENCY_BEFORE = /(?:[$€£¥]|\b(?:USD|EUR|GBP|JPY|CHF|CAD|AUD))\s?$/;
const CURRENCY_AFTER = /^\s?(?:[€£¥]|(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|dollars|euros)\b)/;
const ABOUT =
  /(?:\b(?:about|around|roughly|nearly|almost|approximately|some|over|more than|under|less than|at least|up to|above|below|close to|just|c\.)|[~≈])\s*[-−+]?\s?(?:[$€£¥])?$/i;
const RANK = /(?:\b(?:top|bottom|first|last|past|next|previous|rank(?:ed)?|no\.|number|page|step)|#)\s*$/i;
const SPAN =
  /^(?:\s|-)?(?:trading|business|calendar|rolling)?(?:\s|-)?(?:day|week|month|year|session|hour|minute|second|quarter|yr|mo|wk|observation|period)s?\b/i;
const LEVEL = /^\s?%?\s?(?:confidence|percentile|VaR|value.at.risk|interval)/i;
const SUFFIX = /^(\s?)(k|thousand|mn?|million|bn?|billion|tn?|trillion)(?!\p{L})/iu;
const SCALES: Record<string, number> = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 };
const UNITS: [RegExp, WrittenNumber['unit']][] = [
  [/^\s?(?:%|percent\b|pct\b|pp\b|percentage points?\b|points?\b)/i, 'percent'],
  [/^\s?(?:bps?\b|basis points?\b)/i, 'basis points'],
  [/^(?:x\b|×|\s?times\b|-fold\b)/i, 'times'],
];
/** Counts up to here are taken for counts of what is shown. */
const SMALL = 12;

export function figuresIn(line: string): WrittenNumber[] {
  const text = NO_FIGURES.reduce(
    (rest, form) => rest.replace(form, (found) => ' '.repeat(found.length)),
    line,
  );
  return [...text.matchAll(DIGITS)].flatMap((match) => readFigure(text, match[0], match.index) ?? []);
}

function readFigure(text: string, run: string, start: number): WrittenNumber | undefined {
  const digits = run.replace(/[^\d]+$/, '');
  const before = text.slice(Math.max(0, start - 24), start);
  let after = text.slice(start + digits.length, start + digits.length + 40);
  const money = CURRENCY_BEFORE.test(before);
  // A ticker, a quarter, a version: Q3, FY23, 7203.T, 10-K.
  if (!money && /[\p{L}_&]-?$/u.test(before)) return undefined;
  if (/^(?:\.\p{L}|-\p{Lu}\b)/u.test(after)) return undefined;

  const scaled = SUFFIX.exec(after);
  const word = scaled?.[2]?.toLowerCase() ?? '';
  const scale = word.startsWith('th') ? 1e3 : (SCALES[word[0] ?? ''] ?? 1);
  if (scaled) after = after.slice(scaled[0].length);
  const unit =
    UNITS.find(([form]) => form.test(after))?.[1] ?? (money || CURRENCY_AFTER.test(after) ? 'money' : 'none');
  // 1st, 3M the company, 401k.
  if (unit === 'none' && /^\p{L}/u.test(after)) return undefined;
  const isWhole = /^\d+$/.test(digits) || /^\d{1,3}(?:[,'’\u00a0\u202f]\d{3})+$/.test(digits);
  if (LEVEL.test(after)) return undefined;
  if (isWhole && unit === 'none' && isCount(digits, before, after, scaled?.[0] ?? '')) return undefined;

  const about = ABOUT.test(before);
  const readings = readDigits(digits).flatMap(({ value, step }) =>
    // "363.7bn" may stand in a column that counts in billions; a whole number of them is too short to tell.
    [...new Set(step < 1 ? [scale, 1] : [scale])].map((factor) => ({
      value: value * factor,
      step: step * factor,
      slack: about ? value * factor * 0.05 : 0,
    })),
  );
  if (readings.length === 0) return undefined;
  const ending = (scaled?.[0] ?? '') + (UNITS.map(([form]) => form.exec(after)?.[0]).find(Boolean) ?? '');
  const sign = /[$€£¥]\s?$/.exec(before)?.[0] ?? '';
  return { text: `${sign}${digits}${ending}`.trim(), readings, unit, isWhole };
}

/** Years, small numbers, ranks, spans of time, and the 100 of an index are no results. */
function isCount(digits: string, before: string, after: string, suffix: string): boolean {
  const value = Number(digits.replace(/\D/g, ''));
  if (suffix !== '') return suffix === 'M' && value === 3;
  if (/^\d{4}$/.test(digits) && value >= 1900 && value <= 2100) return true;
  return value <= SMALL || value === 100 || RANK.test(before) || SPAN.test(after);
}

/** @returns value and the size of its last digit; whole numbers that end in zeros may be rounded to them */
function readDigits(digits: string): { value: number; step: number }[] {
  const readings: { value: number; step: number }[] = [];
  const add = (text: string) => {
    const decimals = text.split('.')[1]?.length ?? 0;
    const zeros = decimals === 0 ? (/0{2,}$/.exec(text)?.[0].length ?? 0) : 0;
    readings.push({ value: Number(text), step: zeros > 0 ? 10 ** zeros : 10 ** -decimals });
  };
  if (/^(?:\d+|\d{1,3}(?:[,'’\u00a0\u202f]\d{3})+)(?:\.\d+)?$/.test(digits)) {
    add(digits.replace(/[,'’\u00a0\u202f]/g, ''));
  }
  if (
    /^(?:\d+|\d{1,3}(?:[.'’\u00a0\u202f]\d{3})+),\d+$/.test(digits) ||
    /^\d{1,3}(?:\.\d{3}){2,}$/.test(digits)
  ) {
    add(digits.replace(/[.'’\u00a0\u202f]/g, '').replace(',', '.'));
  }
  return readings;
}

/** Every number in a text, whatever it stands for: what a figure may have been taken from. Without signs. */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(/\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?/gi)].flatMap(([found], i, all) => {
    const plain = Number(found.replaceAll(',', ''));
    const end = (all[i]?.index ?? 0) + found.length;
    const suffix = SUFFIX.exec(text.slice(end, end + 12))?.[2]?.toLowerCase() ?? '';
    const scale = suffix.startsWith('th') ? 1e3 : (SCALES[suffix[0] ?? ''] ?? 1);
    const parts = found.includes(',') ? found.split(',').map(Number) : [];
    return scale === 1 ? [plain, ...parts] : [plain, plain * scale];
  });
}
