/** Calendar days as numbers. */
export const DAY_MS = 86_400_000;

/** @returns days since 1970-01-01 of `2024-01-31`, alone or with a time of day (which is ignored, as is its zone) */
export function isoDay(text: string): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (!found) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / DAY_MS : null;
}
