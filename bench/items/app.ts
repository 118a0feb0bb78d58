/** The whole analyst with a model that costs no time, for the items that ask questions. */
import type { Model } from '../../src/agent/ports.ts';
import type { Report } from '../../src/agent/report.ts';
import { startAnalyst, type TestAnalyst } from '../../src/compose.fixture.ts';
import { copyEnvironment } from '../../src/config.ts';

const FENCE = '```';

/** Three fetches, a query that no earlier question had, a chart, two metrics, a table. */
export function questionProgram(number: number): string {
  return `
const symbols = ['AAPL', 'MSFT', 'NVDA'];
const [AAPL, MSFT, NVDA] = await Promise.all(
  symbols.map((symbol) => yf_get_historical_stock_prices({ symbol, period: '1y' })),
);
const rows = await query(
  'SELECT ticker, date, close / first_value(close) OVER (PARTITION BY ticker ORDER BY date) * 100 AS indexed, ${number} AS run FROM prices ORDER BY date, ticker',
  { AAPL, MSFT, NVDA },
);
const last = rows.slice(-3).sort((a, b) => b.indexed - a.indexed);
await create_metric('Best', last[0].ticker);
await create_metric('Indexed', last[0].indexed);
await create_chart('line', 'Indexed to 100', rows, { x: 'date', y: 'indexed', series: 'ticker' });
await create_table('Last day', last);
return { last };`;
}

let asked = 0;

/** A program for a question, a line of text for its value. Each question's query is new, so no cache answers it. */
const instantModel: Model = {
  name: 'instant',
  async complete({ messages }) {
    const isFirst = messages.length === 1;
    const program = () => `Compares the three.\n${FENCE}ts\n${questionProgram(asked++)}\n${FENCE}`;
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 };
    return { text: isFirst ? program() : 'NVDA moved most.', stop: 'end', usage };
  },
};

export async function withAnalyst<T>(
  environment: Record<string, string>,
  use: (analyst: TestAnalyst) => Promise<T>,
): Promise<T> {
  copyEnvironment();
  const analyst = await startAnalyst(instantModel, environment);
  try {
    return await use(analyst);
  } finally {
    await analyst.close();
  }
}

/** Asks, and fails when the answer is not a whole one. */
export async function askQuestion(analyst: TestAnalyst, user = 'ana'): Promise<Report> {
  const report = await analyst.ask('Compare AAPL, MSFT and NVDA over the last year', { user });
  if (report.error) throw new Error(report.error.message);
  if (report.blocks.length !== 4) throw new Error(`the report has ${report.blocks.length} blocks`);
  // Whoever delivers does not keep what is delivered.
  analyst.delivered.splice(analyst.delivered.indexOf(report), 1);
  analyst.events.length = 0;
  return report;
}
