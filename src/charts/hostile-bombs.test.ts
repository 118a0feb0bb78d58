/**
 * Specifications that look harmless and ask for very much: through the check and the drawing process, as create_chart
 * does. Each is refused, stopped, or drawn within the limits; the next picture is drawn as ever.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { Store } from '../agent/ports.ts';
import type { Chart } from '../agent/report.ts';
import { residentMb } from '../processes/memory.ts';
import type { Spec } from './chart.ts';
import { limits } from './limits.ts';
import { line } from './line.ts';
import { createRenderer } from './renderer.ts';
import { spec } from './spec.ts';

const renderer = createRenderer({ size: 3, store: { setBytes: async () => {} } as unknown as Store });
let peak = 0;
const watch = setInterval(() => {
  for (const pid of renderer.pids()) peak = Math.max(peak, residentMb(pid) ?? 0);
}, 25);
afterAll(async () => {
  clearInterval(watch);
  await renderer.close();
  expect(renderer.pids()).toEqual([]);
  console.info(`most memory of the drawing process: ${Math.round(peak)} MB`);
  // It may grow between two looks at it.
  expect(peak).toBeLessThan(limits.rssMb + 300);
});

const ROWS = Array.from({ length: 50 }, (_, n) => ({ n, v: n * n, name: `name ${n}`, at: '2024-01-02' }));
const x = { field: 'n', type: 'quantitative' };
const y = { field: 'v', type: 'quantitative' };
const bar = (more: Spec): Spec => ({ mark: 'bar', encoding: { x, y }, ...more });
const calculate = (expression: string): Spec => bar({ transform: [{ calculate: expression, as: 'z' }] });

/** Drawn, or the code of the error. */
async function outcomeOf(own: Spec): Promise<string> {
  try {
    const built = spec.build({ title: 'Own', rows: ROWS, options: { spec: own } });
    const chart: Chart = { kind: 'chart', type: 'spec', title: 'Own', alt: '', spec: built.spec, rows: [] };
    const image = await renderer.render(chart);
    expect(image.width * image.height).toBeLessThanOrEqual(limits.area * 4);
    return 'drawn';
  } catch (error) {
    return String((error as { code?: string }).code);
  }
}

const BOMBS: [string, Spec][] = [
  ['padding', calculate("length(pad('', 1e9, 'x', 'left'))")],
  ['a list that is doubled', calculate('length(sequence(0, 1e8))')],
  ['a list in a list', calculate('length(sequence(length(sequence(0, 1e5)) * 1e5))')],
  [
    'a regular expression of text',
    calculate("test(regexp('^(a+)+$'), 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')"),
  ],
  [
    'a replacement that grows',
    calculate("length(replace(pad('', 1e6, 'x', 'left'), regexp('x', 'g'), pad('', 1e3, 'y', 'left')))"),
  ],
  [
    'imputed keys',
    bar({ transform: [{ impute: 'v', key: 'n', keyvals: { start: 0, stop: 1e9 }, value: 0 }] }),
  ],
  [
    'narrow bins',
    bar({
      transform: [{ bin: { step: 1e-7 }, field: 'v', as: 'b' }],
      encoding: { x: { field: 'b', bin: 'binned' }, y },
    }),
  ],
  ['many bins', { mark: 'bar', encoding: { x: { ...x, bin: { maxbins: 1e9 } }, y: { aggregate: 'count' } } }],
  [
    'a fine density',
    {
      mark: 'area',
      transform: [{ density: 'v', steps: 1e9 }],
      encoding: { x: { field: 'value', type: 'quantitative' } },
    },
  ],
  ['fine quantiles', bar({ transform: [{ quantile: 'v', step: 1e-10 }] })],
  [
    'a polynomial of a high order',
    bar({ transform: [{ regression: 'v', on: 'n', method: 'poly', order: 1e6 }] }),
  ],
  ['ticks', bar({ encoding: { x: { ...x, axis: { tickCount: 1e9 } }, y } })],
  [
    'values of an axis',
    bar({ encoding: { x: { ...x, axis: { values: { expr: 'sequence(0, 1e8)' } } }, y } }),
  ],
  ['a wide step', bar({ width: { step: 1e9 }, encoding: { x: { field: 'name' }, y } })],
  ['thick strokes', bar({ mark: { type: 'line', strokeWidth: 1e12 } })],
  ['huge points', bar({ mark: { type: 'point', size: 1e15 } })],
  [
    'a huge font',
    bar({ mark: { type: 'text', fontSize: 1e9 }, encoding: { x, y, text: { field: 'name' } } }),
  ],
  ['a long title', bar({ title: 'x'.repeat(1_000_000) })],
  ['long labels', bar({ encoding: { x: { ...x, axis: { labelExpr: "pad('', 1e8, 'x', 'left')" } }, y } })],
  ['a wide domain', bar({ encoding: { x: { ...x, scale: { domain: [0, 1e300], nice: 1e9 } }, y } })],
  [
    'a domain of dates',
    bar({
      encoding: {
        x: {
          field: 'at',
          type: 'temporal',
          timeUnit: 'yearmonthdatehoursminutesseconds',
          scale: { domain: ['0001-01-01', '9999-12-31'] },
          axis: { tickCount: 'second' },
        },
        y,
      },
    }),
  ],
  ['padding of the picture', bar({ padding: 1e9 })],
  ['a negative size', bar({ width: -5, height: -5 })],
  ['a far offset', bar({ mark: { type: 'bar', xOffset: 1e300 } })],
  ['dashes', bar({ mark: { type: 'line', strokeDash: [1e-9, 1e-9] } })],
  [
    'a projection of the world',
    {
      mark: { type: 'geoshape' },
      data: { sphere: true },
      projection: { type: 'mercator', precision: 1e-12 },
    } as Spec,
  ],
  ['a fine graticule', { mark: 'geoshape', data: { graticule: { step: [1e-4, 1e-4] } } } as Spec],
  ['a font from elsewhere', bar({ config: { font: 'url(http://127.0.0.1:1/x.woff)' } })],
  [
    'a gradient',
    bar({
      mark: {
        type: 'bar',
        color: { gradient: 'linear', stops: new Array(1e5).fill({ offset: 0.5, color: 'red' }) },
      },
    }),
  ],
  ['a path of a shape', bar({ mark: { type: 'point', shape: `M0,0${'L1,1'.repeat(100_000)}Z` } })],
  ['folds', bar({ transform: new Array(20).fill({ fold: ['n', 'v', 'name', 'at'] }) })],
  ['flattened lists', bar({ transform: [{ calculate: 'sequence(0, 1e6)', as: 'l' }, { flatten: ['l'] }] })],
  [
    'windows',
    bar({
      transform: new Array(200).fill({ window: [{ op: 'mean', field: 'v', as: 'm' }], frame: [-1e9, 1e9] }),
    }),
  ],
  [
    'a lookup in itself',
    bar({ transform: [{ lookup: 'n', from: { data: { name: 'source_0' }, key: 'n', fields: ['v'] } }] }),
  ],
];

describe('a specification with', () => {
  it.each(BOMBS)(
    '%s costs at most the drawing process',
    { concurrent: true, timeout: 60_000 },
    async (_, own) => {
      const outcome = await outcomeOf(own);
      expect([
        'drawn',
        'refused',
        'bad_input',
        'no_data',
        'too_large',
        'time_limit',
        'memory_limit',
        'crashed',
      ]).toContain(outcome);
      const rows = [{ date: '2024-01-02', close: 1 }];
      const ordinary = line.build({ title: 'Ordinary', rows, options: {} }).spec;
      const chart: Chart = { kind: 'chart', type: 'line', title: 'T', alt: '', spec: ordinary, rows: [] };
      expect((await renderer.render(chart)).width).toBe(1_600);
    },
  );
});
