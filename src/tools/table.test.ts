import { expect, it } from 'vitest';
import { LIMITS } from '../agent/limits.ts';
import { ReportBuilder, type Table } from '../agent/report.ts';
import type { ToolContext } from '../agent/tool.ts';
import { createTable } from './table.ts';

function show(...args: unknown[]) {
  const report = new ReportBuilder(2);
  const said = createTable.run(createTable.parse(args), { report } as unknown as ToolContext);
  return { said, table: report.blocks[0] as Table };
}

it('takes all keys in order of first appearance and fills gaps', () => {
  const { said, table } = show('Prices', [{ b: 1 }, { a: 'x', b: 2, c: true }]);
  expect(table).toEqual({
    kind: 'table',
    title: 'Prices',
    columns: [{ name: 'b' }, { name: 'a' }, { name: 'c' }],
    rows: [
      { b: 1, a: null, c: null },
      { b: 2, a: 'x', c: true },
    ],
  });
  expect(said).toBe('Table "Prices": 2 rows, columns b, a, c');
});

it('takes chosen columns, by name or with their heading, and only those', () => {
  const rows = [{ ticker: 'AAPL', vol: 35.6, secret: 1 }];
  const heading = { name: 'vol', label: 'Volatility', unit: '%', digits: 1 };
  const { table } = show('Rank', rows, [heading, 'ticker']);
  expect(table.columns).toEqual([heading, { name: 'ticker' }]);
  expect(table.rows).toEqual([{ vol: 35.6, ticker: 'AAPL' }]);
});

it('turns what is no cell into text', () => {
  const { table } = show('Odd', [{ list: [1, 2], object: { a: null }, none: null }]);
  expect(table.rows).toEqual([{ list: '[1,2]', object: '{"a":null}', none: null }]);
});

it('holds as many rows as its limit', () => {
  expect(show('Full', new Array(LIMITS.tableRows).fill({ a: 1 })).table.rows.length).toBe(LIMITS.tableRows);
});

it.each<[string, unknown[], { code: string; message?: string; hint?: string }]>([
  ['no rows', ['Empty', []], { code: 'no_data', hint: 'query' }],
  ['rows without a key', ['Empty', [{}, {}]], { code: 'no_data' }],
  [
    'too many rows',
    ['Big', new Array(LIMITS.tableRows + 1).fill({ a: 1 })],
    { code: 'too_large', hint: 'LIMIT' },
  ],
  [
    'an unknown column',
    ['Typo', [{ ticker: 'A', vol: 1 }], ['ticker', 'volatility']],
    { code: 'bad_input', message: '"volatility"', hint: 'Their columns are: ticker, vol.' },
  ],
  ['rows that are numbers', ['Odd', [1, 2]], { code: 'bad_input', message: 'rows[0]' }],
  ['no title', ['', [{ a: 1 }]], { code: 'bad_input', message: 'title' }],
])('refuses %s', (_, args, { code, message = '', hint = '' }) => {
  expect(() => show(...args)).toThrow(
    expect.objectContaining({
      code,
      message: expect.stringContaining(message),
      ...(hint ? { hint: expect.stringContaining(hint) } : {}),
    }),
  );
});
