/**
 * (c) The tool `query` as a program calls it, cache missing, against what no SQL tool could do without: parsing
 * the same texts, and the bare aggregate on a table that is loaded already.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import type { Tool, ToolContext } from '../../src/agent/tool.ts';
import { createDuckDb } from '../../src/duckdb/duckdb.ts';
import { createCache } from '../../src/store/cache.ts';
import { createStore } from '../../src/store/store.ts';
import { createQueryTool } from '../../src/tools/query.ts';
import { priceSeries, priceText } from '../harness/data.ts';
import { interleave } from '../harness/interleave.ts';
import type { Finding, Item } from '../harness/item.ts';
import { median, p95, pairedRatio } from '../harness/stats.ts';

const SIZES = [
  { tickers: 3, rows: 250, rounds: 100 },
  { tickers: 10, rows: 2_500, rounds: 60 },
  { tickers: 100, rows: 2_500, rounds: 25 },
  { tickers: 500, rows: 5_000, rounds: 8 },
];
const SQL = `SELECT ticker, count(*) AS days, avg(close) AS mean, stddev_samp(close) AS deviation,
  arg_max(close, date) AS last FROM prices GROUP BY ticker ORDER BY ticker`;
/** What a call may cost beside 1.2 times the bare work, in milliseconds. */
const ALLOWANCE_MS = 6;

type Series = Record<string, string>;

export const query: Item = {
  name: 'query',
  title: 'c  query, the whole tool call, against JSON.parse of the same texts + the bare aggregate',
  async run() {
    const duckdb = createDuckDb({ size: 1 });
    const store = createStore('memory:');
    const tool = createQueryTool({ duckdb, cache: createCache(store) });
    try {
      await duckdb.warm();
      const findings: Finding[] = [];
      const perRow: number[] = [];
      for (const size of SIZES) {
        const { own, lines } = await measure(tool, size);
        findings.push(...lines);
        perRow.push((median(own) * 1e6) / (size.tickers * size.rows));
      }
      const [, , large = 0, largest = 0] = perRow;
      findings.push({
        what: 'time a row, 500 × 5,000 / 100 × 2,500',
        value: largest / large,
        unit: 'x',
        atMost: 1.2,
        note: `linear; ${largest.toFixed(0)} ns a row`,
      });
      return findings;
    } finally {
      await duckdb.close();
      await store.close();
    }
  },
};

async function measure(tool: Tool, { tickers, rows, rounds }: (typeof SIZES)[number]) {
  const series = priceSeries(tickers, rows);
  const aggregate = await loadedTable(series);
  const changed = (round: number): Series => ({ ...series, T000: priceText(rows, 1_000 + round) });
  const call = (data: Series) => () => callQuery(tool, data);
  const { own, bare, hit } = await interleave(
    [
      { name: 'own', prepare: (round) => call(changed(round)) },
      {
        name: 'bare',
        prepare: () => async () => {
          for (const text of Object.values(series)) JSON.parse(text);
          await aggregate.run();
        },
      },
      { name: 'hit', prepare: () => call(series) },
    ],
    { warmUp: 3, rounds },
  );
  aggregate.close();
  const over = own.map((ms, i) => ms / (1.2 * (bare[i] ?? 0) + ALLOWANCE_MS));
  const what = `${tickers} × ${rows.toLocaleString('en')}`;
  const lines: Finding[] = [
    {
      what: `${what}: query`,
      value: median(own),
      p95: p95(own),
      unit: 'ms',
      note: `${pairedRatio(own, bare).toFixed(2)} of the bare work; from the cache ${median(hit).toFixed(1)} ms`,
    },
    { what: `${what}: bare work`, value: median(bare), p95: p95(bare), unit: 'ms' },
    { what: `${what}: query / (1.2 × bare work + 6 ms)`, value: median(over), unit: 'x', atMost: 1 },
  ];
  return { own, lines };
}

/** As a program's call arrives: arguments checked, key made, cache asked, statement run. */
async function callQuery(tool: Tool, series: Series): Promise<void> {
  const context = { tables: [], note() {} } as unknown as ToolContext;
  const rows = (await tool.run(tool.parse([SQL, series]), context)) as unknown[];
  if (rows.length !== Object.keys(series).length) throw new Error(`query answered ${rows.length} rows`);
}

/** The table as DuckDB has it once somebody has loaded it, and the statement prepared. */
async function loadedTable(series: Series) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run('CREATE TABLE prices(ticker VARCHAR, date DATE, close DOUBLE)');
  const appender = await connection.createAppender('prices');
  for (const [ticker, text] of Object.entries(series)) {
    for (const [ms, close] of Object.entries(JSON.parse(text) as Record<string, number>)) {
      appender.appendVarchar(ticker);
      appender.appendDate({ days: Number(ms) / 86_400_000 } as never);
      appender.appendDouble(close);
      appender.endRow();
    }
  }
  appender.closeSync();
  const prepared = await connection.prepare(SQL);
  return {
    run: async () => (await prepared.runAndReadAll()).getRowObjectsJson(),
    close() {
      prepared.destroySync();
      connection.closeSync();
      instance.closeSync();
    },
  };
}
