/**
 * A file that somebody attached -> typed rows, read in a process of its own kind that may die of it. This file must
 * not import a parser: their code stays in the children.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { AnalystError } from '../../agent/errors.ts';
import type { Row } from '../../agent/report.ts';
import { createPool } from '../../processes/pool.ts';
import { limits } from '../limits.ts';
import type { EncodedTable, FileJob } from './read-file.ts';

export interface ReadTable {
  columns: { name: string; type: string }[];
  rows: Row[];
  /** Which part of the file was read, when there are others. */
  note?: string;
}

export function createFileReader() {
  const pool = createPool({
    name: 'file',
    script: new URL('./child.ts', import.meta.url),
    size: 1,
    execArgv: [`--max-old-space-size=${limits.fileHeapMb}`],
    env: { UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' },
    rssLimitMb: limits.fileRssMb,
    queueLimit: limits.queue,
    // One file a process: nothing of it is left for the next.
    jobsPerChild: 1,
  });

  async function readTable(bytes: Uint8Array, filename: string): Promise<ReadTable> {
    const folder = await mkdtemp(join(tmpdir(), 'analyst-file-'));
    try {
      const job: FileJob = { bytes, filename, folder };
      const { columns, chunks, note } = await pool.run<EncodedTable>(job, { wallMs: limits.fileMs });
      const rows: Row[] = [];
      for (const chunk of chunks) {
        for (const row of JSON.parse(chunk) as Row[]) rows.push(row);
        // Large files must not hold up everybody else.
        await turn();
      }
      return { columns, rows, ...(note ? { note } : {}) };
    } catch (error) {
      throw explain(error, filename);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  return { readTable, pids: pool.pids, close: pool.close };
}

/** The pool speaks of processes, the person needs to hear of the file. */
function explain(error: unknown, filename: string): unknown {
  if (!(error instanceof AnalystError)) return error;
  const [what, hint] = WORDS[error.code] ?? [];
  if (!what) return error;
  return new AnalystError(
    error.code === 'crashed' ? 'bad_input' : error.code,
    `The file ${filename} ${what}.`,
    {
      hint: hint ?? '',
      cause: error,
    },
  );
}

const SMALLER = 'Attach the part of it that the question needs, best as CSV.';
const WORDS: Partial<Record<AnalystError['code'], [what: string, hint: string]>> = {
  time_limit: ['takes too long to read', SMALLER],
  memory_limit: ['needs too much memory to read', SMALLER],
  crashed: ['could not be read', 'Open it where it was made, save it again, and attach that.'],
};
