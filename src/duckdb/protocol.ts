/** What the database and its child say to each other: data is pulled in parts, so that neither side blocks for long. */
import type { Row } from '../agent/report.ts';
import type { KnownTable } from './check.ts';

export interface Part {
  /** Ticker and the text of its prices, whole, UTF-8: bytes are read faster than a string's characters. */
  series: [ticker: string, json: Buffer][];
  /** Some rows of a table, in order. */
  rows: [table: string, rows: Row[]][];
}

/** Another part follows, when the child asks for it, as long as there is `more`. */
export interface Supply {
  part: Part;
  more: boolean;
}

export interface Job extends Supply {
  sql: string;
  tables: KnownTable[];
  /** Of all series, whichever part they come in. */
  tickers: string[];
}
