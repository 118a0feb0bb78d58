/**
 * Writes columns into tables of an instance, a chunk of DuckDB's own vector size at a time, without a value object
 * per cell. Typed arrays are copied whole.
 */
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  quotedIdentifier,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import { limits } from './limits.ts';
import { isoDay, type PriceColumns } from './prices.ts';
import type { ColumnType, TableColumn } from './tables.ts';

const TYPES: Record<ColumnType, DuckDBType> = { BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP, VARCHAR };

/** Loads price series one after the other into `prices(ticker, date, close)`. */
export interface PriceLoader {
  add(ticker: string, columns: PriceColumns): void;
  finish(): void;
}

export async function createPriceLoader(connection: DuckDBConnection): Promise<PriceLoader> {
  await connection.run('CREATE TABLE prices(ticker VARCHAR, date DATE, close DOUBLE)');
  const appender = await connection.createAppender('prices');
  const chunk = DuckDBDataChunk.create([VARCHAR, DATE, DOUBLE]);
  return {
    add(ticker, { days, close }) {
      let named = 0;
      for (let from = 0; from < days.length; from += limits.chunkRows) {
        const size = Math.min(limits.chunkRows, days.length - from);
        chunk.rowCount = size;
        // The chunk is used again and again: the rows that already hold this ticker keep it.
        named = Math.max(named, nameRows(chunk, ticker, named, size));
        copyItems(chunk, 1, days.subarray(from, from + size));
        copyItems(chunk, 2, close.subarray(from, from + size));
        appender.appendDataChunk(chunk);
      }
    },
    finish: () => appender.closeSync(),
  };
}

function nameRows(chunk: DuckDBDataChunk, ticker: string, from: number, to: number): number {
  if (from < to) {
    const vector = chunk.getColumnVector(0);
    for (let i = from; i < to; i++) vector.setItem(i, ticker);
    vector.flush();
  }
  return to;
}

/** The typings hide `items`; setting it whole is twice as fast as one value object per row. */
function copyItems(chunk: DuckDBDataChunk, column: number, values: Int32Array | Float64Array): void {
  const vector = chunk.getColumnVector(column);
  (vector as unknown as { items: Int32Array | Float64Array }).items.set(values);
  vector.flush();
}

export async function loadTable(
  connection: DuckDBConnection,
  name: string,
  columns: readonly TableColumn[],
  rows: number,
): Promise<void> {
  const definitions = columns.map((column) => `${quotedIdentifier(column.name)} ${column.type}`);
  await connection.run(`CREATE TABLE ${quotedIdentifier(name)}(${definitions.join(', ')})`);
  const appender = await connection.createAppender(name);
  const types = columns.map((column) => TYPES[column.type]);
  for (let from = 0; from < rows; from += limits.chunkRows) appendRows(appender, types, columns, from, rows);
  appender.closeSync();
}

function appendRows(
  appender: DuckDBAppender,
  types: DuckDBType[],
  columns: readonly TableColumn[],
  from: number,
  rows: number,
): void {
  const size = Math.min(limits.chunkRows, rows - from);
  const chunk = DuckDBDataChunk.create(types, size);
  for (const [index, column] of columns.entries()) {
    const vector = chunk.getColumnVector(index);
    const convert = CONVERT[column.type];
    for (let i = 0; i < size; i++) {
      const value = column.values[from + i] ?? null;
      vector.setItem(i, value === null ? null : convert(value));
    }
    vector.flush();
  }
  appender.appendDataChunk(chunk);
}

/** The type was inferred from every value, so these cannot fail. */
const CONVERT: Record<ColumnType, (value: string | number | boolean) => DuckDBValue> = {
  BIGINT: (value) => BigInt(value),
  DOUBLE: (value) => value,
  BOOLEAN: (value) => value,
  DATE: (value) => new DuckDBDateValue(isoDay(String(value)) ?? 0),
  // Without a zone it is UTC: the child's own time zone.
  TIMESTAMP: (value) => new DuckDBTimestampValue(BigInt(Date.parse(String(value))) * 1000n),
  VARCHAR: (value) => value,
};
