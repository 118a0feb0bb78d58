/** Cutting text to what a reader can take. Cutting always says so; nothing that is recorded is ever cut. */

/** Characters kept of a call's argument in a receipt. */
const ARGUMENT_CHARACTERS = 2_000;

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
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (item === null || typeof item !== 'object') continue;
      const sorted = withSortedKeys(item);
      if (sorted === item) continue;
      copy ??= [...value];
      copy[i] = sorted;
    }
    return copy ?? value;
  }
  const record = value as Record<string, unknown>;
  const names = Object.keys(record);
  const items = names.map((name) => withSortedKeys(record[name]));
  const unchanged = names.every(
    (name, i) => (i === 0 || (names[i - 1] as string) < name) && items[i] === record[name],
  );
  if (unchanged) return value;
  return Object.fromEntries(
    names.map((name, i): [string, unknown] => [name, items[i]]).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Arguments as a receipt keeps them: a long one becomes its hash and length. */
export function summariseArguments(args: unknown[], hash: (text: string) => string): unknown[] {
  // Only the entries of an argument are looked at: further down, every level would be written out once more.
  const summarise = (value: unknown, isArgument: boolean): unknown => {
    const text = JSON.stringify(value) ?? 'null';
    if (text.length <= ARGUMENT_CHARACTERS) return value;
    if (isArgument && value !== null && typeof value === 'object' && !Array.isArray(value)) {
      const entries = Object.entries(value);
      if (entries.length <= 20) {
        return Object.fromEntries(entries.map(([key, item]) => [key, summarise(item, false)]));
      }
    }
    const rows = Array.isArray(value) ? `${value.length} items, ` : '';
    return `[${rows}${text.length} characters, sha256 ${hash(text)}]`;
  };
  return args.map((argument) => summarise(argument, true));
}
