/**
 * Numbers and dates as a picture has room for: 12k, 3.4M, −5%, $12B, 3 Mar 2024. Formatting happens here and not
 * in Vega expressions, so that it can be tested. Texts beside the picture use agent/format.ts, which shortens less.
 */
export interface Unit {
  prefix: string;
  suffix: string;
  /** What is not shown with every number is shown once, with the axis title. */
  title: string;
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const CURRENCY_SIGNS = new Set(['$', '€', '£', '¥']);
const SUFFIXES = new Map(
  Object.entries({
    '%': '%',
    '‰': '‰',
    x: 'x',
    '×': '×',
    '°': '°',
    bps: ' bps',
    pp: ' pp',
  }),
);

export function unitOf(unit: string | undefined): Unit {
  const text = unit?.trim() ?? '';
  const suffix = SUFFIXES.get(text);
  if (suffix !== undefined) return { prefix: '', suffix, title: '' };
  const sign = CURRENCY_SIGNS.has(text) ? text : CURRENCIES.has(text) ? currencySign(text) : '';
  // "CHF1.2M" reads worse on every tick than "CHF" once.
  return sign.length === 1
    ? { prefix: sign, suffix: '', title: '' }
    : { prefix: '', suffix: '', title: text };
}

function currencySign(currency: string): string {
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return parts.formatToParts(0).find((part) => part.type === 'currency')?.value ?? '';
}

export const NO_UNIT: Unit = { prefix: '', suffix: '', title: '' };

const formatters = new Map<number, Intl.NumberFormat>();

/** "1,234.5" with so many digits after the point. Formatters are kept: making one costs far more than using it. */
function decimal(value: number, least: number, most: number): string {
  const key = 100 * least + most;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.NumberFormat('en', { minimumFractionDigits: least, maximumFractionDigits: most });
    formatters.set(key, formatter);
  }
  return formatter.format(value);
}

const SCALES: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** The scale that shortens `magnitude`; thousands are only shortened from 10,000 on. */
function scaleOf(magnitude: number): readonly [number, string] {
  if (magnitude < 10_000) return [1, ''];
  return SCALES.find(([size]) => magnitude >= size) ?? [1, ''];
}

function dress(value: number, digits: string, scale: string, unit: Unit): string {
  const zero = /^[0.,]*$/.test(digits);
  return `${value < 0 && !zero ? '−' : ''}${unit.prefix}${digits}${scale}${unit.suffix}`;
}

/** Three significant digits or all before the point, shortened: 1234.5 -> "1,235", 12_345_678 -> "12.3M". */
export function formatValue(value: number, unit: Unit = NO_UNIT): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e15 || (magnitude > 0 && magnitude < 1e-4)) {
    return dress(value, magnitude.toExponential(2), '', unit);
  }
  const [size, scale] = scaleOf(magnitude);
  const scaled = magnitude / size;
  const decimals = scaled === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(scaled)));
  const digits = cents(Math.min(decimals, 6), scale, unit);
  const whole = Number.isInteger(scaled) || scale !== '' || unit.prefix === '';
  const fixed = decimal(scaled, whole ? 0 : Math.min(2, digits), digits);
  return dress(value, fixed, scale, unit);
}

/** Labels of the ticks of one axis, all with the same number of decimals. */
export function formatTicks(ticks: readonly number[], unit: Unit = NO_UNIT): string[] {
  const largest = Math.max(0, ...ticks.map(Math.abs));
  if (largest >= 1e15 || (largest > 0 && largest < 1e-4)) return ticks.map((tick) => formatValue(tick, unit));
  const short = largest >= 10_000;
  const parts = ticks.map((tick) => {
    const [size, scale] =
      short && Math.abs(tick) >= 1_000 ? (SCALES.find(([s]) => Math.abs(tick) >= s) ?? [1, '']) : [1, ''];
    return { tick, scaled: Math.abs(tick) / (size as number), scale: scale as string };
  });
  const decimals = (scale: string) =>
    Math.max(
      0,
      ...parts
        .filter((part) => part.scale === scale && part.tick !== 0)
        .map((part) => Number(part.scaled.toPrecision(6)).toString().split('.')[1]?.length ?? 0),
    );
  return parts.map(({ tick, scaled, scale }) => {
    const digits = cents(tick === 0 ? 0 : decimals(scale), scale, unit);
    const fixed = decimal(scaled, digits, digits);
    return dress(
      tick,
      tick === 0 && decimals('') > 0 ? (0).toFixed(cents(decimals(''), '', unit)) : fixed,
      scale,
      unit,
    );
  });
}

/** Money is written with two decimals or none. */
function cents(decimals: number, scale: string, unit: Unit): number {
  return decimals === 1 && scale === '' && unit.prefix !== '' ? 2 : decimals;
}

/** Values printed beside each other: all with the decimals that suit the largest. */
export function formatLabels(values: readonly number[], unit: Unit = NO_UNIT): string[] {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest >= 10_000 || largest < 1e-4) return values.map((value) => formatValue(value, unit));
  const needed = values.every(Number.isInteger) ? 0 : Math.max(0, 2 - Math.floor(Math.log10(largest)));
  const digits = cents(needed, '', unit);
  return values.map((value) => {
    const magnitude = Math.abs(value);
    return dress(value, decimal(magnitude, digits, digits), '', unit);
  });
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** How fine some dates are: the coarsest that loses nothing. */
export type Grain = 'year' | 'month' | 'day' | 'time';

export function grainOf(dates: readonly number[]): Grain {
  const distinct = new Set(dates);
  let grain: Grain = 'year';
  for (const time of distinct) {
    const date = new Date(time);
    if (time % DAY !== 0) return 'time';
    if (date.getUTCDate() !== 1) grain = 'day';
    else if (grain === 'year' && date.getUTCMonth() !== 0) grain = 'month';
  }
  // A single first of a month says nothing about months.
  return distinct.size < 2 ? 'day' : grain;
}

export function formatDate(time: number, grain: Grain): string {
  const date = new Date(time);
  const year = date.getUTCFullYear();
  if (grain === 'year') return String(year);
  const month = `${monthName(time)} ${year}`;
  if (grain === 'month') return month;
  const day = `${date.getUTCDate()} ${month}`;
  return grain === 'day' ? day : `${day} ${clock(time)}`;
}

export function monthName(time: number): string {
  return MONTHS[new Date(time).getUTCMonth()] ?? '';
}

export function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 16);
}

/** Six significant digits: enough for any picture, and half the specification. */
export function forDrawing(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}

/** "daily_return" -> "daily return". */
export function readable(name: string): string {
  return name.replaceAll('_', ' ').trim();
}
