/** How large a table of a file may be, said so that the person can do something about it. */
import { AnalystError } from '../../agent/errors.ts';
import { limits } from '../limits.ts';

const count = (value: number) => value.toLocaleString('en-US');

export function checkRows(rows: number, filename: string): void {
  if (rows > limits.fileRows) {
    throw tooLarge(filename, `has ${count(rows)} rows; at most ${count(limits.fileRows)} are read`);
  }
}

export function checkColumns(columns: number, filename: string): void {
  if (columns > limits.fileColumns) {
    throw tooLarge(filename, `has ${count(columns)} columns; at most ${count(limits.fileColumns)} are read`);
  }
}

export function checkJsonBytes(bytes: number, filename: string): void {
  if (bytes > limits.fileJsonBytes) {
    throw tooLarge(filename, `holds more than ${limits.fileJsonBytes / 1e6} MB of text and numbers`);
  }
}

function tooLarge(filename: string, what: string): AnalystError {
  return new AnalystError('too_large', `The file ${filename} ${what}.`, {
    hint: 'Filter it first: leave out rows and columns that the question does not need.',
  });
}
