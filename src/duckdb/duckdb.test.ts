import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnalystError } from '../agent/errors.ts';
import type { Row } from '../agent/report.ts';
import { createDuckDb } from './duckdb.ts';

const DAY = 86_400_000;
const start = Date.UTC(2024, 0, 1);
const line = (first: number, step: number) =>
  JSON.stringify(
    Object.fromEntries(Array.from({ length: 60 }, (_, i) => [start + i * DAY, first + step * i])),
  );
const series = { AAPL: line(100, 1), MSFT: line(200, -1) };
const trades: Row[] = [
  { ticker: 'AAPL', day: '2024-01-03', qty: 5, note: { by: 'x' } },
  { ticker: 'MSFT', day: '2024-01-05', qty: 7.5, note: null },
];

const db = createDuckDb({ size: 2 });
beforeAll(() => db.warm());
afterAll(() => db.close());

const rows = async (sql: string, tables: Record<string, Row[]> = { trades }) =>
  (await db.query({ sql, series, tables })).rows;
const failure = (
  sql: string,
  data: Partial<{ series: Record<string, string>; tables: Record<string, Row[]> }> = {},
) =>
  db.query({ sql, series, tables: {}, ...data }).then(
    () => expect.unreachable(sql),
    (error: unknown) => error as AnalystError,
  );

const HONEST: [what: string, sql: string, first: Row][] = [
  [
    'an aggregate',
    'SELECT ticker, avg(close) AS a FROM prices GROUP BY ticker ORDER BY 1',
    { ticker: 'AAPL', a: 129.5 },
  ],
  ['FROM first', 'FROM prices SELECT count(*) AS n', { n: 120 }],
  ['VALUES', 'VALUES (1, 2)', { col0: 1, col1: 2 }],
  ['a CTE', "WITH a AS (FROM prices WHERE ticker = 'AAPL') SELECT max(close) AS m FROM a", { m: 159 }],
  ['a materialised CTE', 'WITH a AS MATERIALIZED (SELECT 1 AS x), b AS (FROM a) SELECT x FROM b', { x: 1 }],
  [
    'a recursive CTE',
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 9) SELECT sum(n) AS s FROM t',
    { s: 45 },
  ],
  [
    'QUALIFY',
    'SELECT ticker, date FROM prices QUALIFY row_number() OVER (PARTITION BY ticker ORDER BY date DESC) = 1 ORDER BY ticker',
    { ticker: 'AAPL', date: '2024-02-29' },
  ],
  [
    'ASOF JOIN',
    'SELECT t.qty * p.close AS v FROM trades t ASOF JOIN prices p ON t.ticker = p.ticker AND t.day >= p.date ORDER BY v',
    { v: 510 },
  ],
  [
    'PIVOT with IN',
    "PIVOT prices ON ticker IN ('AAPL', 'MSFT') USING first(close) GROUP BY date ORDER BY date",
    { date: '2024-01-01', AAPL: 100, MSFT: 200 },
  ],
  ['UNPIVOT', 'UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b INTO NAME n VALUE v', { n: 'a', v: 1 }],
  [
    'SUMMARIZE',
    'SELECT column_name, "max" FROM (SUMMARIZE prices) WHERE column_name = \'close\'',
    { column_name: 'close', max: '200.0' },
  ],
  ['DESCRIBE', 'SELECT column_type FROM (DESCRIBE prices)', { column_type: 'VARCHAR' }],
  ['a lambda', 'SELECT list_transform([1, 2], lambda x: x + 1) AS l', { l: [2, 3] }],
  ['a list comprehension', 'SELECT [x * 2 FOR x IN [1, 2, 3] IF x > 1] AS l', { l: [4, 6] }],
  [
    'a moving average',
    "SELECT avg(close) OVER (ORDER BY date ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS m FROM prices WHERE ticker = 'AAPL' ORDER BY date LIMIT 1 OFFSET 1",
    { m: 100.5 },
  ],
  [
    'a named window',
    "SELECT lag(close) OVER w AS l FROM prices WHERE ticker = 'AAPL' WINDOW w AS (ORDER BY date) ORDER BY date OFFSET 1",
    { l: 100 },
  ],
  ['arg_max', "SELECT arg_max(close, date) AS last FROM prices WHERE ticker = 'MSFT'", { last: 141 }],
  [
    'date_trunc',
    "SELECT date_trunc('month', date) AS m, count(*) AS n FROM prices GROUP BY ALL ORDER BY ALL",
    { m: '2024-01-01', n: 62 },
  ],
  [
    'date arithmetic',
    'SELECT max(date) - min(date) AS d, min(date) + INTERVAL 1 MONTH AS m FROM prices',
    { d: 59, m: '2024-02-01' },
  ],
  [
    'date parts',
    "SELECT year(date) AS y, dayname(date) AS w, strftime(date, '%d.%m.') AS s FROM prices ORDER BY date LIMIT 1",
    { y: 2024, w: 'Monday', s: '01.01.' },
  ],
  [
    'generate_series',
    "SELECT count(*) AS n FROM generate_series(DATE '2024-01-01', DATE '2024-01-31', INTERVAL 1 DAY)",
    { n: 31 },
  ],
  ['unnest', 'SELECT unnest([1, 2]) AS x ORDER BY x DESC', { x: 2 }],
  [
    'a lateral join',
    'SELECT p.close, u.x FROM prices p, LATERAL (SELECT p.close + 1 AS x) u ORDER BY 1 LIMIT 1',
    { close: 100, x: 101 },
  ],
  [
    'statistics',
    "SELECT corr(a.close, b.close) AS c, regr_slope(a.close, b.close) AS s FROM prices a JOIN prices b USING (date) WHERE a.ticker = 'AAPL' AND b.ticker = 'MSFT'",
    { c: -1, s: -1 },
  ],
  [
    'quantiles',
    'SELECT median(close) AS m, quantile_cont(close, 0.25) AS q FROM prices',
    { m: 150, q: 129.75 },
  ],
  [
    'FILTER and GROUPING SETS',
    'SELECT count(*) FILTER (WHERE close > 150) AS n FROM prices GROUP BY GROUPING SETS ((), (ticker)) ORDER BY n DESC',
    { n: 59 },
  ],
  [
    'a correlated subquery',
    'SELECT ticker FROM prices p WHERE close = (SELECT max(close) FROM prices q WHERE q.ticker = p.ticker) ORDER BY 1',
    { ticker: 'AAPL' },
  ],
  ['UNION BY NAME', 'SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b ORDER BY a', { a: 1, b: null }],
  [
    'DISTINCT ON and EXCLUDE',
    'SELECT DISTINCT ON (ticker) * EXCLUDE (close) FROM prices ORDER BY ticker, date',
    { ticker: 'AAPL', date: '2024-01-01' },
  ],
  [
    'CASE, coalesce, TRY_CAST',
    "SELECT CASE WHEN TRY_CAST('x' AS INT) IS NULL THEN coalesce(NULL, 'none') END AS c",
    { c: 'none' },
  ],
  [
    'regular expressions and text',
    "SELECT regexp_extract('Q3 2024', '\\d{4}') AS y, split_part('a-b', '-', 2) AS p, 'ab' ILIKE 'A%' AS l",
    { y: '2024', p: 'b', l: true },
  ],
  [
    'JSON text',
    "SELECT json_extract_string(note, '$.by') AS b, note->>'$.by' AS c FROM trades ORDER BY qty",
    { b: 'x', c: 'x' },
  ],
  ['chained calls', "SELECT ticker.lower().concat('!') AS x FROM prices ORDER BY x", { x: 'aapl!' }],
  [
    'a repeatable sample',
    'SELECT count(*) AS n FROM prices TABLESAMPLE reservoir(10 ROWS) REPEATABLE (1)',
    { n: 10 },
  ],
  ['the table with its schema', 'SELECT count(*) AS n FROM main.prices', { n: 120 }],
];

test.each(HONEST)('runs %s', async (_what, sql, first) => {
  expect((await rows(sql))[0]).toEqual(first);
});

test('gives columns with their types', async () => {
  const sql = 'SELECT ticker, date, close, 1.5 AS d, count(*) OVER () AS n FROM prices LIMIT 0';
  const result = await db.query({ sql, series, tables: {} });
  expect(result.columns.map((column) => column.type)).toEqual([
    'VARCHAR',
    'DATE',
    'DOUBLE',
    'DECIMAL(2,1)',
    'BIGINT',
  ]);
  expect(result.rows).toEqual([]);
});

test('converts values of every type to plain JSON', async () => {
  const [row] = await rows(`SELECT
    TIMESTAMP '2024-01-15 12:34:56.789' AS stamp, TIMESTAMPTZ '2024-01-15 14:00:00+02' AS zoned,
    '2024-01-15 01:00:00'::TIMESTAMP_S AS seconds, '2024-01-15 01:00:00.5'::TIMESTAMP_NS AS nanos,
    'infinity'::DATE AS never, 'nan'::DOUBLE AS nan, 1 / 0 AS infinite, 9007199254740993 AS big, 12.50::DECIMAL(9, 2) AS dec,
    sum(1) AS huge, [DATE '2024-01-01', NULL] AS list, {'a': 1, 'd': DATE '2024-01-01'} AS struct, MAP {'k': 1.5} AS map,
    INTERVAL 1 MONTH AS gap, TIME '12:34:56' AS time, 'x'::ENUM('x', 'y') AS label, '\\xAA'::BLOB AS bytes,
    '{"a": 1}'::JSON AS json, true AS yes, NULL AS none, 1 AS twice, 2 AS twice`);
  expect(row).toEqual({
    stamp: '2024-01-15T12:34:56.789Z',
    zoned: '2024-01-15T12:00:00Z',
    seconds: '2024-01-15T01:00:00Z',
    nanos: '2024-01-15T01:00:00.500Z',
    ...{ never: null, nan: null, infinite: null, big: '9007199254740993', dec: 12.5, huge: 1 },
    ...{ list: ['2024-01-01', null], struct: { a: 1, d: '2024-01-01' }, map: { k: 1.5 } },
    ...{ gap: '1 month', time: '12:34:56', label: 'x', bytes: 'qg==', json: '{"a": 1}' },
    ...{ yes: true, none: null, twice: 1, 'twice:1': 2 },
  });
});

test('keeps the order and every row of long series, across chunks and parts', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, t) => [
      `T${t}`,
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 1_777 }, (_, i) => [start + i * DAY, t * 10_000 + i])),
      ),
    ]),
  );
  const sql = `SELECT count(*) AS n, sum(close) AS s, count(DISTINCT ticker) AS t, max(date) AS last,
    count(*) FILTER (WHERE close::INT // 10000 != ticker[2:]::INT) AS wrong FROM prices`;
  const expected = 1_777 * 10_000 * 780 + 40 * ((1_777 * 1_776) / 2);
  expect((await db.query({ sql, series: many, tables: {} })).rows).toEqual([
    { n: 40 * 1_777, s: expected, t: 40, last: '2028-11-11', wrong: 0 },
  ]);
});

test('loads tables of many rows in parts, and quotes names', async () => {
  const orders = Array.from({ length: 5_000 }, (_, i) => ({ 'the "key"': i, text: i % 2 ? null : `é${i}` }));
  const sql =
    'SELECT count(*) AS n, sum("the ""key""") AS s, count(text) AS t, max(length(text)) AS l FROM "Order"';
  expect(await rows(sql, { Order: orders })).toEqual([{ n: 5_000, s: 12_497_500, t: 2_500, l: 5 }]);
});

test('says what is wrong in a way that can be acted on', async () => {
  expect((await failure('SELECT clos FROM prices')).message).toMatch(/Candidate bindings: "close"/);
  expect((await failure('SELECT a,\nFROM FROM')).message).toMatch(
    /syntax error at or near "FROM".*line 2, column/s,
  );
  expect((await failure('SELECT * FROM trade', { tables: { trades } })).hint).toBe(
    'These exist: prices(ticker VARCHAR, date DATE, close DOUBLE); trades(ticker, day, qty, note).',
  );
  expect(await failure("SELECT repeat('a', 3)")).toMatchObject({
    code: 'refused',
    message: expect.stringMatching('repeat'),
  });
  expect((await failure('PIVOT prices ON ticker USING avg(close)')).hint).toMatch(/IN list/);
  expect((await failure('SELECT now()')).hint).toMatch(/literal/);
  expect(await failure('FROM range(10001)')).toMatchObject({
    code: 'too_large',
    hint: expect.stringMatching('LIMIT'),
  });
  expect(await failure(`SELECT ${'1,'.repeat(11_000)} 1`)).toMatchObject({ code: 'too_large' });
  expect((await failure('FROM prices', { series: {} })).hint).toMatch(/no data/);
});

test('names the series or table that is wrong', async () => {
  expect((await failure('FROM prices', { series: { XYZ: 'Symbol XYZ is not known.' } })).message).toBe(
    'The series of XYZ is a message, not prices: "Symbol XYZ is not known.".',
  );
  expect((await failure('FROM t', { tables: { t: [] } })).message).toMatch(/t has no rows/);
  expect((await failure('FROM t', { tables: { 'a b': trades } })).message).toMatch(
    /"a b" cannot be the name/,
  );
  expect((await failure('FROM t', { tables: { Prices: trades } })).message).toMatch(/two tables/);
});

test('knows an answer by what it was computed from', async () => {
  const { AAPL, MSFT } = series;
  const key = (sql: string, data: Record<string, string> = series, tables: Record<string, Row[]> = {}) =>
    db.key({ sql, series: data, tables });
  const base = await key('SELECT 1 FROM prices');
  expect(await key('select  1 -- one\nfrom prices', { MSFT, AAPL })).toBe(base);
  expect(await key('SELECT 1 FROM prices', { AAPL, MSFT: `${MSFT} ` })).not.toBe(base);
  expect(await key('SELECT 1 FROM prices', { AAPL: MSFT, MSFT: AAPL })).not.toBe(base);
  expect(await key('SELECT 1 FROM prices', series, { trades })).not.toBe(base);
  expect(base).toMatch(/^[0-9a-f]{64}$/);
});

test('answers several at once, and gives every query its own tables', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      db.query({
        sql: 'SELECT sum(close) AS s FROM prices',
        series: { T: `{"2024-01-01": ${i}}` },
        tables: {},
      }),
    ),
  );
  expect(answers.map((answer) => answer.rows[0]?.s)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});
