/** The planner computes every number of its lines, so none of them may be doubted. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAnalyst, type TestAnalyst } from './compose.fixture.ts';
import { createOffline } from './models/offline.ts';

let analyst: TestAnalyst;
beforeAll(async () => {
  analyst = await startAnalyst(createOffline());
});
afterAll(() => analyst.close());

test.each([
  'Compare AAPL, MSFT and NVDA over the last year, indexed to 100, and rank them by volatility',
  'Compare AAPL and MSFT',
  'What was the maximum drawdown of TSLA in 2022?',
  'Correlation between AAPL and NVDA over two years',
  'How did NFLX do in 2021?',
  'Rank the biggest five by return over the last 6 months',
  'Show the 50-day moving average of IBM',
  'Sharpe ratio of GOOGL',
  'Volatility of META and AMZN since 2020',
  'Monthly returns of ORCL in 2022',
  'What is the price of INTC?',
  'Beta of TSLA against MSFT',
  'Best and worst day of CRM in 2022',
  'What can you do?',
])('%s', { timeout: 60_000 }, async (question) => {
  const report = await analyst.ask(question);
  expect(report.error).toBeNull();
  expect(report.receipt.turns, report.summary).toBe(report.program ? 2 : 1);
  expect(report.summary).not.toContain('not shown');
});
