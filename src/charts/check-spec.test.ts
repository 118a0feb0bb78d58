import { describe, expect, it } from 'vitest';
import { LIMITS } from '../agent/limits.ts';
import type { Row } from '../agent/report.ts';
import type { Spec } from './chart.ts';
import { spec } from './spec.ts';

const ROWS: Row[] = [
  { month: 'Jan', ret: 1.2, 'constructor process': 1 },
  { month: 'Feb', ret: -0.4, 'constructor process': 2 },
];
const x = { field: 'ret', type: 'quantitative' };
const draw = (own: Spec, rows: Row[] = ROWS) => spec.build({ title: 'Own', rows, options: { spec: own } });
const calculate = (expression: string): Spec => ({
  mark: 'bar',
  transform: [{ calculate: expression, as: 'z' }],
  encoding: { x },
});
const nested = (depth: number): Spec => (depth === 0 ? { mark: 'bar' } : { layer: [nested(depth - 1)] });

describe('refused or too large, and told where', () => {
  it.each<[string, Spec, string, string]>([
    ['a data url', { data: { url: 'data.csv' }, mark: 'bar' }, 'refused', 'options.spec.data.url'],
    [
      'a data url in a layer',
      { layer: [{ data: { url: 'http://x' }, mark: 'bar' }] },
      'refused',
      'layer[0].data.url',
    ],
    [
      'a lookup from a url',
      { mark: 'bar', transform: [{ lookup: 'a', from: { data: { url: 'x' }, key: 'a' } }] },
      'refused',
      'from.data.url',
    ],
    ['a named data set with a url', { datasets: { a: { url: 'x' } }, mark: 'bar' }, 'refused', 'url'],
    ['an image mark', { mark: 'image', encoding: { x } }, 'refused', 'image'],
    ['an image mark as an object', { mark: { type: 'image' }, encoding: { x } }, 'refused', 'image'],
    ['an url channel', { mark: 'bar', encoding: { x, url: { field: 'month' } } }, 'refused', 'url'],
    ['a link', { mark: 'bar', encoding: { x, href: { value: 'javascript:alert(1)' } } }, 'refused', 'href'],
    [
      'a link on the mark',
      { mark: { type: 'bar', href: 'javascript:alert(1)' }, encoding: { x } },
      'refused',
      'href',
    ],
    ['constructor', calculate("datum.ret.constructor.constructor('return 1')()"), 'refused', 'constructor'],
    ['constructor by parts of a name', calculate("datum['__proto__']"), 'refused', '__proto__'],
    ['an escaped name', calculate("datum['\\u0063onstructor']"), 'refused', 'escape'],
    ['the clock', calculate('now()'), 'refused', 'now'],
    [
      'an expression in a condition',
      { mark: 'bar', encoding: { x, color: { condition: { test: 'process', value: 'red' } } } },
      'refused',
      'process',
    ],
    [
      'an expression in a parameter',
      { params: [{ name: 'p', expr: 'globalThis' }], mark: 'bar' },
      'refused',
      'globalThis',
    ],
    [
      'a polluting key',
      JSON.parse('{"mark": "bar", "config": {"__proto__": {"a": 1}}}'),
      'refused',
      '__proto__',
    ],
    ['a long expression', calculate(`1${'+1'.repeat(600)}`), 'too_large', 'expression'],
    ['a long sequence', { data: { sequence: { start: 0, stop: 1e8 } }, mark: 'bar' }, 'too_large', 'points'],
    [
      'an endless sequence',
      { data: { sequence: { start: 0, stop: 1e8, step: 0 } }, mark: 'bar' },
      'bad_input',
      'sequence',
    ],
    [
      'too many points of its own',
      { data: { values: new Array(LIMITS.chartPoints + 1).fill({}) }, mark: 'bar' },
      'too_large',
      'points',
    ],
    ['many layers', { layer: new Array(61).fill({ mark: 'bar' }) }, 'too_large', 'views'],
    [
      'many repetitions',
      {
        repeat: { row: new Array(10).fill('ret'), column: new Array(10).fill('ret') },
        spec: { mark: 'bar' },
      },
      'too_large',
      'views',
    ],
    ['deep nesting', nested(40), 'too_large', 'nested'],
    ['a wide picture', { width: 1e6, mark: 'bar' }, 'too_large', 'width'],
    ['a Vega specification', { marks: [] }, 'bad_input', 'Vega-Lite'],
  ])('%s', (_, own, code, message) => {
    expect(() => draw(own)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it('many facets', () => {
    const rows = Array.from({ length: 61 }, (_, i) => ({ r: i, ret: 1 }));
    expect(() => draw({ mark: 'bar', encoding: { x, row: { field: 'r' } } }, rows)).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    );
  });
  it('no specification, no rows', () => {
    expect(() => spec.build({ title: 'T', rows: ROWS, options: {} })).toThrow(
      expect.objectContaining({ code: 'bad_input' }),
    );
    expect(() => draw({ mark: 'bar' }, [])).toThrow(expect.objectContaining({ code: 'no_data' }));
  });
});

describe('an honest specification', () => {
  it('gets the rows, the size, the title and the theme, its own configuration on top', () => {
    const made = draw({
      mark: 'bar',
      encoding: { x },
      config: { axis: { labelAngle: 45 } },
      title: 'Theirs',
    }).spec;
    expect(made).toMatchObject({ data: { values: ROWS }, width: 800, height: 400, title: { text: ['Own'] } });
    expect(made.config).toMatchObject({ axis: { labelAngle: 45, labelFont: 'Inter' } });
  });
  it('keeps data of its own, also with words in it that are forbidden in expressions', () => {
    const values = [{ name: 'constructor', url: 'https://example.org' }];
    expect(draw({ data: { values }, mark: 'bar' }, []).spec).toMatchObject({ data: { values } });
  });
  it('may compute and filter', () => {
    const transform = [{ calculate: 'abs(datum.ret) * 2', as: 'z' }, { filter: "datum.month !== 'Mar'" }];
    expect(draw({ mark: 'bar', transform, encoding: { x } }).outline).toBe('own specification, 2 rows');
  });
});
