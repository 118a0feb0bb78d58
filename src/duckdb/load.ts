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
  ENUM,
  quotedIdentifier,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import { isoDay } from './days.ts';
import { limits } from './limits.ts';
import type { PriceColumns } from './scan.ts';
import type { ColumnType, TableColumn } from './tables.ts';

const TYPES: Record<ColumnType, DuckDBType> = { BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP, VARCHAR };

/** Takes price series one after the other. */
export interface PriceLoader {
  add(ticker: string, columns: PriceColumns): void;
  finish(): void;
}

/**
 * Makes `prices(ticker, date, close)`. The ticker is stored as a number and shown as text by a view: one call into
 * DuckDB for each row's text would cost more than the rest of loading.
 */
export async function createPriceLoader(
  connection: DuckDBConnection,
  tickers: readonly string[],
): Promise<PriceLoader> {
  const labels = tickers.map((ticker) => `'${ticker.replaceAll("'", "''")}'`).join(', ');
  await connection.run(
    `CREATE TABLE loaded_prices(ticker ENUM(${labels}), date DATE, close DOUBLE);
     CREATE VIEW prices AS SELECT ticker::VARCHAR AS ticker, date, close FROM loaded_prices`,
  );
  const appender = await connection.createAppender('loaded_prices');
  const chunk = DuckDBDataChunk.create([ENUM(tickers), DATE, DOUBLE], limits.chunkRows);
  const [ids, dates, closes] = [vectorItems(chunk, 0), vectorItems(chunk, 1), vectorItems(chunk, 2)];
  const idOf = new Map(tickers.map((ticker, id) => [ticker, id]));
  let filled = 0;

  const append = (full: DuckDBDataChunk) => {
    for (let column = 0; column < 3; column++) full.getColumnVector(column).flush();
    appender.appendDataChunk(full);
    filled = 0;
  };

  return {
    add(ticker, { days, close }) {
      const id = idOf.get(ticker) ?? 0;
      for (let from = 0; from < days.length; ) {
        const count = Math.min(limits.chunkRows - filled, days.length - from);
        ids.fill(id, filled, filled + count);
        dates.set(days.subarray(from, from + count), filled);
        closes.set(close.subarray(from, from + count), filled);
        from += count;
        filled += count;
        if (filled === limits.chunkRows) append(chunk);
      }
    },
    finish() {
      if (filled > 0) {
        const last = DuckDBDataChunk.create([ENUM(tickers), DATE, DOUBLE], filled);
        for (const [column, items] of [ids, dates, closes].entries()) {
          vectorItems(last, column).set(items.subarray(0, filled));
        }
        append(last);
      }
      appender.closeSync();
    },
  };
}

type Items = Uint8Array | Uint16Array | Int32Array | Float64Array;

/** The typings hide `items`; writing them whole is many times as fast as one value object per row. */
function vectorItems(chunk: DuckDBDataChunk, column: number): Items {
  return (chunk.getColumnVector(column) as unknown as { items: Items }).items;
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
