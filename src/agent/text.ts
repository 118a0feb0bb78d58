/** Cutting text to what a reader can take. Cutting always says so; nothing that is recorded is ever cut. */

/** Characters kept of a call's argument in a receipt. */
const ARGUMENT_CHARACTERS = 2_000;
/** Entries of an argument up to which each is kept or named by itself. */
const SUMMARISED_ENTRIES = 20;

/** At most `length` characters, an ellipsis included, on one line. */
export function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
}

/** At most `length` characters of a longer text, followed by how many were left out. */
export function clip(text: string, length: number): string {
  return text.length <= length
    ? text
    : `${text.slice(0, length)}… [${text.length - length} more characters not shown]`;
}

/** JSON with sorted keys, so that equal values have equal text. @param value plain data, as JSON.parse gives it */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(withSortedKeys(value));
}

/** Copies only where keys are out of order: a replacer would be called for each of a million numbers. */
function withSortedKeys(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? sortItems(value) : sortKeys(value, orderOf(value));
}

function sortItems(list: unknown[]): unknown[] {
  let copy: unknown[] | undefined;
  let order: KeyOrder | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (item === null || typeof item !== 'object') continue;
    // Rows have the same keys: their order is found once for all of them.
    if (!Array.isArray(item)) order = orderOf(item, order);
    const sorted = Array.isArray(item) || !order ? withSortedKeys(item) : sortKeys(item, order);
    if (sorted === item) continue;
    copy ??= [...list];
    copy[i] = sorted;
  }
  return copy ?? list;
}

function sortKeys(object: object, { sorted, isSorted }: KeyOrder): object {
  const record = object as Record<string, unknown>;
  const items = sorted.map((name) => withSortedKeys(record[name]));
  if (isSorted && sorted.every((name, i) => items[i] === record[name])) return record;
  if (sorted.includes('__proto__')) return Object.fromEntries(sorted.map((name, i) => [name, items[i]]));
  const copy: Record<string, unknown> = {};
  for (let i = 0; i < sorted.length; i++) copy[sorted[i] as string] = items[i];
  return copy;
}

interface KeyOrder {
  names: string[];
  sorted: string[];
  isSorted: boolean;
}

/** @param like of an object that may have the same keys */
function orderOf(object: object, like?: KeyOrder): KeyOrder {
  const names = Object.keys(object);
  if (names.length === like?.names.length && names.every((name, i) => name === like.names[i])) return like;
  const sorted = names.toSorted((a, b) => (a < b ? -1 : 1));
  return { names, sorted, isSorted: names.every((name, i) => name === sorted[i]) };
}

/** Arguments as a receipt keeps them: a long one becomes its hash and length, entry by entry where it has few. */
export function summariseArguments(args: unknown[], hash: (text: string) => string): unknown[] {
  const summarise = (value: unknown, text: string) => {
    if (text.length <= ARGUMENT_CHARACTERS) return value;
    const rows = Array.isArray(value) ? `${value.length} items, ` : '';
    return `[${rows}${text.length} characters, sha256 ${hash(text)}]`;
  };
  return args.map((argument) => {
    if (argument === null || typeof argument !== 'object' || Array.isArray(argument)) {
      return summarise(argument, toText(argument));
    }
    const entries = Object.entries(argument).map(([key, item]) => ({ key, item, text: toText(item) }));
    const whole = entries.map(({ key, text }) => `${key}: ${text}`);
    const length = whole.reduce((sum, { length }) => sum + length, 0);
    if (length <= ARGUMENT_CHARACTERS) return argument;
    if (entries.length > SUMMARISED_ENTRIES) return summarise(argument, whole.join('\n'));
    return Object.fromEntries(entries.map(({ key, item, text }) => [key, summarise(item, text)]));
  });
}

/** A string is its own text: written as JSON, a long one would cost as much as the rest of its call. */
const toText = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'));
