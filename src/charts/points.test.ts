import { describe, expect, it } from 'vitest';
import { LIMITS } from '../agent/limits.ts';
import type { Row } from '../agent/report.ts';
import type { ChartOptions } from './chart.ts';
import { refuseRepeats, toPoints } from './points.ts';

const read = (rows: Row[], options: ChartOptions = {}) =>
  toPoints({ title: 'T', rows, options }, ['date', 'text', 'number']);
const seriesOf = (rows: Row[], options?: ChartOptions) => read(rows, options).series;
const fails = (run: () => unknown, code: string, words: string) =>
  expect(run).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));

describe('what the options leave open', () => {
  it('long rows: the date is x, the text tells series apart, the number is y', () => {
    const { points, xKind, series } = read([
      { date: '2024-01-02', ticker: 'AAPL', close: 185.6 },
      { date: '2024-01-02', ticker: 'MSFT', close: 370.8 },
    ]);
    expect(xKind).toBe('date');
    expect(series).toEqual(['AAPL', 'MSFT']);
    expect(points[0]).toEqual({ x: Date.UTC(2024, 0, 2), y: 185.6, series: 'AAPL' });
  });
  it('wide rows: every number is a series, also one that is all null at first', () => {
    const rows = [
      { date: '2024-01-02', AAPL: null, MSFT: 370.8 },
      { date: '2024-01-03', AAPL: 184.2, MSFT: 370.6 },
    ];
    expect(seriesOf(rows)).toEqual(['AAPL', 'MSFT']);
    expect(read(rows).points[0]?.y).toBeNull();
  });
  it('of several measures in long rows the close, or the first', () => {
    expect(read([{ date: '2024-01-02', ticker: 'A', volume: 9, close: 1 }]).yName).toBe('close');
    expect(read([{ ticker: 'A', vol: 9, ret: 1 }], { series: 'ticker', x: 'ticker' }).yName).toBe('vol');
  });
  it('where every x occurs once, further text tells nothing apart', () => {
    const rows = ['Mon', 'Tue'].map((weekday, i) => ({ date: `2024-01-0${i + 1}`, weekday, close: i }));
    expect(seriesOf(rows)).toEqual(['']);
    expect(seriesOf(rows, { series: 'weekday' })).toEqual(['Mon', 'Tue']);
  });
  it('several y with a series: one series each', () => {
    expect(seriesOf([{ d: '2024-01-02', t: 'A', hi: 2, lo: 1 }], { y: ['hi', 'lo'], series: 't' })).toEqual([
      'A hi',
      'A lo',
    ]);
  });
  it('months, times, years and epoch milliseconds are dates; quarters are names', () => {
    const kind = (rows: Row[]) => read(rows).xKind;
    expect(kind([{ month: '2024-01', n: 1 }])).toBe('date');
    expect(kind([{ at: '2024-01-02 09:30:00', n: 1 }])).toBe('date');
    expect(kind([{ year: 2024, n: 1 }])).toBe('date');
    expect(kind([{ date: 1_704_153_600_000, n: 1 }])).toBe('date');
    expect(kind([{ quarter: '2024-Q1', n: 1 }])).toBe('text');
  });
  it('a time without a zone is UTC', () => {
    expect(read([{ at: '2024-01-02 09:30:00', n: 1 }]).points[0]?.x).toBe(Date.UTC(2024, 0, 2, 9, 30));
  });
  it('decimals in strings are numbers, and NaN is a gap', () => {
    expect(
      read([
        { d: '2024-01-02', v: '1.5' },
        { d: '2024-01-03', v: Number.NaN },
      ]).points.map((p) => p.y),
    ).toEqual([1.5, null]);
  });
  it('names of columns mean nothing to JavaScript', () => {
    expect(seriesOf([{ 'a.b[0]': 'constructor', n: 1 }], { series: 'a.b[0]', x: 'a.b[0]' })).toEqual([
      'constructor\u200b',
    ]);
  });
});

describe('what cannot be drawn', () => {
  it('names the columns there are', () => {
    expect(() => read([{ date: '2024-01-02', close: 1 }], { y: 'price' })).toThrow(
      expect.objectContaining({ code: 'bad_input', hint: 'The rows have the columns "date", "close".' }),
    );
  });
  it('says what is missing', () => {
    fails(() => read([]), 'no_data', 'no rows');
    fails(() => read([{}]), 'no_data', 'no rows');
    fails(() => read([{ date: '2024-01-02', close: null }]), 'no_data', 'null');
    fails(() => read([{ ticker: 'A', name: 'b' }]), 'bad_input', 'numbers');
    fails(() => read([{ ticker: 'A', n: 1 }], { y: 'ticker', x: 'n' }), 'bad_input', 'text');
  });
  it('refuses two values at one place', () => {
    const rows = [
      { date: '2024-01-02', close: 1 },
      { date: '2024-01-02', close: 2 },
    ];
    fails(
      () => refuseRepeats(read(rows), ['date', 'close']),
      'bad_input',
      'Several rows have date = 2024-01-02',
    );
  });
  it('holds at most its points, counted after melting', () => {
    const rows = Array.from({ length: LIMITS.chartPoints / 2 + 1 }, (_, x) => ({ x, a: 1, b: 2 }));
    fails(() => read(rows, { x: 'x' }), 'too_large', 'at most 15,000 points');
  });
});
