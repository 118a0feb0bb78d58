/**
 * Bytes of a text file -> text. UTF-8 and UTF-16 with their marks, UTF-16 without one, and for whatever is not
 * UTF-8 the Western European code page of Windows, line by line: files are glued together from both.
 */
import { isUtf8 } from 'node:buffer';
import { AnalystError } from '../../agent/errors.ts';

const LINE_END = 0x0a;
const western = new TextDecoder('windows-1252');

/** @throws AnalystError bad_input: not text */
export function decodeText(bytes: Buffer, filename: string): string {
  const text = decode(bytes).replace(/^\uFEFF/, '');
  if (text.includes('\0')) {
    throw new AnalystError('bad_input', `The file ${filename} is not a text file.`, {
      hint: 'I read CSV, TSV, JSON, Parquet and Excel (.xlsx).',
    });
  }
  if (text.trim() === '') throw new AnalystError('bad_input', `The file ${filename} is empty.`);
  return text;
}

function decode(bytes: Buffer): string {
  const utf16 = utf16Of(bytes);
  if (utf16) return new TextDecoder(utf16).decode(bytes);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(LINE_END, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end + 1);
    lines.push(isUtf8(line) ? line.toString('utf8') : western.decode(line));
    from += line.length;
  }
  return lines.join('');
}

function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Plain letters leave every other byte zero.
  const start = bytes.subarray(0, 64);
  const zeros = (odd: number) => start.filter((byte, i) => i % 2 === odd && byte === 0).length;
  const [even, odd] = [zeros(0), zeros(1)];
  if (odd > start.length / 4 && even === 0) return 'utf-16le';
  return even > start.length / 4 && odd === 0 ? 'utf-16be' : null;
}
