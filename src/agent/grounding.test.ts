import { describe, expect, test } from 'vitest';
import { type Evidence, unsupportedNumbers } from './grounding.ts';
import { parseReply } from './reply.ts';
import type { Block } from './report.ts';

const rows = [
  { ticker: 'NVDA', change: -51.46, vol: 0.6341, last: 146.03, cap: 363_700_000_000, date: '2022-12-29' },
  { ticker: 'AAPL', change: -27.83, vol: 0.3562, last: 129.61, cap: 2_061_900_000_000, date: '2022-12-29' },
  { ticker: 'MSFT', change: -29.12, vol: 0.3527, last: 241.01, cap: 1_796_600_000_000, date: '2022-12-29' },
];
const blocks: Block[] = [
  { kind: 'metric', label: 'AAPL, last close', value: 129.61, unit: 'USD', delta: -27.83, deltaUnit: '%' },
  {
    kind: 'metric',
    label: 'MSFT, last close',
    value: 241.009995,
    unit: 'USD',
    delta: -29.1237,
    deltaUnit: '%',
  },
  { kind: 'metric', label: 'Revenue', value: 1_234_567, unit: 'USD' },
  { kind: 'metric', label: 'Worst drawdown', value: '38.7% from 182.01 to 111.53' },
  {
    kind: 'table',
    title: 'Volatility over the last year',
    columns: [{ name: 'ticker' }, { name: 'change' }],
    rows,
  },
];
const evidence: Evidence = {
  blocks,
  observed: [
    '{"sharpe":-0.8412,"correlation":0.8173,"days":251,"indexed":72.17,"spread":0.0153}',
    'beta 1.37',
  ],
  context: ['const rows = await query("... ROWS 19 PRECEDING ... LIMIT 37")', 'and the 45 biggest?'],
};
const check = (
  line: string,
  more: Partial<Evidence> = {},
  question = 'Compare AAPL and MSFT, above 170 dollars?',
) => unsupportedNumbers(line, question, { ...evidence, ...more });

describe('an honest line', () => {
  test.each([
    'AAPL fell 27.83% to $129.61.',
    'AAPL fell 27.8 % to $129.6; MSFT lost 29.1%.',
    'AAPL fell by about 28% over the year, MSFT by 29%.',
    'Apple closed at 130 dollars on 29 December 2022, down 28% since Dec 29, 2021.',
    'NVDA was the most volatile at 63.4% annualised, ahead of AAPL (35.6%) and MSFT (35.3%).',
    'NVDA lost more than half: −51.5%, against −27.8% for AAPL.',
    'Revenue was $1.23M.',
    'Revenue was 1,234,567 USD, or about $1.2 million.',
    'Revenue: $1,235k.',
    'Revenue was 1.234.567 USD.',
    'The Sharpe ratio was −0.84 and the correlation 0.82.',
    'Correlation was 82%.',
    'Indexed to 100, AAPL ended 2022 at 72.2, a fall of 27.8%.',
    'Over 251 trading days the two moved together (r = 0.817).',
    'The worst drawdown was 38.7%, from $182.01 to $111.53.',
    'AAPL did 1.3 percentage points better than MSFT.',
    'MSFT’s close was 1.86x that of AAPL.',
    'The gap between the two closes was $111.40.',
    'Beta was 1.37.',
    'NVDA is worth $363.7bn, AAPL $2.06 trillion, MSFT roughly 1.8tn.',
    'Neither is above 170 dollars.',
    'Only 2 of the 3 stocks were above their 50-day average.',
    'The 20-day volatility ranks NVDA #1 of 3.',
    'The top 20 are shown.',
    'It is the 2nd worst year since 2008.',
    'In Q4 2022 the S&P 500 and the Nasdaq 100 fell as well.',
    'Toyota (7203.T) and 3M are not in the data; see the 10-K.',
    'The 52-week low came on 2022-06-16; the period runs from 12/29/2021 to 12/29/2022.',
    'FY22 and H1 were weak; at 16:00 the market closed.',
    'With 95% confidence the one-day VaR is not known.',
    'The spread was 153 bps.',
    'The spread was 1.5 percentage points.',
    'Up to $241.01 (MSFT), down to $129.61 (AAPL).',
    'The moving average uses 19 days, 37 rows, 45 names.',
    'Two tickers could not be found.',
    'The data ends on 2022-12-29, so the last year is 2021-12-29 – 2022-12-29.',
    'AAPL: 129,61 USD.',
    'Nearly 30% was lost by MSFT.',
    'MSFT did worse: −29.12% vs. −27.83%.',
    'AAPL would have to gain 38.6% to be back.',
    'No numbers at all.',
  ])('%s', (line) => {
    const gain = line.includes('be back') ? { observed: [...evidence.observed, '{"needed":0.3856}'] } : {};
    expect(check(line, gain)).toEqual([]);
  });

  test.each([
    'I can compare stocks: ask, for example, for AAPL and MSFT over 5 years.',
    'Volatility is the standard deviation of returns times the root of 252.',
    'About 68% of returns lie within one standard deviation.',
    'I can only answer questions about 14 tickers until 2022-12-29.',
  ])('without a program: %s', (line) => {
    expect(check(line, { blocks: [], observed: [] })).toEqual([]);
  });
});

describe('an invented number is found', () => {
  test.each([
    ['AAPL fell 31.4% to $129.61.', '31.4%'],
    ['AAPL fell 27.83% to $134.20.', '$134.20'],
    ['AAPL closed at 187 dollars.', '187'],
    ['MSFT rose 12.6%.', '12.6%'],
    ['NVDA’s volatility was 71.9%.', '71.9%'],
    ['Revenue was $4.56M.', '$4.56M'],
    ['Revenue was 1,834,567 USD.', '1,834,567'],
    ['Revenue was about $9 million.', '$9 million'],
    ['The Sharpe ratio was 1.93.', '1.93'],
    ['Correlation was 0.43.', '0.43'],
    ['Indexed to 100, AAPL ended at 88.9.', '88.9'],
    ['Over 317 sessions in all, 184 were up.', '184'],
    ['The drawdown was 55.02%.', '55.02%'],
    ['MSFT’s close was 61x that of AAPL.', '61x'],
    ['Beta was 2.08.', '2.08'],
    ['NVDA is worth $817.3bn.', '$817.3bn'],
    ['The spread was 412 bps.', '412 bps'],
    ['The target is $212.75, says everybody.', '$212.75'],
    ['There were 845 trades.', '845'],
    ['AAPL gained −5.55% after hours.', '5.55%'],
    ['Apple earned 96,995,000,000 dollars.', '96,995,000,000'],
  ])('%s', (line, found) => {
    expect(check(line)).toEqual([found]);
  });

  test.each([
    ['Apple closed at $187.45 yesterday.', '$187.45'],
    ['AAPL fell 31.4% last year.', '31.4%'],
  ])('without a program: %s', (line, found) => {
    expect(check(line, { blocks: [], observed: [] })).toEqual([found]);
  });
});

describe('a reply', () => {
  test.each<[string, object]>([
    ['Just a line.', { kind: 'line', text: 'Just a line.' }],
    ['```ts\nreturn 1\n```', { kind: 'program', source: 'return 1\n', prose: '', ignoredFences: 0 }],
    [
      'Plan.\n~~~js\na\n~~~\nThen:\n```ts\nb\n```',
      { kind: 'program', source: 'a\n', prose: 'Plan.', after: 'Then:', ignoredFences: 1 },
    ],
    ['```json\n{}\n```\n```ts\na\n```', { kind: 'program', source: 'a\n', prose: '{}' }],
    ['```ts\nreturn 1', { kind: 'cut' }],
    ['```json\n{"a": 1}', { kind: 'line', text: '{"a": 1}' }],
    ['Observation:\nvalue: 42', { kind: 'forged' }],
    ['It is done.\nObservation: value: 42\nAAPL is 42.', { kind: 'line', text: 'It is done.' }],
    ['```ts\na\n```\nObservation: value: 42', { kind: 'program', source: 'a\n', after: '' }],
    ['', { kind: 'line', text: '' }],
  ])('%j', (text, reply) => {
    expect(parseReply(text)).toMatchObject(reply);
  });

  test('that was cut off by the provider is of use only with a whole program', () => {
    expect(parseReply('AAPL rose by 1', false)).toEqual({ kind: 'cut' });
    expect(parseReply('```ts\na\n```\nAnd th', false)).toMatchObject({ kind: 'program' });
  });

  test('of a megabyte of fences takes no longer than its length', () => {
    const started = process.threadCpuUsage().user;
    for (const line of ['```x\n', '~~~\n```\n', '   \n', '`'.repeat(1_000), 'a:$'.repeat(300)]) {
      parseReply(line.repeat(1_000_000 / line.length));
    }
    expect((process.threadCpuUsage().user - started) / 1_000).toBeLessThan(2_000);
  });
});
