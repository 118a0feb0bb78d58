/** The cache of queries through the whole analyst: what hits, what misses, and that a broken store costs no answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Model } from '../src/agent/ports.ts';
import { NO_USAGE, type Report } from '../src/agent/report.ts';
import { program, startAnalyst, type TestAnalyst } from '../src/compose.fixture.ts';

const SQL = 'SELECT ticker, max(close) AS top FROM prices GROUP BY ticker ORDER BY ticker';

/** Fetches both, queries the series in the order given, after doing something to them. */
const ask = (order: string, change = '') =>
  program(`
const [AAPL, MSFT] = await Promise.all(['AAPL', 'MSFT'].map((symbol) => yf_get_historical_stock_prices({ symbol })));
const series = { ${order} };
${change}
await create_table('Tops', await query('${SQL}', series));`);

let folder: string;
let analyst: TestAnalyst;
/** Called before the model's turns: the moments before the program, and after it. */
let turns: (() => void)[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
  turns = [];
  // The question is the program.
  const model: Model = {
    name: 'echo',
    async complete({ messages }) {
      turns.shift()?.();
      const text = messages.length === 1 ? (messages[0]?.text ?? '') : 'Done.';
      return { text, stop: 'end', usage: NO_USAGE };
    },
  };
  analyst = await startAnalyst(model, { STORE_URL: `file:${join(folder, 'store.db')}` });
});
afterEach(async () => {
  await analyst.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = () => new DatabaseSync(join(folder, 'store.db'));

function queryOf(report: Report) {
  expect(report.error).toBeNull();
  const { cached, resultHash } = report.receipt.calls.find(({ tool }) => tool === 'query') ?? {};
  return { cached, resultHash };
}

it('computes once what two runs ask at once', async () => {
  const reports = await Promise.all(['ana', 'bob'].map((user) => analyst.ask(ask('AAPL, MSFT'), { user })));
  const calls = reports.map(queryOf);
  expect(calls.map(({ cached }) => cached).sort()).toEqual([false, true]);
  expect(calls[0]?.resultHash).toBe(calls[1]?.resultHash);
});

it('hits for the same series in another order, and misses for another price', async () => {
  const first = queryOf(await analyst.ask(ask('AAPL, MSFT')));
  const turned = queryOf(await analyst.ask(ask('MSFT, AAPL')));
  expect([first.cached, turned.cached]).toEqual([false, true]);
  expect(turned.resultHash).toBe(first.resultHash);
  const change = `const prices = JSON.parse(series.AAPL);
for (const day of Object.keys(prices)) prices[day] += 0.01;
series.AAPL = JSON.stringify(prices);`;
  const changed = queryOf(await analyst.ask(ask('AAPL, MSFT', change)));
  expect(changed.cached).toBe(false);
  expect(changed.resultHash).not.toBe(first.resultHash);
});

it('misses a damaged entry, and replaces it', async () => {
  const first = queryOf(await analyst.ask(ask('AAPL, MSFT')));
  const half = 'substr(value, 1, length(value) / 2)';
  for (const damaged of [`x'00ff00ff'`, `x''`, half, `'{"rows":[]}'`]) {
    const db = open();
    expect(db.prepare(`UPDATE entries SET value = ${damaged} WHERE key LIKE 'cache:%'`).run().changes).toBe(
      1,
    );
    db.close();
    expect(queryOf(await analyst.ask(ask('AAPL, MSFT')))).toEqual({ ...first, cached: false });
  }
  expect(queryOf(await analyst.ask(ask('AAPL, MSFT')))).toEqual({ ...first, cached: true });
});

it('answers while another process keeps the store locked', async () => {
  const db = open();
  turns = [() => db.exec('BEGIN IMMEDIATE'), () => db.exec('COMMIT')];
  expect(queryOf(await analyst.ask(ask('AAPL, MSFT'))).cached).toBe(false);
  db.close();
});

it('answers while the store is broken', async () => {
  const db = open();
  turns = [
    () => db.exec('ALTER TABLE entries RENAME TO away'),
    () => db.exec('ALTER TABLE away RENAME TO entries'),
  ];
  expect(queryOf(await analyst.ask(ask('AAPL, MSFT'))).cached).toBe(false);
  db.close();
});

it('delivers an answer that the store cannot keep', async () => {
  const db = open();
  turns = [() => {}, () => db.exec('ALTER TABLE entries RENAME TO away')];
  const report = await analyst.ask(ask('AAPL, MSFT'));
  expect(report.error).toBeNull();
  expect(report.blocks.length).toBe(1);
  db.close();
}, 60_000);
