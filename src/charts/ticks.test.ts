import { describe, expect, it } from 'vitest';
import { textWidth } from './text.ts';
import { dateTicks, logScale, numberScale } from './ticks.ts';

const many = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
const at = (text: string) => Date.parse(text);

describe('the scale of numbers', () => {
  it('is widened to round steps and takes zero in where values come near it', () => {
    expect(numberScale([91, 157], 'near')).toEqual({ domain: [80, 160], ticks: [80, 100, 120, 140, 160] });
    expect(numberScale([3, 40], 'near').domain[0]).toBe(0);
    expect(numberScale([150, 160], 'always').domain[0]).toBe(0);
    expect(numberScale([-33, -1], 'near').domain[1]).toBe(0);
  });
  it('has room around a single value, and around none', () => {
    expect(numberScale([182.5], 'near').domain[0]).toBeLessThan(182.5);
    expect(numberScale([0], 'always').domain).toEqual([0, 1]);
    expect(numberScale([], 'near').ticks.length).toBeGreaterThan(1);
  });
  it('has exact ticks', () => {
    expect(numberScale([0, 0.7], 'always', 6).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  });
  it('is logarithmic where asked', () => {
    expect(logScale([0.5, 584])).toEqual({
      domain: [0.5, 1000],
      ticks: [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    });
    expect(logScale([5, 5]).domain[0]).toBeLessThan(logScale([5, 5]).domain[1]);
  });
});

describe('ticks of dates', () => {
  it.each([
    ['2024-01-02', '2024-01-04', ['2 Jan 2024', '3 Jan', '4 Jan']],
    [
      '2021-01-04',
      '2021-12-17',
      ['Feb 2021', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
    ],
    ['2023-11-15', '2024-02-15', ['27 Nov 2023', '11 Dec', '25 Dec', '8 Jan 2024', '22 Jan', '5 Feb']],
    ['2010-06-01', '2022-06-01', many(2011, 2022)],
  ])('%s to %s', (from, to, labels) => {
    const ticks = dateTicks(at(from), at(to), 12, 'day');
    expect(ticks.map((tick) => [tick.label].flat().join(' '))).toEqual(labels);
  });

  it('never overlap, whatever the span', () => {
    for (let hours = 1; hours < 24 * 365 * 60; hours = Math.ceil(hours * 1.37)) {
      const from = at('2001-05-17T07:23:00Z');
      const to = from + hours * 3_600_000;
      const ticks = dateTicks(from, to, 12);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(12);
      const places = ticks.map((tick) => ({
        x: ((Number(tick.value) - from) / (to - from)) * 640,
        half: textWidth([tick.label].flat().sort((a, b) => b.length - a.length)[0] ?? '', 12) / 2,
      }));
      for (let i = 1; i < places.length; i++) {
        const [left, right] = [places[i - 1], places[i]];
        expect(left && right && left.x + left.half < right.x - right.half).toBe(true);
      }
    }
  });
});
