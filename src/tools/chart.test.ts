import { describe, expect, it } from 'vitest';
import { LIMITS } from '../agent/limits.ts';
import { type Chart, ReportBuilder } from '../agent/report.ts';
import type { ToolContext } from '../agent/tool.ts';
import { createChartTool } from './chart.ts';

const tool = createChartTool();

function show(...args: unknown[]) {
  const report = new ReportBuilder(2);
  const said = tool.run(tool.parse(args), { report } as unknown as ToolContext);
  return { said, chart: report.blocks[0] as Chart };
}

const LONG = [
  { date: '2024-01-02', ticker: 'AAPL', close: 185.6400001 },
  { date: '2024-01-03', ticker: 'AAPL', close: 184.25 },
  { date: '2024-01-02', ticker: 'MSFT', close: 370.87 },
  { date: '2024-01-03', ticker: 'MSFT', close: 370.6 },
];
const WIDE = [
  { date: '2024-01-02', AAPL: 185.6400001, MSFT: 370.87 },
  { date: '2024-01-03', AAPL: 184.25, MSFT: 370.6 },
];

it('puts a chart into the report: rows as they came, a complete specification, a sentence', () => {
  const { said, chart } = show('line', 'Prices', LONG, { unit: 'USD' });
  expect(said).toBe('Chart "Prices" added: line, 2 series, 4 points');
  expect(chart).toMatchObject({ kind: 'chart', type: 'line', title: 'Prices', rows: LONG });
  expect(chart.alt).toBe(
    'Line chart "Prices": AAPL $185.64 to $184.25, MSFT $370.87 to $370.60, from 2 Jan 2024 to 3 Jan 2024.',
  );
  expect(chart.spec).toMatchObject({
    $schema: expect.stringContaining('vega-lite/v6'),
    background: '#FCFCFD',
  });
  expect(JSON.stringify(chart.spec)).toContain('"y":185.64,');
});

it('draws the same from long and from wide rows', () => {
  const plain = (rows: object[]) => {
    const { values } = show('line', 'Prices', rows, { yLabel: 'close' }).chart.spec.data as {
      values: object[];
    };
    return values.map((value) => JSON.stringify(value)).sort();
  };
  expect(plain(LONG)).toEqual(plain(WIDE));
});

it('is recorded and read back without loss', () => {
  const { chart } = show('bar', 'Volatility', [{ ticker: 'AAPL', vol: 28.1 }], {
    horizontal: true,
    unit: '%',
  });
  expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
});

it('takes plain numbers for a histogram, and another name for a type', () => {
  expect(show('histogram', 'Returns', [1, 2, 2, 3]).said).toMatch(
    /^Chart "Returns" added: histogram, 4 values in \d+ bins$/,
  );
  expect(
    show('donut', 'Shares', [
      { t: 'A', n: 3 },
      { t: 'B', n: 1 },
    ]).chart.type,
  ).toBe('pie');
});

it('every example of the documentation works as written', () => {
  const rows: Record<string, object[]> = {
    line: WIDE,
    bar: [{ ticker: 'AAPL', vol: 28.1 }],
    area: LONG,
    scatter: [{ ticker: 'AAPL', vol: 28.1, ret: 3 }],
    histogram: [{ ret: 1 }, { ret: 2 }],
    heatmap: [{ a: 'A', b: 'B', corr: 0.4 }],
    pie: [{ ticker: 'AAPL', value: 3 }],
    candlestick: [{ date: '2024-01-02', open: 1, high: 3, low: 1, close: 2 }],
  };
  const calls = [...tool.description.matchAll(/create_chart\("(\w+)", "[^"]+", rows(?:, (\{.*?\}))?\)/g)];
  expect(calls.map((call) => call[1])).toEqual(Object.keys(rows));
  for (const [, type = '', options = '{}'] of calls) {
    const json = options.replaceAll(/(\w+):/g, '"$1":');
    expect(show(type, 'T', rows[type], JSON.parse(json)).chart.type).toBe(type);
  }
});

describe('what it refuses, in words that help', () => {
  it.each<[string, unknown[], { code: string; message?: string; hint?: string }]>([
    ['an unknown type', ['radar', 'T', WIDE], { code: 'bad_input', message: '"candlestick"' }],
    ['an unknown option', ['line', 'T', WIDE, { colour: 'x' }], { code: 'bad_input', message: 'colour' }],
    [
      'an unknown column',
      ['line', 'T', WIDE, { y: 'close' }],
      { code: 'bad_input', message: '"close"', hint: '"date", "AAPL", "MSFT"' },
    ],
    ['an unknown series', ['bar', 'T', LONG, { series: 'sector' }], { code: 'bad_input', hint: '"ticker"' }],
    [
      'an unknown size',
      ['scatter', 'T', [{ a: 1, b: 2 }], { size: 'cap' }],
      { code: 'bad_input', message: '"cap"' },
    ],
    ['an unknown value', ['heatmap', 'T', LONG, { value: 'corr' }], { code: 'bad_input', message: '"corr"' }],
    ['no rows', ['line', 'T', []], { code: 'no_data', hint: 'query' }],
    ['nulls only', ['bar', 'T', [{ t: 'A', n: null }]], { code: 'no_data' }],
    [
      'too many points',
      ['scatter', 'T', new Array(LIMITS.chartPoints + 1).fill({ a: 1, b: 2 })],
      { code: 'too_large', hint: "date_trunc('week', date)" },
    ],
    ['negative slices', ['pie', 'T', [{ t: 'A', n: -1 }]], { code: 'bad_input', hint: 'bar' }],
    ['slices of nothing', ['pie', 'T', [{ t: 'A', n: 0 }]], { code: 'no_data' }],
    [
      'candles without highs',
      ['candlestick', 'T', WIDE],
      { code: 'bad_input', message: '"open"', hint: 'weekly' },
    ],
    [
      'candles of two',
      ['candlestick', 'T', [1, 2].map(() => ({ date: '2024-01-02', open: 1, high: 1, low: 1, close: 1 }))],
      { code: 'bad_input', hint: 'one security' },
    ],
    [
      'a logarithm of zero',
      ['line', 'T', [{ date: '2024-01-02', n: 0 }], { log: true }],
      { code: 'bad_input', message: 'above zero' },
    ],
    [
      'one measure in a scatter',
      ['scatter', 'T', [{ t: 'A', n: 1 }]],
      { code: 'bad_input', message: 'two columns' },
    ],
    ['a matrix without names', ['heatmap', 'T', [{ a: 1, b: 2 }]], { code: 'bad_input' }],
    ['no specification', ['spec', 'T', WIDE], { code: 'bad_input', message: 'options.spec' }],
    [
      'a specification that loads',
      ['spec', 'T', WIDE, { spec: { data: { url: 'x' }, mark: 'bar' } }],
      { code: 'refused' },
    ],
    ['no title', ['line', ' ', WIDE], { code: 'bad_input', message: 'title' }],
  ])('%s', (_, args, { code, message = '', hint = '' }) => {
    expect(() => show(...args)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining(message),
        ...(hint === '' ? {} : { hint: expect.stringContaining(hint) }),
      }),
    );
  });
});
