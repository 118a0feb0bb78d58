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

/** JSON with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Arguments as a receipt keeps them: a long one becomes its hash and length. */
export function summariseArguments(args: unknown[], hash: (text: string) => string): unknown[] {
  const summarise = (value: unknown): unknown => {
    const text = JSON.stringify(value) ?? 'null';
    if (text.length <= ARGUMENT_CHARACTERS) return value;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      const entries = Object.entries(value);
      if (entries.length <= 20) {
        return Object.fromEntries(entries.map(([key, item]) => [key, summarise(item)]));
      }
    }
    const rows = Array.isArray(value) ? `${value.length} items, ` : '';
    return `[${rows}${text.length} characters, sha256 ${hash(text)}]`;
  };
  return args.map(summarise);
}
