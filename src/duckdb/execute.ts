/**
 * Runs one prepared SELECT to its end: rows are streamed, so that a result that is too large costs one chunk, and
 * from the time limit on DuckDB is asked to stop until it does. (Whoever does not stop is killed by the pool.)
 */
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { Row } from '../agent/report.ts';
import { toAnalystError } from './errors.ts';
import { limits } from './limits.ts';
import { prepareStatement } from './statement.ts';
import { converterFor } from './values.ts';

interface ResultColumn {
  name: string;
  /** DuckDB's name of the type. */
  type: string;
}

/** What crosses the process boundary: rows as JSON arrays, which the other side reads faster than cloned objects. */
export interface EncodedResult {
  columns: ResultColumn[];
  /** Each a JSON array of rows. */
  chunks: string[];
}

/** @throws AnalystError bad_input, refused, too_large, time_limit, memory_limit */
export async function execute(connection: DuckDBConnection, sql: string): Promise<EncodedResult> {
  let stopped = false;
  let again: NodeJS.Timeout | undefined;
  const stop = () => {
    stopped = true;
    connection.interrupt();
    again = setTimeout(stop, limits.interruptEveryMs);
  };
  again = setTimeout(stop, limits.interruptMs);
  try {
    const prepared = await prepareStatement(connection, sql);
    try {
      return await collect(await prepared.stream());
    } finally {
      prepared.destroySync();
    }
  } catch (error) {
    throw toAnalystError(error, stopped);
  } finally {
    clearTimeout(again);
  }
}

async function collect(result: DuckDBResult): Promise<EncodedResult> {
  const names = result.deduplicatedColumnNames();
  const types = result.columnTypes();
  const converters = types.map(converterFor);
  const chunks: string[] = [];
  let rowCount = 0;
  let bytes = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    rowCount += chunk.rowCount;
    if (rowCount > LIMITS.queryRows) {
      throw new AnalystError('too_large', `The result has more than ${LIMITS.queryRows} rows.`, {
        hint: 'Aggregate in SQL (for example one row a week or month), or add LIMIT.',
      });
    }
    const columns = converters.map((convert, i) => chunk.getColumnValues(i).map(convert));
    const rows: Row[] = Array.from({ length: chunk.rowCount }, (_, r) =>
      Object.fromEntries(names.map((name, c) => [name, columns[c]?.[r]])),
    );
    const text = JSON.stringify(rows);
    bytes += Buffer.byteLength(text);
    if (bytes > LIMITS.valueBytes) {
      throw new AnalystError('too_large', `The result is larger than ${LIMITS.valueBytes} bytes.`, {
        hint: 'Select fewer columns, or aggregate in SQL.',
      });
    }
    chunks.push(text);
  }
  return { columns: names.map((name, i) => ({ name, type: String(types[i]) })), chunks };
}
