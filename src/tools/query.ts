/**
 * The tool `query`: SQL over prices and rows that the program holds, and over the tables that came with the question.
 * An answer is kept under what it was computed from, so that the same query over the same data is never run twice.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { Cache, Database, QueryRequest, QueryResult } from '../agent/ports.ts';
import type { Row } from '../agent/report.ts';
import { defineTool, type Tool, type ToolContext } from '../agent/tool.ts';
import { isRow } from './lists.ts';

const DESCRIPTION = `Runs one SELECT (DuckDB dialect) over data that you hand to it and returns its rows.
The statement sees only: prices(ticker VARCHAR, date DATE, close DOUBLE), made of every price series in \`series\`; your own rows, as tables under the names you give them; and the files attached to the question.
In the rows, dates and midnight timestamps are 'YYYY-MM-DD' strings, other timestamps are ISO strings with Z, bigint and decimal are numbers, NaN and infinity are null. Give every computed column a name with AS.
At most ${LIMITS.queryRows} rows come back; more is an error, so aggregate in SQL. Rows without ORDER BY have no order.
One statement only, nothing that writes. A PIVOT needs its IN list: PIVOT prices ON ticker IN ('AAPL', 'MSFT') USING first(close) GROUP BY date.
Useful: window functions with QUALIFY; arg_max(close, date) for the last price; ASOF JOIN for the nearest earlier date; date_trunc('month', date); first(close ORDER BY date); stddev_samp, corr, regr_slope; quantile_cont(x, 0.9); lag(close) OVER (PARTITION BY ticker ORDER BY date); UNPIVOT; SUMMARIZE prices; list functions with lambda x: …
Refused: reading files, settings and catalogs; now(), current_date and random() (write dates as literals); COLUMNS(…); repeat, lpad, format, printf, levenshtein (do that in the program); parameters ($1).`;

type Prices = Record<string, number | null>;
type Data = Record<string, string | Row[] | Prices>;

const row = z.record(z.string(), z.unknown());
const shape = z.record(
  z.string(),
  z.union([z.string(), z.array(row), z.record(z.string(), z.number().nullable())]),
);

/** Shows itself as `shape`, but does not copy every cell: large tables would hold up everybody for 300 ms. */
const data = z
  .custom<Data>()
  .superRefine((value, context) => {
    const problem = findProblem(value);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ ...z.toJSONSchema(shape), $schema: undefined })
  .optional()
  .describe(
    'By name. A string is what the price tool returned for that ticker (JSON of date to close), an array of ' +
      'objects is a table of that name, e.g. {AAPL: aapl, MSFT: msft, trades: [{day: "2024-01-02", qty: 5}]}.',
  );

function findProblem(value: unknown): string | null {
  if (!isRow(value)) return 'expected an object of price series and tables by name';
  for (const [name, item] of Object.entries(value)) {
    if (typeof item === 'string') continue;
    if (Array.isArray(item)) {
      const wrong = item.findIndex((element) => !isRow(element));
      if (wrong >= 0) return `${name}[${wrong}] is not an object: a table is an array of objects`;
    } else if (!isRow(item)) {
      return `${name} is ${item === null ? 'null' : typeof item}: expected the price tool's text or an array of objects`;
    }
  }
  return null;
}

export function createQueryTool({ duckdb, cache }: { duckdb: Database; cache: Cache }): Tool {
  return defineTool({
    name: 'query',
    description: DESCRIPTION,
    parameters: { sql: z.string().describe('One SELECT, DuckDB dialect.'), series: data },
    returns: 'Record<string, any>[]',
    durable: true,
    title: ({ sql, series }) => `query ${fingerprint(sql, series)} · ${shorten(sql)}`,
    async run({ sql, series = {} }, context) {
      const request = await gather(sql, series, context);
      const key = `query:${await duckdb.key(request)}`;
      const { value, hit } = await cache.through<QueryResult>(key, () => duckdb.query(request));
      context.note({ rows: value.rows.length, cached: hit });
      return value.rows;
    },
  });
}

async function gather(sql: string, data: Data, context: ToolContext): Promise<QueryRequest> {
  const request: QueryRequest = { sql, series: {}, tables: {} };
  for (const [name, value] of Object.entries(data)) {
    if (Array.isArray(value)) request.tables[name] = value;
    else request.series[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  const taken = new Set(Object.keys(request.tables).map((name) => name.toLowerCase()));
  for (const { name, file, key } of context.tables) {
    if (taken.has(name) || !new RegExp(`\\b${name}\\b`, 'i').test(sql)) continue;
    const rows = await context.store.get<Row[]>(key);
    if (!rows) {
      throw new AnalystError('not_found', `The attached file ${file} is no longer kept.`, {
        hint: 'It has to be attached again.',
      });
    }
    request.tables[name] = rows;
  }
  return request;
}

/** Tells calls apart for a reader: made of the statement, and the names and sizes of its data. */
function fingerprint(sql: string, data: Data = {}): string {
  const sizes = Object.entries(data).map(([name, value]) => {
    const size = typeof value === 'string' || Array.isArray(value) ? value.length : Object.keys(value).length;
    return `${name} ${size}`;
  });
  return createHash('sha256')
    .update([oneLine(sql), ...sizes.sort()].join('\n'))
    .digest('hex')
    .slice(0, 6);
}

const TITLE_CHARS = 60;

const oneLine = (sql: string) => sql.replace(/\s+/g, ' ').trim();

function shorten(sql: string): string {
  const line = oneLine(sql);
  return line.length <= TITLE_CHARS ? line : `${line.slice(0, TITLE_CHARS - 1).trimEnd()}…`;
}
