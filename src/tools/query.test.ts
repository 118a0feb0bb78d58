import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { AnalystError } from '../agent/errors.ts';
import type { Model } from '../agent/ports.ts';
import type { AttachedTable } from '../agent/question.ts';
import { ReportBuilder } from '../agent/report.ts';
import type { Note, ToolContext } from '../agent/tool.ts';
import { createDuckDb } from '../duckdb/duckdb.ts';
import { createCache } from '../store/cache.ts';
import { createStore } from '../store/store.ts';
import { createQueryTool } from './query.ts';

const db = createDuckDb({ size: 1 });
beforeAll(() => db.warm());
afterAll(() => db.close());

async function setUp(tables: AttachedTable[] = [], files: Record<string, unknown> = {}) {
  const store = createStore('memory:');
  onTestFinished(() => store.close());
  for (const [key, rows] of Object.entries(files)) await store.set(key, rows);
  const notes: Note[] = [];
  const tool = createQueryTool({ duckdb: db, cache: createCache(store) });
  const context = {
    ...{ runId: 'r', now: 0, report: new ReportBuilder(1), model: {} as Model },
    tables,
    store,
    note: (note: Note) => void notes.push(note),
  } satisfies ToolContext;
  const call = async (...args: unknown[]) => tool.run(tool.parse(args), context);
  return { call, notes, tool };
}

const AAPL = '{"2024-01-02": 100, "2024-01-03": 110}';
const MSFT = '{"1704153600000": 200, "1704240000000": null}';
const sales: AttachedTable = {
  ...{
    name: 'sales',
    file: 'Sales.csv',
    columns: [{ name: 'day', type: 'DATE' }],
    rowCount: 1,
    key: 'file:1',
  },
};

test('turns strings into prices and arrays into tables', async () => {
  const { call, notes } = await setUp();
  const sql = 'SELECT ticker, close * qty AS v FROM prices JOIN trades USING (ticker, date) ORDER BY ticker';
  const trades = [
    { ticker: 'AAPL', date: '2024-01-03', qty: 2 },
    { ticker: 'MSFT', date: '2024-01-02', qty: 3 },
  ];
  expect(await call(sql, { AAPL, MSFT, trades })).toEqual([
    { ticker: 'AAPL', v: 220 },
    { ticker: 'MSFT', v: 600 },
  ]);
  expect(notes).toEqual([{ rows: 2, cached: false }]);
});

test('takes a series that was parsed already', async () => {
  const { call } = await setUp();
  expect(await call('SELECT sum(close) AS s FROM prices', { AAPL: JSON.parse(AAPL) })).toEqual([{ s: 210 }]);
});

test('needs no data', async () => {
  const { call } = await setUp();
  expect(await call('SELECT 1 + 1 AS two')).toEqual([{ two: 2 }]);
  expect(await call('SELECT 1 + 1 AS two', null)).toEqual([{ two: 2 }]);
});

test('answers the same query over the same data from the cache, however it is written', async () => {
  const { call, notes } = await setUp();
  const first = await call('SELECT max(close) AS m FROM prices', { AAPL, MSFT });
  expect(await call('select max( close ) as m\nfrom prices -- again', { MSFT, AAPL })).toEqual(first);
  expect(await call('SELECT max(close) AS m FROM prices', { AAPL, MSFT: '{"2024-01-02": 201}' })).toEqual([
    { m: 201 },
  ]);
  expect(notes.map((note) => note.cached)).toEqual([false, true, false]);
});

test('loads the attached tables that the statement names', async () => {
  const files = { 'file:1': [{ day: '2024-01-02', amount: 5 }] };
  const { call } = await setUp([sales, { ...sales, name: 'other', key: 'file:2' }], files);
  expect(await call('SELECT amount FROM Sales JOIN prices ON day = date', { AAPL })).toEqual([{ amount: 5 }]);
  await expect(call('FROM other')).rejects.toMatchObject({ code: 'not_found' });
});

test('a table of the program comes before an attached one of the same name', async () => {
  const { call } = await setUp([sales], { 'file:1': [{ day: '2024-01-02' }] });
  expect(await call('SELECT * FROM sales', { sales: [{ x: 1 }] })).toEqual([{ x: 1 }]);
});

test('says which argument is wrong', async () => {
  const { call } = await setUp();
  const message = (series: unknown) =>
    call('SELECT 1', series).then(
      () => 'no error',
      (error: unknown) => (error instanceof AnalystError ? `${error.code} ${error.message}` : String(error)),
    );
  expect(await message([1])).toBe(
    'bad_input query: series: expected an object of price series and tables by name',
  );
  expect(await message({ a: 5 })).toMatch(/bad_input query: series: a is number: expected/);
  expect(await message({ a: null })).toMatch(/a is null/);
  expect(await message({ a: [{ x: 1 }, 2] })).toMatch(/a\[1\] is not an object/);
});

test('has a title that tells queries apart', async () => {
  const { tool } = await setUp();
  const title = (sql: string, data?: unknown) => tool.title?.(tool.parse([sql, data]));
  const sql = `SELECT ticker,\n  avg(close) AS average FROM prices GROUP BY ticker ORDER BY average DESC`;
  expect(title(sql, { AAPL })).toMatch(
    /^query [0-9a-f]{6} · SELECT ticker, avg\(close\) AS average FROM prices GROUP BY t.*…$/,
  );
  expect(title(sql, { AAPL })).not.toBe(title(sql, { AAPL, MSFT }));
  expect(title('SELECT 1')).toMatch(/ · SELECT 1$/);
});

test('describes its arguments to the model', async () => {
  const { tool } = await setUp();
  expect(tool.parameters.map(({ name, optional }) => [name, optional])).toEqual([
    ['sql', false],
    ['series', true],
  ]);
  expect(tool.parameters[1]?.schema).toMatchObject({
    type: 'object',
    additionalProperties: { anyOf: [{ type: 'string' }, {}, {}] },
  });
});
