import { describe, expect, it } from 'vitest';
import { formatCell, formatNumber, type NumberFormat } from './format.ts';
import type { Cell } from './report.ts';

describe('formatNumber', () => {
  it.each<[number, NumberFormat, string]>([
    [1234.56, {}, '1,234.56'],
    [1234.5, {}, '1,234.50'],
    [7, {}, '7'],
    [12_345.678, {}, '12,345.7'],
    [123_456.78, {}, '123,457'],
    [1_234_567_890, {}, '1,234,567,890'],
    [0.012345, {}, '0.0123'],
    [0.5, {}, '0.5'],
    [-0.98765, {}, '-0.988'],
    [1.2e-9, {}, '1.2E-9'],
    [0, {}, '0'],
    [-0, {}, '0'],
    [12.34, { unit: '%' }, '12.3%'],
    [0.456, { unit: '%' }, '0.46%'],
    [0.0123, { unit: '%' }, '0.0123%'],
    [-4, { unit: '%' }, '-4%'],
    [3.14, { unit: '%', signed: true }, '+3.1%'],
    [-3.14, { unit: '%', signed: true }, '-3.1%'],
    [0, { unit: '%', signed: true }, '0%'],
    [-0.004, { unit: '%', digits: 1 }, '0.0%'],
    [-0.004, { unit: '%', digits: 1, signed: true }, '0.0%'],
    [1_234_567, { unit: 'USD' }, '$1.23M'],
    [1_200_000, { unit: 'USD' }, '$1.2M'],
    [-2_870_000_000_000, { unit: '$' }, '-$2.87T'],
    [1_234_567, { unit: 'USD', digits: 0 }, '$1,234,567'],
    [189.9, { unit: 'USD' }, '$189.90'],
    [0.0456, { unit: 'USD' }, '$0.0456'],
    [12.5, { unit: 'USD', signed: true }, '+$12.50'],
    [1500, { unit: 'JPY' }, '¥1,500'],
    [1.5, { unit: 'x' }, '1.50x'],
    [1.5, { unit: 'x', digits: 1 }, '1.5x'],
    [12, { unit: 'days' }, '12 days'],
    [2.345, { unit: 'pp', digits: 1, signed: true }, '+2.3 pp'],
    [Number.NaN, {}, '–'],
    [Number.POSITIVE_INFINITY, { unit: '%' }, '–'],
  ])('%d with %o is %s', (value, format, text) => {
    expect(formatNumber(value, format)).toBe(text);
  });
});

describe('formatCell', () => {
  it.each<[Cell, NumberFormat, string]>([
    ['2022-12-29', { unit: 'USD', digits: 2 }, '2022-12-29'],
    ['AAPL', {}, 'AAPL'],
    ['12.5', { digits: 0 }, '12.5'],
    [null, { unit: '%' }, '–'],
    ['', {}, '–'],
    [true, {}, 'yes'],
    [false, {}, 'no'],
    [12.345, { unit: '%', digits: 2 }, '12.35%'],
  ])('%o with %o is %s', (value, format, text) => {
    expect(formatCell(value, format)).toBe(text);
  });
});

it('a unit that is also a name of every object is only a unit', () => {
  expect(formatNumber(1.5, { unit: 'valueOf' })).toBe('1.50 valueOf');
});
