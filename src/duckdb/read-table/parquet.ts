/** Parquet bytes -> RawTable: the only files for which DuckDB itself is let at a path, and at that one alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quotedString } from '@duckdb/node-api';
import { toAnalystError } from '../errors.ts';
import { openLockedTo } from '../instance.ts';
import { converterFor } from '../values.ts';
import { cleanNames, type Grid, type RawTable } from './grid.ts';
import { damaged } from './kind.ts';
import { checkColumns, checkRows } from './size.ts';

/** @param folder private to this job; whoever made it removes it */
export async function readParquet(bytes: Buffer, filename: string, folder: string): Promise<RawTable> {
  const path = join(folder, 'table.parquet');
  await writeFile(path, bytes, { mode: 0o600 });
  const instance = await openLockedTo(path);
  try {
    const { connection } = instance;
    const counted = await connection.runAndReadAll(
      `SELECT num_rows FROM parquet_file_metadata(${quotedString(path)})`,
    );
    checkRows(Number(counted.getRows()[0]?.[0]), filename);
    const result = await connection.stream(`FROM read_parquet(${quotedString(path)})`);
    const names = cleanNames(result.columnNames());
    checkColumns(names.length, filename);
    const converters = result.columnTypes().map(converterFor);
    const rows: Grid = [];
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      checkRows(rows.length + chunk.rowCount, filename);
      const columns = converters.map((convert, i) => chunk.getColumnValues(i).map(convert));
      for (let r = 0; r < chunk.rowCount; r++) rows.push(columns.map((column) => column[r]));
    }
    return { names, rows };
  } catch (error) {
    const known = toAnalystError(error, false);
    throw known.code === 'bad_input' || known.code === 'refused' ? damaged(filename, error) : known;
  } finally {
    instance.close();
  }
}
