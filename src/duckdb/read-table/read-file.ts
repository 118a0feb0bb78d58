/**
 * Bytes of a file -> typed rows, in the process at hand. Column types are found in the values, the way `query` finds
 * them later, so that both always agree.
 */
import { AnalystError } from '../../agent/errors.ts';
import type { Row } from '../../agent/report.ts';
import type { EncodedResult } from '../execute.ts';
import { limits } from '../limits.ts';
import { collectColumns } from '../tables.ts';
import type { RawTable } from './grid.ts';
import { kindOf } from './kind.ts';
import { checkColumns, checkJsonBytes, checkRows } from './size.ts';
import { decodeText } from './text.ts';
import { readCsv, readJson } from './text-tables.ts';

export interface FileJob {
  bytes: Uint8Array;
  filename: string;
  /** Empty and private. */
  folder: string;
}

export interface EncodedTable extends EncodedResult {
  note?: string;
}

export async function readFile(job: FileJob): Promise<EncodedTable> {
  try {
    return await readKind(job);
  } catch (error) {
    // The stack is used up.
    if (error instanceof RangeError) {
      throw new AnalystError('bad_input', `The file ${job.filename} is nested too deeply.`, { cause: error });
    }
    throw error;
  }
}

async function readKind(job: FileJob): Promise<EncodedTable> {
  const { filename, folder } = job;
  const bytes = Buffer.from(job.bytes.buffer, job.bytes.byteOffset, job.bytes.byteLength);
  const kind = kindOf(bytes, filename);
  // Their parsers are loaded when they are needed: a text file is read before they would have started.
  if (kind === 'parquet') {
    const { readParquet } = await import('./parquet.ts');
    return encode(await readParquet(bytes, filename, folder), filename);
  }
  if (kind === 'excel') {
    const { readExcel } = await import('./excel.ts');
    return encode(await readExcel(bytes, filename), filename);
  }
  const text = decodeText(bytes, filename);
  return encode(kind === 'json' ? readJson(text, filename) : readCsv(text, filename), filename);
}

function encode({ names, rows, note }: RawTable, filename: string): EncodedTable {
  checkColumns(names.length, filename);
  checkRows(rows.length, filename);
  if (rows.length === 0 || names.length === 0) {
    throw new AnalystError('bad_input', `The file ${filename} has no rows below its header.`);
  }
  const collector = collectColumns(filename);
  const chunks: string[] = [];
  let bytes = 0;
  for (let from = 0; from < rows.length; from += limits.partRows) {
    const part = rows
      .slice(from, from + limits.partRows)
      .map((cells): Row => Object.fromEntries(names.map((name, i) => [name, plain(cells[i])])));
    collector.add(part);
    const text = JSON.stringify(part);
    bytes += Buffer.byteLength(text);
    checkJsonBytes(bytes, filename);
    chunks.push(text);
  }
  const columns = collector.finish().columns.map(({ name, type }) => ({ name, type }));
  return { columns, chunks, ...(note ? { note } : {}) };
}

/** What is nested becomes JSON text. */
const plain = (cell: unknown) =>
  typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : (cell ?? null);
