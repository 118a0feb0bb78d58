import type { Canvas } from 'canvas';
import * as vega from 'vega';
import { expect, it } from 'vitest';
import { drawPlainMarksQuickly } from './marks.ts';

const many = Array.from({ length: 300 }, (_, i) => ({
  x: (i * 37.31) % 180,
  y: (i * 17.77) % 90,
  n: i % 5,
  colour: ['red', '#00f', 'rgb(1,200,3)'][i % 3],
}));
const place = { x: { field: 'x' }, y: { field: 'y' } };
const MARKS: [string, string, object][] = [
  ['dots', 'symbol', { size: { value: 30 }, fill: { field: 'colour' }, fillOpacity: { value: 0.4 } }],
  [
    'dots of the default size, some transparent',
    'symbol',
    { fill: { value: 'red' }, opacity: { field: 'n' } },
  ],
  ['dots with a line around', 'symbol', { fill: { value: 'red' }, stroke: { value: 'blue' } }],
  ['squares', 'symbol', { shape: { value: 'square' }, fill: { value: 'red' } }],
  ['rectangles', 'rect', { width: { value: 7.3 }, height: { field: 'n' }, fill: { field: 'colour' } }],
  [
    'rounded rectangles',
    'rect',
    { width: { value: 9 }, height: { value: 9 }, fill: { value: 'red' }, cornerRadius: { value: 3 } },
  ],
  [
    'rectangles that nothing fills',
    'rect',
    { width: { value: 9 }, height: { value: 9 }, fill: { value: null } },
  ],
];

async function pixels(type: string, update: object): Promise<Buffer> {
  const spec = {
    width: 200,
    height: 100,
    background: 'white',
    data: [{ name: 'rows', values: many }],
    marks: [{ type, from: { data: 'rows' }, encode: { update: { ...place, ...update } } }],
  } as vega.Spec;
  const canvas = await new vega.View(vega.parse(spec), { renderer: 'none' }).toCanvas(2);
  return (canvas as unknown as Canvas).data();
}

it('draws the same pixels as Vega, of plain marks and of others', async () => {
  const theirs = await Promise.all(MARKS.map(([, type, update]) => pixels(type, update)));
  drawPlainMarksQuickly();
  for (const [i, [name, type, update]] of MARKS.entries())
    expect([name, Buffer.compare(await pixels(type, update), theirs[i] ?? Buffer.alloc(0))]).toEqual([
      name,
      0,
    ]);
});
