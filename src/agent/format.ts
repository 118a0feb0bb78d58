/**
 * How numbers look to people, the same in the terminal, in Slack and in a chart's alternative text. Pure.
 * Fractions are never turned into percent here: a value with the unit "%" is already in percent.
 */
import type { Cell } from './report.ts';

export interface NumberFormat {
  /** "%", an ISO 4217 code ("USD") or its sign ("$"), "x", "pp", "days", … */
  unit?: string;
  /** Digits after the decimal point. When absent, derived from the magnitude. */
  digits?: number;
  /** For changes: positive numbers get a "+". */
  signed?: boolean;
}

/** Shown where there is no value. */
const NO_VALUE = '–';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const CURRENCY_SIGNS = new Map([
  ['$', 'USD'],
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
]);
/** Written against the number, without a space. */
const ATTACHED_UNITS = new Set(['%', '‰', 'x', '×', '°']);
/** From here on an amount of money is shortened ($1.23M), unless digits are asked for. */
const SHORTENED_FROM = 1e6;

const formatters = new Map<string, Intl.NumberFormat>();

/** Building a formatter costs far more than using it, and a table uses one thousands of times. */
function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.NumberFormat('en-US', options);
    formatters.set(key, found);
  }
  return found;
}

/** "1,234.56", "12.3%", "$1.23M", "+3.1%", "1.5x", "12 days". A number that is not finite has no value. */
export function formatNumber(value: number, format: NumberFormat = {}): string {
  if (!Number.isFinite(value)) return NO_VALUE;
  const unit = format.unit?.trim() ?? '';
  const currency = CURRENCY_SIGNS.get(unit) ?? (CURRENCIES.has(unit) ? unit : undefined);
  // "negative" and "exceptZero" also keep a number that rounds to nothing from showing as "-0".
  const signDisplay = format.signed ? 'exceptZero' : 'negative';
  if (currency) {
    const money = { style: 'currency', currency, currencyDisplay: 'narrowSymbol', signDisplay } as const;
    if (format.digits === undefined && Math.abs(value) >= SHORTENED_FROM) {
      return formatter({ ...money, notation: 'compact', maximumSignificantDigits: 3 }).format(value);
    }
    const precision = format.digits === undefined ? moneyPrecision(value) : exactly(format.digits);
    return formatter({ ...money, ...precision }).format(value);
  }
  const precision = format.digits === undefined ? derivedPrecision(value, unit) : exactly(format.digits);
  const text = formatter({ signDisplay, ...precision }).format(value);
  if (!unit) return text;
  return ATTACHED_UNITS.has(unit) ? `${text}${unit}` : `${text} ${unit}`;
}

/** A cell or a metric's value. Text, dates included, is left as it is. */
export function formatCell(value: Cell, format: NumberFormat = {}): string {
  if (value === null || value === '') return NO_VALUE;
  if (typeof value === 'number') return formatNumber(value, format);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value;
}

function exactly(digits: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}

/** The currency's own digits (2 for USD, 0 for JPY); amounts below one unit keep three significant digits. */
function moneyPrecision(value: number): Intl.NumberFormatOptions {
  return value !== 0 && Math.abs(value) < 0.1 ? { maximumSignificantDigits: 3 } : {};
}

/** Whole numbers stay whole; others show as much as a reader can use. */
function derivedPrecision(value: number, unit: string): Intl.NumberFormatOptions {
  const magnitude = Math.abs(value);
  if (Number.isInteger(value)) return { maximumFractionDigits: 0 };
  if (magnitude >= 1e-7 && magnitude < (unit === '%' ? 0.1 : 1)) return { maximumSignificantDigits: 3 };
  if (magnitude < 1e-7) return { notation: 'scientific', maximumSignificantDigits: 3 };
  if (magnitude >= 1e5) return exactly(0);
  if (unit === '%' || magnitude >= 1e4) return exactly(magnitude < 1 ? 2 : 1);
  return exactly(2);
}
