/**
 * Writes closes.csv from the Parquet file: one row per trading day, one column per ticker, an empty field
 * where a ticker was not listed yet. A program of its own, run when the Parquet file changes: it reads DuckDB
 * here so that the server need not.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const reader = await connection.runAndReadAll(
  'SELECT ticker, strftime(date, $format) AS date, close FROM read_parquet($file) ORDER BY date, ticker',
  { format: '%Y-%m-%d', file: path('big-tech-prices.parquet') },
);
const days = new Map<string, Map<string, number>>();
const tickers = new Set<string>();
for (const [ticker, date, close] of reader.getRows()) {
  const day = days.get(String(date)) ?? new Map<string, number>();
  day.set(String(ticker), Number(close));
  days.set(String(date), day);
  tickers.add(String(ticker));
}
const columns = [...tickers].sort();
const lines = [...days].map(([date, closes]) =>
  [date, ...columns.map((ticker) => closes.get(ticker) ?? '')].join(','),
);
writeFileSync(path('closes.csv'), `${['date', ...columns].join(',')}\n${lines.join('\n')}\n`);
