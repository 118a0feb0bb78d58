import { describe, expect, it } from 'vitest';
import { formatDate, formatLabels, formatTicks, formatValue, grainOf, NO_UNIT, unitOf } from './format.ts';

describe('one value', () => {
  it.each<[number, string | undefined, string]>([
    [0, undefined, '0'],
    [1234.5, undefined, '1,235'],
    [12_345, undefined, '12.3k'],
    [-12_345_678, undefined, '−12.3M'],
    [5.6e9, 'USD', '$5.6B'],
    [1.5, 'USD', '$1.50'],
    [0.5, '$', '$0.50'],
    [182, 'USD', '$182'],
    [-3.149, '%', '−3.15%'],
    [0.00001234, undefined, '1.23e-5'],
    [-0.0000001, 'x', '−1.00e-7x'],
    [42, 'CHF', '42'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(formatValue(value, unitOf(unit))).toBe(text);
  });
});

describe('ticks of one axis', () => {
  it.each<[number[], string | undefined, string[]]>([
    [[0, 0.5, 1, 1.5], undefined, ['0.0', '0.5', '1.0', '1.5']],
    [[0, 500, 1_000], undefined, ['0', '500', '1,000']],
    [[0, 5_000, 10_000], undefined, ['0', '5k', '10k']],
    [[-1e6, 0, 5e5, 1e6], 'EUR', ['−€1M', '€0', '€500k', '€1M']],
    [[1.5e9, 2e9, 2.5e9], '$', ['$1.5B', '$2.0B', '$2.5B']],
    [[97, 97.5, 98], 'USD', ['$97.00', '$97.50', '$98.00']],
    [[-10, 0, 10], '%', ['−10%', '0%', '10%']],
  ])('%j %s', (ticks, unit, labels) => {
    expect(formatTicks(ticks, unitOf(unit))).toEqual(labels);
  });
});

it('labels printed side by side share their decimals, those of the largest', () => {
  expect(formatLabels([46.62, 8.139, -0.664], unitOf('%'))).toEqual(['46.6%', '8.1%', '−0.7%']);
  expect(formatLabels([3, 12], NO_UNIT)).toEqual(['3', '12']);
  expect(formatLabels([4e9, 8e8], unitOf('USD'))).toEqual(['$4B', '$800M']);
});

it('a unit that is not written with the numbers is left for the title', () => {
  expect(unitOf('EUR m')).toEqual({ prefix: '', suffix: '', title: 'EUR m' });
  expect(unitOf('USD').title).toBe('');
});

describe('dates', () => {
  const day = (text: string) => Date.parse(text);
  it('are as fine as they have to be', () => {
    expect(grainOf([day('2020-01-01'), day('2021-01-01')])).toBe('year');
    expect(grainOf([day('2020-01-01'), day('2020-04-01')])).toBe('month');
    expect(grainOf([day('2020-01-01'), day('2020-04-02')])).toBe('day');
    expect(grainOf([day('2020-01-01')])).toBe('day');
    expect(grainOf([day('2020-01-01T09:30:00Z')])).toBe('time');
  });
  it('read as a person writes them', () => {
    expect(formatDate(day('2024-03-05'), 'day')).toBe('5 Mar 2024');
    expect(formatDate(day('2024-03-01'), 'month')).toBe('Mar 2024');
    expect(formatDate(day('2024-03-05T14:05:00Z'), 'time')).toBe('5 Mar 2024 14:05');
  });
});

it('a unit that is also a name of every object is only a unit', () => {
  expect(unitOf('valueOf')).toEqual({ prefix: '', suffix: '', title: 'valueOf' });
});
