/**
 * (e) A whole question through the driver, against the sum of its parts: what it would take if each part of the
 * work were done once, by hand, one after the other, with nothing recorded and nothing replayed.
 */
import type { Chart, Row } from '../../src/agent/report.ts';
import type { Tool, ToolContext } from '../../src/agent/tool.ts';
import { line } from '../../src/charts/line.ts';
import { createRenderer } from '../../src/charts/renderer.ts';
import type { TestAnalyst } from '../../src/compose.fixture.ts';
import { createSandbox } from '../../src/sandbox/sandbox.ts';
import { interleave } from '../harness/interleave.ts';
import type { Item } from '../harness/item.ts';
import { median, p95, pairedRatio } from '../harness/stats.ts';
import { askQuestion, questionProgram, withAnalyst } from './app.ts';

const SYMBOLS = ['AAPL', 'MSFT', 'NVDA'];

export const question: Item = {
  name: 'question',
  title: 'e  a whole question, scripted model, through the durable driver, against the sum of its parts',
  run: () =>
    withAnalyst({}, async (analyst) => {
      const parts = await createParts(analyst);
      try {
        const { whole, sum } = await interleave(
          [
            { name: 'whole', prepare: () => () => askQuestion(analyst) },
            { name: 'sum', prepare: () => parts.all },
          ],
          { warmUp: 5, rounds: 60 },
        );
        return [
          { what: 'whole question', value: median(whole), p95: p95(whole), unit: 'ms' },
          { what: 'sum of its parts', value: median(sum), p95: p95(sum), unit: 'ms', note: parts.note() },
          { what: 'whole / parts', value: pairedRatio(whole, sum), unit: 'x', atMost: 1.3 },
        ];
      } finally {
        await parts.close();
      }
    }),
};

async function createParts(analyst: TestAnalyst) {
  const { app } = analyst;
  const { tools } = await app.toolBox.open();
  const named = (name: string): Tool => {
    const tool = tools.find((candidate) => candidate.name === name);
    if (!tool) throw new Error(`no tool ${name}`);
    return tool;
  };
  const [fetchPrices, query] = [named('yf_get_historical_stock_prices'), named('query')];
  const context = { tables: [], store: app.store, note() {} } as unknown as ToolContext;
  const report = await askQuestion(analyst);
  const sandbox = createSandbox({ size: 1 });
  const renderer = createRenderer({ size: 1, store: app.store });
  const times: Record<string, number[]> = {};
  let number = 1_000_000;

  async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const value = await work();
    times[name] = [...(times[name] ?? []), performance.now() - start];
    return value;
  }

  async function all(): Promise<void> {
    const program = questionProgram(number++);
    const sql = /'(SELECT .*)'/.exec(program)?.[1] ?? '';
    await timed('opening', async () => [await app.toolBox.open(), await app.threads.history('bench', 8)]);
    const texts = await timed('fetches', () =>
      Promise.all(
        SYMBOLS.map((symbol) => fetchPrices.run(fetchPrices.parse([{ symbol, period: '1y' }]), context)),
      ),
    );
    const series = Object.fromEntries(SYMBOLS.map((symbol, i) => [symbol, texts[i]]));
    const rows = (await timed('query', async () => query.run(query.parse([sql, series]), context))) as Row[];
    const answers: Record<string, () => unknown> = {
      yf_get_historical_stock_prices: () => texts[0],
      query: () => rows,
    };
    await timed('program', async () => {
      const outcome = await sandbox.run({
        program,
        tools: tools.map(({ name }) => name),
        now: 0,
        seed: 1,
        call: async (tool) => answers[tool]?.() ?? 'added',
      });
      if (!outcome.ok) throw new Error(outcome.error.message);
    });
    await timed('chart', async () => {
      const { spec } = line.build({
        title: 'Indexed to 100',
        rows,
        options: { x: 'date', y: 'indexed', series: 'ticker' },
      });
      await renderer.render({ spec } as unknown as Chart);
    });
    await timed('receipt', async () => {
      await app.receipts.save(report);
      const { runId, program: source, summary } = report;
      const exchange = { question: report.question, program: source, summary, outline: '' };
      await app.threads.append('bench', { runId, exchange, askedAt: number });
    });
  }

  return {
    all,
    note: () =>
      Object.entries(times)
        .map(([name, ms]) => `${name} ${median(ms).toFixed(1)}`)
        .join(', '),
    close: () => Promise.all([sandbox.close(), renderer.close()]),
  };
}
