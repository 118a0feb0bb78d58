/**
 * What a file is by its first bytes, whatever its name says: the name only decides where the bytes cannot.
 */
import { AnalystError } from '../../agent/errors.ts';
import { limits } from '../limits.ts';

export type Kind = 'excel' | 'parquet' | 'json' | 'csv';

const KINDS = 'I read CSV, TSV, JSON, Parquet and Excel (.xlsx).';

/** First bytes (Latin-1) of what people attach by mistake, and what to do about it. */
const OTHERS: [start: string, what: string, hint: string][] = [
  ['%PDF', 'a PDF', KINDS],
  ['\xd0\xcf\x11\xe0', 'an old or password-protected Office file', 'Save it as .xlsx without a password.'],
  ['\x1f\x8b', 'compressed', 'Unpack it first.'],
  ['7z\xbc\xaf', 'compressed', 'Unpack it first.'],
  ['\x89PNG', 'a picture', KINDS],
  ['\xff\xd8\xff', 'a picture', KINDS],
  ['GIF8', 'a picture', KINDS],
];

/** @throws AnalystError bad_input, too_large, in words for the person */
export function kindOf(bytes: Buffer, filename: string): Kind {
  if (bytes.length === 0) throw new AnalystError('bad_input', `The file ${filename} is empty.`);
  const start = bytes.toString('latin1', 0, 512);
  if (start.startsWith('PK')) return checkWorkbook(bytes, filename);
  if (start.startsWith('PAR1')) return 'parquet';
  const other = OTHERS.find(([magic]) => start.startsWith(magic));
  if (other) throw notATable(filename, other[1], other[2]);
  if (/^\W{0,3}\s*<(!doctype|html|\?xml|table)/i.test(start))
    throw notATable(filename, 'a web page or XML', KINDS);
  if (/\.(xlsx|parquet)$/i.test(filename)) throw damaged(filename);
  if (/\.(json|jsonl|ndjson)$/i.test(filename)) return 'json';
  return /^(?:\xef\xbb\xbf)?\s*(\[\s*\{|\{\s*")/.test(start) ? 'json' : 'csv';
}

export function damaged(filename: string, cause?: unknown): AnalystError {
  return new AnalystError('bad_input', `The file ${filename} is damaged, or not what its name says.`, {
    hint: 'Open it where it was made, save it again, and attach that.',
    cause,
  });
}

function notATable(filename: string, what: string, hint: string): AnalystError {
  return new AnalystError('bad_input', `The file ${filename} is ${what}, not a table.`, { hint });
}

const [END_MAGIC, ENTRY_MAGIC, END_BYTES, COMMENT_BYTES] = [0x06054b50, 0x02014b50, 22, 65_535];

/** Reads the list of contents only. What unpacks to more than it says there is ended by the memory watch. */
function checkWorkbook(bytes: Buffer, filename: string): Kind {
  let end = bytes.length - END_BYTES;
  while (end >= 0 && bytes.readUInt32LE(end) !== END_MAGIC) {
    if (--end < bytes.length - END_BYTES - COMMENT_BYTES) throw damaged(filename);
  }
  if (end < 0) throw damaged(filename);
  let at = bytes.readUInt32LE(end + 16);
  let unpacked = 0;
  let workbook = false;
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY_MAGIC) throw damaged(filename);
    const nameLength = bytes.readUInt16LE(at + 28);
    unpacked += bytes.readUInt32LE(at + 24);
    workbook ||= bytes.toString('latin1', at + 46, at + 46 + nameLength) === 'xl/workbook.xml';
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  if (!workbook) throw notATable(filename, 'a zip archive or another kind of document', KINDS);
  if (unpacked > limits.unpackedBytes) {
    const [is, most] = [unpacked, limits.unpackedBytes].map((size) => `${Math.round(size / 1e6)} MB`);
    throw new AnalystError(
      'too_large',
      `The workbook ${filename} unpacks to ${is}; at most ${most} are read.`,
      {
        hint: 'Keep the sheet and the columns that the question needs, or save that sheet as CSV.',
      },
    );
  }
  return 'excel';
}
