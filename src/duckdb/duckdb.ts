/**
 * SQL over data that is handed to it, in a process that can reach nothing else. Whatever a statement does, at worst
 * it costs that process, which is replaced. This file must not import DuckDB itself: its native code stays in the
 * children.
 */
import duckdbPackage from '@duckdb/node-api/package.json' with { type: 'json' };
import { AnalystError } from '../agent/errors.ts';
import type { Database, QueryRequest, QueryResult } from '../agent/ports.ts';
import type { Row } from '../agent/report.ts';
import { createPool } from '../processes/pool.ts';
import { dataBytes, describeTables, supplies } from './data.ts';
import { memoryLimit, timeLimit } from './errors.ts';
import type { EncodedResult } from './execute.ts';
import { requestKey } from './key.ts';
import { limits } from './limits.ts';
import type { Job } from './protocol.ts';
import { createFileReader, type ReadTable } from './read-table/read-table.ts';

export interface DuckDb extends Database {
  /** Reads CSV, TSV, JSON, Parquet and Excel. Throws AnalystError bad_input, too_large, time_limit, memory_limit, busy. */
  readTable(bytes: Uint8Array, filename: string): Promise<ReadTable>;
  /** Starts the first process, so that the first question does not wait for it. */
  warm(): Promise<void>;
  /** Of the processes that are alive. */
  pids(): number[];
  close(): Promise<void>;
}

export interface DuckDbOptions {
  /** Most processes, which is the number of queries that run at the same time. */
  size: number;
}

export function createDuckDb({ size }: DuckDbOptions): DuckDb {
  const pool = createPool({
    name: 'database',
    script: new URL('./child.ts', import.meta.url),
    size,
    warm: 1,
    execArgv: [`--max-old-space-size=${limits.heapMb}`],
    // Two arenas and two threads keep the address space, which is limited, free for data.
    env: { UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' },
    dataLimitKb: limits.dataLimitKb,
    rssLimitMb: limits.rssLimitMb,
    queueLimit: limits.queue,
    idleMs: limits.idleMs,
    jobsPerChild: limits.jobsPerChild,
  });
  const files = createFileReader();
  const version = duckdbPackage.version;

  async function query(request: QueryRequest): Promise<QueryResult> {
    const tables = describeTables(request);
    const source = supplies(request);
    const first = source.next().value;
    if (!first) throw new Error('supplies() yields at least one part');
    const job: Job = { sql: request.sql, tables, tickers: Object.keys(request.series), ...first };
    try {
      const result = await pool.run<EncodedResult>(job, {
        wallMs: limits.killMs + dataBytes(request) / limits.loadBytesPerMs,
        onMessage(_next, session) {
          const { value } = source.next();
          if (value) session.send(value);
        },
      });
      return { columns: result.columns, rows: result.chunks.flatMap((chunk) => JSON.parse(chunk) as Row[]) };
    } catch (error) {
      throw explain(error);
    }
  }

  return {
    version,
    query,
    key: (request) => requestKey(request, version),
    readTable: files.readTable,
    warm: pool.warm,
    pids: () => [...pool.pids(), ...files.pids()],
    async close() {
      await Promise.all([pool.close(), files.close()]);
    },
  };
}

/** The pool speaks of processes, whoever wrote the statement needs to hear of the statement. */
function explain(error: unknown): unknown {
  if (!(error instanceof AnalystError)) return error;
  if (error.code === 'time_limit') return timeLimit(error);
  if (error.code === 'memory_limit') return memoryLimit(error);
  if (error.code === 'crashed') {
    return new AnalystError('crashed', 'The statement ended the database process; everything else goes on.', {
      hint: 'Write it in a simpler way, or compute a part of it in the program.',
      cause: error,
    });
  }
  return error;
}
