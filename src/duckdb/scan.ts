/**
 * Reads `{"<epoch milliseconds or ISO date>": number or null, …}` byte by byte into typed columns, without a string
 * or an object for any row. It knows the usual form only and answers null for everything else, well-formed or not:
 * whoever calls it goes through JSON.parse then. What it does read is the same as JSON.parse reads, bit for bit.
 */
import { DAY_MS, isoDay } from './days.ts';
import { nearestQuotient } from './decimal.ts';

export interface PriceColumns {
  /** Days since 1970-01-01, UTC, in the order of the text. */
  days: Int32Array;
  close: Float64Array;
}

/** Digits that a double holds exactly, digits that can be told apart with care, and powers of ten that are exact. */
const EXACT_DIGITS = 15;
const MOST_DIGITS = 18;
const POWERS = Array.from({ length: MOST_DIGITS + 1 }, (_, i) => 10 ** i);
/** A row of the usual form is at least about this long. */
const ROW_BYTES = 18;

const [QUOTE, COMMA, MINUS, DOT, ZERO, NINE, COLON] = [0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a];
const [UPPER_E, LOWER_E, LOWER_N, OPEN, CLOSE] = [0x45, 0x65, 0x6e, 0x7b, 0x7d];

/** Past the end there is -1: always a number, so that the engine never has to box one. */
const byteAt = (json: Buffer, index: number) => (index < json.length ? json[index] : -1) as number;

/** Position and bytes are handed on as arguments: a variable that a closure changes would cost twice the time. */
function skipSpace(json: Buffer, from: number): number {
  let i = from;
  for (let c = byteAt(json, i); c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09; ) c = byteAt(json, ++i);
  return i;
}

/** Dates that neither rise nor fall throughout are not the usual form either: a key might stand twice. */
export function scanPrices(json: Buffer): PriceColumns | null {
  let days = new Int32Array(Math.trunc(json.length / ROW_BYTES) + 8);
  let close = new Float64Array(days.length);
  let n = 0;
  let i = 0;
  let previous = Number.NaN;
  let rising: boolean | undefined;
  i = skipSpace(json, i);
  if (byteAt(json, i++) !== OPEN) return null;
  for (;;) {
    i = skipSpace(json, i);
    if (byteAt(json, i++) !== QUOTE) return null;
    const keyStart = i;
    let key = 0;
    let c = byteAt(json, i);
    for (; c >= ZERO && c <= NINE; c = byteAt(json, ++i)) key = key * 10 + c - ZERO;
    let day: number;
    if (c === QUOTE && i > keyStart && i - keyStart <= EXACT_DIGITS) day = Math.floor(key / DAY_MS);
    else if (c === MINUS && i - keyStart === 4) {
      const end = json.indexOf(QUOTE, i);
      const parsed = end < 0 ? null : isoDay(json.toString('latin1', keyStart, end));
      if (parsed === null) return null;
      day = parsed;
      key = parsed * DAY_MS;
      i = end;
    } else return null;
    if (key === previous || (key > previous === !rising && rising !== undefined)) return null;
    if (!Number.isNaN(previous)) rising = key > previous;
    previous = key;
    i++;
    i = skipSpace(json, i);
    if (byteAt(json, i++) !== COLON) return null;
    i = skipSpace(json, i);
    c = byteAt(json, i);
    if (c === LOWER_N) {
      if (json.toString('latin1', i, i + 4) !== 'null') return null;
      i += 4;
    } else {
      const start = i;
      const negative = c === MINUS;
      if (negative) i++;
      const first = byteAt(json, i);
      let mantissa = 0;
      let tail = 0;
      let digits = 0;
      let fraction = -1;
      for (; ; i++) {
        c = byteAt(json, i);
        if (c >= ZERO && c <= NINE) {
          if (digits < EXACT_DIGITS) mantissa = mantissa * 10 + c - ZERO;
          else tail = tail * 10 + c - ZERO;
          digits++;
          if (fraction >= 0) fraction++;
        } else if (c === DOT && fraction < 0 && digits > 0) fraction = 0;
        else break;
      }
      const leadingZero = first === ZERO && digits - Math.max(fraction, 0) > 1;
      if (digits === 0 || fraction === 0 || leadingZero || c === LOWER_E || c === UPPER_E) return null;
      const divisor = POWERS[Math.max(fraction, 0)] ?? Number.NaN;
      let value = mantissa / divisor;
      if (digits > EXACT_DIGITS)
        value = nearestQuotient(mantissa, POWERS[digits - EXACT_DIGITS] ?? 1, tail, divisor);
      if (negative) value = -value;
      if (digits > MOST_DIGITS || Number.isNaN(value)) value = Number(json.toString('latin1', start, i));
      if (n === days.length) {
        days = grow(days, new Int32Array(n * 2));
        close = grow(close, new Float64Array(n * 2));
      }
      days[n] = day;
      close[n++] = value;
    }
    i = skipSpace(json, i);
    c = byteAt(json, i++);
    if (c === COMMA) continue;
    if (c !== CLOSE) return null;
    i = skipSpace(json, i);
    return i === json.length ? { days: days.subarray(0, n), close: close.subarray(0, n) } : null;
  }
}

function grow<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
