/**
 * Step results in a form that does not hang on the order of an object's keys. A server may give back objects with
 * their keys sorted (Inngest's does), which would change the columns of a table from one replay to the next. So
 * rows become their columns, once for all, and the text of their values: the SDK asks a function about every value
 * that is not text. Other objects become lists of keys and of values, unless they are in sorted order already.
 * Values come back as from JSON.
 */

/** Marks of an encoded object. An object of the program's that has such a key is always encoded. */
const KEYS = '$keys';
const VALUES = '$values';
const ROWS = '$rows';

type Json = Record<string, unknown>;

export function encode(value: unknown): unknown {
  if (Array.isArray(value)) return encodeList(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (!isObject(value)) return value ?? null;
  if (typeof value.toJSON === 'function') return encode(value.toJSON());
  const keys = keysOf(value);
  const values = keys.map((key) => encode(value[key]));
  if (isSorted(keys) && !keys.some((key) => key.startsWith('$'))) return toObject(keys, values);
  return { [KEYS]: keys, [VALUES]: values };
}

function encodeList(list: unknown[]): unknown {
  const [first] = list;
  if (list.length < 2 || !isPlain(first)) return list.map(encode);
  const keys = keysOf(first);
  const alike = list.every((item) => isPlain(item) && sameKeys(keysOf(item), keys));
  if (!alike) return list.map(encode);
  const rows = list.map((item) => keys.map((key) => (item as Json)[key]));
  return { [KEYS]: keys, [ROWS]: JSON.stringify(rows) };
}

export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (!isObject(value)) return value;
  const { [KEYS]: keys, [VALUES]: values, [ROWS]: rows } = value;
  if (Array.isArray(keys) && typeof rows === 'string') {
    return (JSON.parse(rows) as unknown[][]).map((row) => toObject(keys, row));
  }
  if (Array.isArray(keys) && Array.isArray(values)) return toObject(keys, values.map(decode));
  return toObject(Object.keys(value), Object.values(value).map(decode));
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

const isPlain = (value: unknown): value is Json =>
  isObject(value) && !Array.isArray(value) && typeof value.toJSON !== 'function';

/** The keys that JSON keeps. */
function keysOf(object: Json): string[] {
  return Object.keys(object).filter(
    (key) => !['undefined', 'function', 'symbol'].includes(typeof object[key]),
  );
}

const sameKeys = (a: string[], b: string[]) => a.length === b.length && a.every((key, i) => key === b[i]);

const isSorted = (keys: string[]) => keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') < key);

function toObject(keys: string[], values: unknown[]): Json {
  const object: Json = {};
  for (const [i, key] of keys.entries()) {
    // As JSON.parse does it: "__proto__" is a key like any other.
    if (key === '__proto__') define(object, key, values[i]);
    else object[key] = values[i];
  }
  return object;
}

function define(object: Json, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
}
