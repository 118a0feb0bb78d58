/**
 * CSV text -> rows of text, in any of the usual dialects. Strict where leniency would shift values into other
 * columns: a line that does not fit is an error that names the line.
 */
import { AnalystError } from '../../agent/errors.ts';
import { limits } from '../limits.ts';
import { HEADER_ROWS } from './grid.ts';
import { checkRows } from './size.ts';

/** Empty cells are null. */
export interface Record {
  cells: (string | null)[];
  /** Of its start, from 1. */
  line: number;
}

const DELIMITERS = [',', ';', '\t', '|'];
/** Lines by which the delimiter is chosen. */
const SAMPLE_LINES = 30;
const [LF, CR] = [0x0a, 0x0d];

export function parseCsv(text: string, filename: string): { records: Record[]; delimiter: string } {
  // A first line by which Excel tells itself the delimiter.
  const told = /^sep=(.)\r?\n/.exec(text);
  const delimiter = told?.[1] ?? findDelimiter(text);
  const records: Record[] = [];
  let count = 0;
  for (const record of parse(text, delimiter, filename, told?.[0].length ?? 0)) {
    // Beyond the limit they are only counted, for the message.
    if (count++ <= limits.fileRows + HEADER_ROWS) records.push(record);
  }
  if (count > records.length) checkRows(count - 1, filename);
  return { records, delimiter };
}

/** The one that cuts most lines into the same number of values. */
function findDelimiter(text: string): string {
  const sample = text.slice(0, 100_000).replace(/"(?:[^"]|"")*"/g, '');
  const lines = sample.split(/\r\n|\n|\r/).slice(0, SAMPLE_LINES);
  let best = { delimiter: ',', lines: 0, values: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = new Map<number, number>();
    for (const line of lines) {
      const values = line.split(delimiter).length;
      if (values > 1) counts.set(values, (counts.get(values) ?? 0) + 1);
    }
    for (const [values, count] of counts) {
      if (count < best.lines || (count === best.lines && values <= best.values)) continue;
      best = { delimiter, lines: count, values };
    }
  }
  return best.delimiter;
}

function* parse(text: string, delimiter: string, filename: string, from: number): Generator<Record> {
  const separator = delimiter.charCodeAt(0);
  let at = from;
  let line = from > 0 ? 2 : 1;
  while (at < text.length) {
    const record: Record = { cells: [], line };
    for (;;) {
      let cell: string;
      if (text[at] === '"') {
        const end = closingQuote(text, at);
        if (end < 0) throw badLine(filename, line, 'has a quote that is never closed');
        cell = text.slice(at + 1, end).replaceAll('""', '"');
        line += cell.split('\n').length - 1;
        at = end + 1;
        const next = text.charCodeAt(at);
        if (at < text.length && next !== separator && next !== LF && next !== CR) {
          throw badLine(filename, line, 'has text after a closing quote');
        }
      } else {
        const start = at;
        for (let code = text.charCodeAt(at); at < text.length; code = text.charCodeAt(++at)) {
          if (code === separator || code === LF || code === CR) break;
        }
        cell = text.slice(start, at);
      }
      cell = cell.trim();
      record.cells.push(cell === '' ? null : cell);
      if (text.charCodeAt(at) !== separator) break;
      at++;
    }
    if (text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF) at++;
    at++;
    line++;
    if (record.cells.some((cell) => cell !== null)) yield record;
  }
}

function closingQuote(text: string, opening: number): number {
  let end = text.indexOf('"', opening + 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end;
}

export function badLine(filename: string, line: number, what: string): AnalystError {
  return new AnalystError('bad_input', `Line ${line} of the file ${filename} ${what}.`, {
    hint: 'Repair the line, or export the file again.',
  });
}
