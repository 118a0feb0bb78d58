/** A file attached to a question, from the bytes that Slack serves to an answer that joins it with prices. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import type { AttachedTable } from './agent/question.ts';
import { program, scriptedModel, startAnalyst } from './compose.fixture.ts';
import { attach } from './slack/attachments.ts';

const FILE =
  'Symbol;Trade day;Stück;Fee\nAAPL;03.01.2022;10;1,50\nMSFT;05.01.2022;4;2\nAAPL;13.1.2022;-5;1.000,25\n';
const server = createServer((_request, response) => response.end(Buffer.from(FILE, 'latin1')));
afterAll(async () => {
  server.close();
  await analyst.close();
});

async function attachFile(): Promise<AttachedTable[]> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return attach([{ id: 'F1', name: 'My trades.csv', url_private: `http://${host}/trades` }], {
    token: 'xoxb-x',
    store: analyst.app.store,
    questionId: 'q',
    readTable: analyst.app.duckdb.readTable,
    limits: { hosts: [host], bytes: 1e6, rows: 1_000 },
    taken: [],
  });
}

const JOIN = `
const AAPL = await yf_get_historical_stock_prices({ symbol: 'AAPL', period: '1y' });
const MSFT = await yf_get_historical_stock_prices({ symbol: 'MSFT', period: '1y' });
const rows = await query(
  \`SELECT t.Symbol AS symbol, sum(t."Stück") AS held, sum(t.Fee) AS fees, min(t."Trade day") AS first,
          count(p.close) AS priced
   FROM my_trades t ASOF LEFT JOIN prices p ON p.ticker = t.Symbol AND p.date <= t."Trade day"
   GROUP BY 1 ORDER BY 1\`,
  { AAPL, MSFT },
);
await create_table('Positions', rows);
const columns = await query('SELECT column_name AS name, column_type AS type FROM (DESCRIBE my_trades)');
await create_table('Columns', columns);`;

const model = scriptedModel(program(JOIN), 'Joined.');
const analyst = await startAnalyst(model);

it('is a table that a program joins with prices, described to the model as query sees it', async () => {
  const tables = await attachFile();
  const report = await analyst.ask('What do I hold?', { tables });
  expect(report.error).toBeNull();
  expect(model.requests[0]?.messages.at(-1)?.text).toContain(
    '- my_trades(Symbol VARCHAR, Trade day DATE, Stück BIGINT, Fee DOUBLE), 3 rows, from the file "My trades.csv"',
  );
  expect(report.blocks[0]).toMatchObject({
    kind: 'table',
    rows: [
      { symbol: 'AAPL', held: 5, fees: 1001.75, first: '2022-01-03', priced: 2 },
      { symbol: 'MSFT', held: 4, fees: 2, first: '2022-01-05', priced: 1 },
    ],
  });
  expect(report.blocks[1]).toMatchObject({ rows: tables[0]?.columns });
});
