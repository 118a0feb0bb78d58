/**
 * Price JSON as a price tool returns it, `{"<epoch milliseconds or ISO date>": close or null, …}`, into typed
 * columns; whatever else arrives in its place gets an error that says what it is.
 */
import { AnalystError } from '../agent/errors.ts';
import { DAY_MS, isoDay } from './days.ts';
import { type PriceColumns, scanPrices } from './scan.ts';

/**
 * Null closes are left out; of a key that stands twice the last value counts, as in JSON.parse.
 * @param json UTF-8
 * @throws AnalystError bad_input naming the ticker and showing how the text begins
 */
export function parsePrices(ticker: string, json: Buffer): PriceColumns {
  return scanPrices(json) ?? parse(ticker, json.toString());
}

function parse(ticker: string, text: string): PriceColumns {
  const begins = `it begins with ${JSON.stringify(text.trim().slice(0, 80))}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const prose = /^\s*[A-Za-z]/.test(text);
    throw new AnalystError(
      'bad_input',
      prose
        ? `The series of ${ticker} is a message, not prices: ${JSON.stringify(text.trim().slice(0, 200))}.`
        : `The series of ${ticker} is not valid JSON: ${begins}.`,
      {
        hint: 'Hand over the text that the price tool returned, unchanged; check it for an error message first.',
      },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notPrices(ticker, begins);
  const entries = Object.entries(value).filter(([, price]) => price !== null);
  const days = Int32Array.from(entries, ([key]) => keyDay(key) ?? fail(ticker, key));
  const close = Float64Array.from(entries, ([key, price]) =>
    typeof price === 'number' ? price : fail(ticker, key),
  );
  return { days, close };
}

function notPrices(ticker: string, what: string): AnalystError {
  return new AnalystError('bad_input', `The series of ${ticker} is not a price series: ${what}.`, {
    hint: 'A series is JSON like {"1704067200000": 185.6} or {"2024-01-01": 185.6}. Hand other rows over as an array of objects.',
  });
}

function fail(ticker: string, key: string): never {
  throw notPrices(ticker, `its entry ${JSON.stringify(key.slice(0, 40))} is not a date with a number`);
}

function keyDay(key: string): number | null {
  if (/^-?\d{1,15}$/.test(key)) return Math.floor(Number(key) / DAY_MS);
  return isoDay(key);
}
