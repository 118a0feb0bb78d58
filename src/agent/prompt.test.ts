/** The prompt as a model reads it, functions aside: those are tested where they are declared. */
import { expect, test } from 'vitest';
import { openingMessages, systemPrompt } from './prompt.ts';
import type { Question } from './question.ts';

const declarations = ['/** Adds. */\ndeclare function add(a: number, b: number): Promise<number>;'];

test('the system prompt, with bundled data and a server that is away', async () => {
  const prompt = systemPrompt({
    declarations,
    today: '2022-12-29',
    asOf: '2022-12-29',
    unavailable: [{ server: 'desk', reason: 'it did not start' }],
  });
  await expect(prompt).toMatchFileSnapshot('./fixtures/system-prompt.txt');
});

test('the system prompt, with live data, differs in its second paragraph only', () => {
  const bundled = systemPrompt({ declarations, today: '2026-01-02', asOf: '2026-01-02', unavailable: [] });
  const live = systemPrompt({ declarations, today: '2026-01-02', unavailable: [] });
  expect(live).toContain('Today is 2026-01-02. Prices are live.');
  const paragraphs = bundled.split('\n\n');
  expect(live.split('\n\n').filter((text, i) => text !== paragraphs[i])).toHaveLength(1);
});

test('the conversation, earlier exchanges first, with the tables that came with the question', () => {
  const question: Question = {
    id: 'q',
    text: 'and by region?',
    thread: 't',
    user: 'ana',
    team: '',
    askedAt: 0,
    tables: [
      {
        name: 'sales',
        file: 'Sales "2025".csv',
        columns: [
          { name: 'region', type: 'VARCHAR' },
          { name: 'amount', type: 'DOUBLE' },
        ],
        rowCount: 12,
        key: 'k',
      },
    ],
  };
  const exchange = {
    question: 'total sales?',
    program: 'return 7;\n',
    summary: 'Sales were 7.',
  };
  expect(openingMessages(question, [exchange])).toEqual([
    { role: 'user', text: 'total sales?' },
    { role: 'assistant', text: '```ts\nreturn 7;\n```\nSales were 7.' },
    {
      role: 'user',
      text: 'and by region?\n\nAttached tables, readable by query() under these names without being passed:\n- sales(region VARCHAR, amount DOUBLE), 12 rows, from the file "Sales \\"2025\\".csv"',
    },
  ]);
});
