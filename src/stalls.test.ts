/**
 * How long this process computes at a stretch, which is how long everybody else waits, when a program hands its
 * tools as much as it may. The processor's time is asserted, not the clock's: on a quiet machine it is below 50 ms
 * for each, although the code is cold.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from './agent/ports.ts';
import { program, startAnalyst, type TestAnalyst } from './compose.fixture.ts';

const AT_MOST_MS = 150;

/** The question is the program. */
const model: Model = {
  name: 'echo',
  async complete({ messages }) {
    const [first] = messages;
    const source = /« (.*) »/s.exec(first?.text ?? '')?.[1] ?? '';
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 };
    return { text: messages.length === 1 ? program(source) : 'Done.', stop: 'end', usage };
  },
};

let analyst: TestAnalyst;
let longest = 0;
let last = process.threadCpuUsage();
const ticker = setInterval(() => {
  const { user, system } = process.threadCpuUsage(last);
  longest = Math.max(longest, (user + system) / 1_000);
  last = process.threadCpuUsage();
}, 1);

beforeAll(async () => {
  analyst = await startAnalyst(model);
  await analyst.ask('« return 1 »');
});
afterAll(async () => {
  clearInterval(ticker);
  await analyst.close();
});

test.each([
  ['empty objects', 'query("SELECT 1 AS a FROM t", { t: new Array(6e4).fill({}) })'],
  ['more objects than it may', 'query("SELECT 1 AS a FROM t", { t: new Array(6e5).fill({}) })'],
  ['text', 'query("SELECT 1 AS a FROM prices", { T: "x".repeat(11.9e6) })'],
  ['rows', 'query("SELECT count(*) AS n FROM t", { t: rows(14e3) })'],
  ['points', 'create_chart("scatter", "T", rows(15e3), { x: "i", y: "close" })'],
  ['numbers', 'create_chart("histogram", "T", new Array(3e5).fill(1))'],
  ['values', 'calculate_statistics(rows(5e4).map((row) => row.close))'],
  ['table rows', 'create_table("T", new Array(5e4).fill({ a: 1 }))'],
])('a program that hands over as many %s as it can', async (what, call) => {
  const rows = 'const rows = (n) => Array.from({ length: n }, (_, i) => ({ i, close: i % 97 / 7 }));';
  longest = 0;
  const report = await analyst.ask(`« ${rows} try { await ${call} } catch (error) { return error.name } »`);
  const computed = longest;
  console.info(`${what}: this process computed for ${Math.round(computed)} ms at a stretch`);
  expect(report.receipt.programs).toHaveLength(1);
  expect(computed).toBeLessThan(AT_MOST_MS);
});
