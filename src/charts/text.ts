/**
 * How much room text takes, without a font: an estimate for Inter, a little on the wide side, so that what is
 * laid out by it fits.
 */
const THIN = /[ijlI.,:;'`!\s]/;
const NARROW = /[frt1()[\]/|-]/;
const WIDE = /[mwM@—…]/;
const WIDEST = /[W%]/;
const CAPITAL = /[A-HK-Z+−&<>=#~$€£¥]/;
const FULL_WIDTH = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/;

/** Logical pixels of one line. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const char of text) {
    if (THIN.test(char)) ems += 0.29;
    else if (NARROW.test(char)) ems += 0.39;
    else if (WIDE.test(char)) ems += 0.92;
    else if (WIDEST.test(char)) ems += 1.02;
    else if (CAPITAL.test(char)) ems += 0.71;
    else ems += FULL_WIDTH.test(char) ? 1.05 : 0.61;
  }
  return ems * fontSize;
}

/** Shortened with "…" to at most `width` pixels. */
export function truncate(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const chars = [...text];
  while (chars.length > 1 && textWidth(`${chars.join('')}…`, fontSize) > width) chars.pop();
  return `${chars.join('').trimEnd()}…`;
}

/** At most `lines` lines of `width` pixels, broken at spaces; what is left over is truncated. */
export function wrap(text: string, width: number, fontSize: number, lines = 2): string[] {
  const result: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && result.length < lines - 1 && textWidth(longer, fontSize) > width) {
      result.push(truncate(line, width, fontSize));
      line = word;
    } else line = longer;
  }
  return [...result, truncate(line, width, fontSize)];
}
