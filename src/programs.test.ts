/**
 * The programs of examples/, written from the system prompt alone, as a model writes them: each runs through the
 * whole analyst, and its numbers agree with other SQL over the same prices. Where one fails, mend what the model
 * is told, not the program.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { declare } from './agent/declaration.ts';
import type { Report } from './agent/report.ts';
import { scriptedModel, startAnalyst, type TestAnalyst } from './compose.fixture.ts';
import { answered, CHANGE, failed, MONTH, SEASON, VIEWS } from './programs.fixture.ts';
import { checkTypes } from './terminal/type-check.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'examples/programs');

/** Its question stands in the first line of each program. */
const programs = new Map(
  readdirSync(FOLDER).map((file) => {
    const source = readFileSync(join(FOLDER, file), 'utf8');
    return [file.replace(/\.ts$/, ''), { source, question: source.slice(3, source.indexOf('\n')) }];
  }),
);

const reports = new Map<string, Report>();
let analyst: TestAnalyst;
let sql: (text: string) => Promise<unknown>;

beforeAll(async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(VIEWS);
  sql = async (text) => (await connection.runAndReadAll(text)).getRowsJS()[0]?.[0];
  const line = [...programs.keys(), 'no program'].map(() => 'Done.');
  analyst = await startAnalyst(scriptedModel(...line), { MCP_CONFIG: 'examples/mcp.json' });
  await Promise.all(
    [...programs].map(async ([name, { question, source }]) => {
      reports.set(name, await analyst.ask(question, { program: source, user: name }));
    }),
  );
}, 90_000);

afterAll(() => analyst?.close());

function reportOf(name: string): Report {
  const report = reports.get(name);
  if (!report) throw new Error(`there is no program ${name}`);
  return report;
}

/** Kinds of the blocks, in order; charts by their type and tables with their number of rows. */
function shapeOf({ blocks }: Report): string {
  return blocks
    .map((block) => {
      if (block.kind === 'metric') return 'metric';
      return block.kind === 'table' ? `table ${block.rows.length}` : block.type;
    })
    .join(', ');
}

it('every program is in one of the lists', () => {
  expect([...answered, ...failed].map(([name]) => name).sort()).toEqual([...programs.keys()].sort());
});

it.each(answered)('%s', async (name, shape, metrics) => {
  const report = reportOf(name);
  expect(report.receipt.programs.map(({ error }) => error)).toEqual([null]);
  expect(report).toMatchObject({ error: null, summary: 'Done.', attempts: 1 });
  expect(shapeOf(report)).toBe(shape);
  for (const chart of report.blocks) {
    if (chart.kind === 'chart') expect(chart.image?.bytes).toBeGreaterThan(5_000);
  }
  const found = new Map(report.blocks.flatMap((b) => (b.kind === 'metric' ? [[b.label, b.value]] : [])));
  for (const [label, expected] of Object.entries(metrics)) {
    const wanted = typeof expected === 'object' ? await sql(expected.sql) : expected;
    if (typeof wanted !== 'number') expect(found.get(label)).toBe(wanted);
    else expect(found.get(label)).toBeCloseTo(wanted, 9);
  }
});

it.each(failed)('%s fails at line %i', (name, line, message, hint) => {
  const { error, blocks, receipt } = reportOf(name);
  expect(error?.code).toBe('bad_input');
  expect(error?.message).toMatch(message);
  expect(error?.message).toContain(`at line ${line}, column`);
  if (hint) expect(error?.hint).toMatch(hint);
  expect(blocks).toEqual([]);
  expect(receipt.turns).toBe(0);
});

it('tables and charts hold the numbers that SQL finds', async () => {
  const table = (name: string) => {
    const found = reportOf(name).blocks.find((block) => block.kind === 'table');
    return found?.kind === 'table' ? found.rows : [];
  };
  expect(table('02-ranking')[0]?.change).toBeCloseTo(Number(await sql(CHANGE('IBM', '2021-12-31'))), 9);
  expect(table('02-ranking').at(-1)?.change).toBeCloseTo(Number(await sql(CHANGE('TSLA', '2021-12-31'))), 9);
  for (const [month, row] of table('07-seasonality').entries()) {
    expect(row.mean).toBeCloseTo(Number(await sql(SEASON(month + 1))), 9);
  }
  expect(table('06-best-month')[0]?.month).toBe(await sql(MONTH('DESC', 'month')));
  expect(table('25-events').map((row) => [row.trading_day, row.close, row.later === null])).toEqual([
    ['2022-07-01', 36.34, false],
    ['2022-09-30', await sql(`SELECT close FROM closes('INTC', '2022-09-30') LIMIT 1`), false],
    ['2022-12-23', await sql(`SELECT close FROM closes('INTC', '2022-12-23') LIMIT 1`), true],
  ]);
  const matrix = reportOf('03-correlation-matrix').blocks.find((block) => block.kind === 'chart');
  const rows = matrix?.kind === 'chart' ? matrix.rows : [];
  expect(rows).toHaveLength(49);
  const pair = rows.find((row) => row.a === 'META' && row.b === 'TSLA');
  const other = `SELECT corr(x.ret, y.ret) FROM returns('META', '2020-12-29') x JOIN returns('TSLA', '2020-12-29') y USING (date)`;
  expect(pair?.corr).toBeCloseTo(Number(await sql(other)), 9);
});

it('a question that needs no program is answered with the line', async () => {
  const report = await analyst.ask('Who is the chief executive of IBM?');
  expect(report).toMatchObject({ summary: 'Done.', blocks: [], program: null, error: null, attempts: 0 });
});

it('the types of those that run well are accepted', async () => {
  const { tools } = await analyst.app.toolBox.open();
  const all = answered.map(([name]) => `{\n${programs.get(name)?.source}\n}`).join('\n');
  await checkTypes('all.ts', all, tools.map(declare));
  const wrong = programs.get('13-type-error')?.source ?? '';
  await expect(checkTypes('wrong.ts', wrong, tools.map(declare))).rejects.toThrow(
    /^wrong\.ts:2:53 .*'ticker' does not exist/,
  );
});
