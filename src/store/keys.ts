/** Parts of keys: nothing that people or platforms name may reach into another entry's part. */

const TIME_DIGITS = 15;

/** Any text as one word of a key, without colons. */
export function keyPart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Epoch milliseconds as a word that sorts by time. */
export function timePart(time: number): string {
  return String(Math.trunc(time)).padStart(TIME_DIGITS, '0');
}
