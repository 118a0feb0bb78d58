import { describe, expect, it } from 'vitest';
import type { ToolContext } from '../agent/tool.ts';
import { STATISTICS_TOOLS } from './statistics.ts';

/** As a program's call arrives: positional, undefined as null. Statistics touch nothing of the context. */
function call(name: string, ...args: unknown[]): unknown {
  const tool = STATISTICS_TOOLS.find((t) => t.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  return tool.run(tool.parse(args), {} as ToolContext);
}

it('are all inline and documented', () => {
  expect(STATISTICS_TOOLS.map(({ name }) => name)).toEqual([
    'calculate_statistics',
    'calculate_returns',
    'index_series',
    'annualised_volatility',
    'max_drawdown',
    'sharpe_ratio',
    'correlation',
    'beta',
    'moving_average',
  ]);
  for (const tool of STATISTICS_TOOLS) {
    expect(tool.durable).toBe(false);
    expect(tool.description.length).toBeGreaterThan(80);
  }
});

describe('nulls from SQL', () => {
  it('are skipped and counted', () => {
    expect(call('calculate_statistics', [null, 1, 2, null, 3])).toMatchObject({
      count: 3,
      nulls: 2,
      mean: 2,
    });
  });

  it('are skipped in returns, such as the first row of LAG', () => {
    const returns = [0.01, -0.02, 0.03];
    expect(call('annualised_volatility', [null, ...returns])).toBe(call('annualised_volatility', returns));
    expect(call('sharpe_ratio', [null, ...returns], 0.02)).toBe(call('sharpe_ratio', returns, 0.02));
  });

  it('take their pair with them', () => {
    expect(call('correlation', [null, 1, 2, 9, 4], [5, 2, 4, null, 8])).toBeCloseTo(1, 15);
    expect(call('beta', [null, 1, 2, 9, 4], [5, 2, 4, null, 8])).toBeCloseTo(0.5, 15);
  });

  it('do not hide lists of different lengths', () => {
    expect(() => call('correlation', [1, 2, 3], [1, 2, 3, null])).toThrow('these have 3 and 4 values');
  });

  it('are refused in prices, naming the place', () => {
    expect(() => call('calculate_returns', [1, null, 2])).toThrow(
      'values[1]: expected number, received null',
    );
    expect(() => call('moving_average', [1, null, 2], 2)).toThrow(
      'values[1]: expected number, received null',
    );
  });
});

describe('defaults', () => {
  it('are simple returns, base 100, 252 periods and no risk-free rate', () => {
    expect(call('calculate_returns', [100, 110])).toEqual([110 / 100 - 1]);
    expect(call('calculate_returns', [100, 110], 'log')).toEqual([Math.log(1.1)]);
    expect(call('index_series', [50, 60], null)).toEqual([100, 120]);
    expect(call('annualised_volatility', [0.01, 0.03])).toBeCloseTo(Math.sqrt(0.0002 * 252), 12);
    expect(call('annualised_volatility', [0.01, 0.03], 12)).toBeCloseTo(Math.sqrt(0.0002 * 12), 12);
    expect(call('sharpe_ratio', [0.01, 0.03])).toBeCloseTo((0.02 / Math.sqrt(0.0002)) * Math.sqrt(252), 12);
  });
});

describe('bad input', () => {
  it.each<[string, unknown[], string]>([
    ['calculate_statistics', [[1, 'x', 3]], 'values[1]: expected number, received string'],
    ['calculate_statistics', [[{ close: 1 }]], 'values[0]: expected number, received object'],
    ['calculate_statistics', ['1,2,3'], 'values: expected array, received string'],
    ['calculate_statistics', [[null, null]], 'at least 1 value, got 0'],
    ['annualised_volatility', [[null, 0.1]], 'at least 2 values, got 1'],
    ['annualised_volatility', [[0.1, 0.2], -1], 'periodsPerYear'],
    ['moving_average', [[1, 2, 3], 0], 'window'],
    ['moving_average', [[1, 2, 3], 1.5], 'window: expected int'],
    ['moving_average', [[1, 2, 3], 4], 'The window (4) is longer than the series (3 values).'],
    ['calculate_returns', [[1, 2], 'geometric'], 'kind'],
    ['max_drawdown', [new Array(50_001).fill(1)], '50000'],
  ])('%s', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(
      expect.objectContaining({ code: 'bad_input', message: expect.stringContaining(message) }),
    );
  });
});
