import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../agent/ports.ts';
import type { Chart, Image, Row } from '../agent/report.ts';
import { createPool } from '../processes/pool.ts';
import type { ChartOptions, Spec } from './chart.ts';
import { CHART_TYPES } from './index.ts';
import type { Drawn } from './png.ts';
import { type ChartRenderer, createRenderer } from './renderer.ts';

const kept = new Map<string, Uint8Array>();
const store = {
  setBytes: async (key: string, bytes: Uint8Array) => void kept.set(key, bytes),
} as unknown as Store;
let renderer: ChartRenderer;

beforeAll(() => {
  renderer = createRenderer({ size: 1, store });
});
afterAll(async () => {
  await renderer.close();
  expect(renderer.pids()).toEqual([]);
});

function chart(type: string, rows: Row[], options: ChartOptions = {}): Chart {
  const found = CHART_TYPES.find((candidate) => candidate.names.includes(type));
  const { spec, summary } = found?.build({ title: 'Title', rows, options }) ?? { spec: {}, summary: '' };
  return { kind: 'chart', type, title: 'Title', alt: summary, spec, rows };
}

const own = (spec: Spec): Chart => ({ kind: 'chart', type: 'spec', title: 'T', alt: '', spec, rows: [] });
const day = (n: number) => new Date(Date.UTC(2020, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);
const many = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Colours of a picture that are not shades of grey, by how many pixels they have. */
async function colours(image: Image): Promise<Map<string, number>> {
  const bytes = kept.get(image.key);
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const counts = new Map<string, number>();
  for (let at = 0; at < data.length; at += info.channels) {
    const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
    if (Math.max(r, g, b) - Math.min(r, g, b) < 40) continue;
    const key = [r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const BLUE = '0068b3';
const wide = (count: number): Row[] =>
  many(count).map((i) => ({ date: day(i), A: 100 + Math.sin(i / 9), B: 101 + Math.cos(i / 9) }));
const ohlc = (count: number): Row[] =>
  many(count).map((i) => ({ date: day(i), open: 10, high: 14, low: 8, close: i % 2 ? 9 : 12 }));
const EXAMPLES: [string, Row[], Row[], ChartOptions, string][] = [
  ['line', wide(3), wide(1_500), {}, BLUE],
  ['area', wide(3), wide(1_500), {}, BLUE],
  ['bar', wide(3), many(3_000).map((i) => ({ date: day(i), n: Math.sin(i) })), {}, BLUE],
  ['scatter', wide(3), many(3_000).map((i) => ({ a: i, b: Math.sin(i) })), { x: undefined }, BLUE],
  ['histogram', wide(3), many(3_000).map((i) => ({ n: Math.sin(i) })), {}, BLUE],
  [
    'heatmap',
    [{ t: 'a', a: 1, b: -1 }],
    many(3_000).map((i) => ({ a: `a${i % 60}`, b: `b${Math.floor(i / 60)}`, n: i - 1_500 })),
    {},
    '',
  ],
  ['pie', [{ t: 'a', n: 1 }], many(300).map((i) => ({ t: `t${i}`, n: i })), {}, ''],
  [
    'donut',
    [{ a: 2, b: 1 }].map((row) => ({ ...row, date: '2024-01-01' })),
    many(30).map((i) => ({ t: `t${i}`, n: i })),
    {},
    '',
  ],
  ['candlestick', ohlc(3), ohlc(3_000), {}, '00886b'],
];

describe.each(EXAMPLES)('%s', (type, few, lots, options, colour) => {
  it.each([
    ['few', few],
    ['many', lots],
  ])('draws %s points', async (_, rows) => {
    const image = await renderer.render(chart(type, rows, options));
    expect(image.width).toBe(1_600);
    expect(image.bytes).toBe(kept.get(image.key)?.byteLength);
    const found = await colours(image);
    const drawn =
      colour === ''
        ? Math.max(...found.values())
        : [...found.entries()].filter(([c]) => close(c, colour)).length;
    expect(drawn).toBeGreaterThan(0);
  });
});

function close(a: string, b: string): boolean {
  const parts = (text: string) => [0, 2, 4].map((i) => Number.parseInt(text.slice(i, i + 2), 16));
  const [left, right] = [parts(a), parts(b)];
  return left.every((part, i) => Math.abs(part - (right[i] ?? 0)) < 70);
}

it('a single value is a visible dot', async () => {
  const found = await colours(await renderer.render(chart('line', [{ date: '2024-03-01', close: 182.5 }])));
  expect(found.get(BLUE)).toBeGreaterThan(40);
});

it('a null is a gap, and what stands alone between gaps is a dot', async () => {
  const rows = (middle: number | null) =>
    many(40).map((i) => ({ date: day(i), v: i > 10 && i < 30 ? (i === 20 ? middle : null) : 5 }));
  const count = async (middle: number | null) =>
    (await colours(await renderer.render(chart('line', rows(middle))))).get(BLUE) ?? 0;
  const [without, alone] = [await count(null), await count(5)];
  const full =
    (
      await colours(
        await renderer.render(
          chart(
            'line',
            many(40).map((i) => ({ date: day(i), v: 5 })),
          ),
        ),
      )
    ).get(BLUE) ?? 0;
  expect(without).toBeLessThan(full * 0.6);
  expect(alone).toBeGreaterThan(without + 40);
});

it('draws names that mean something to JavaScript or Vega', async () => {
  const names = ['constructor', 'toString', '__proto__', 'a\u2028b', `a'b"c\\`, 'datum.x', 'signal', '日本'];
  for (const type of ['bar', 'heatmap', 'pie', 'line']) {
    const rows = names.flatMap((name, i) => [
      { name, other: 'a', n: i + 1 },
      { name, other: 'toString', n: i + 2 },
    ]);
    const few = type === 'pie' ? rows.filter((row) => row.other === 'a') : rows;
    expect((await renderer.render(chart(type, few))).bytes).toBeGreaterThan(1_000);
  }
});

it('the same chart is the same bytes, in another process too', async () => {
  const one = chart('line', wide(250), { subtitle: 'twice' });
  const first = await renderer.render(one);
  const other = createRenderer({ size: 1, store });
  expect(await other.render(one)).toEqual(first);
  await other.close();
});

it('needs no font of the system: text has pixels, the same ones, without any', async () => {
  const spec = own({
    width: 300,
    height: 60,
    background: '#fff',
    data: { values: [{}] },
    mark: { type: 'text', text: 'Größe → Σ 12,3 €', fontSize: 30, font: 'Inter', color: '#ff0000' },
  });
  const pool = createPool({
    name: 'chart',
    script: new URL('./png.ts', import.meta.url),
    size: 1,
    rssLimitMb: 600,
    queueLimit: 1,
    env: { DISABLE_SYSTEM_FONTS_LOAD: '1' },
  });
  const bare = await pool.run<Drawn>(JSON.stringify(spec.spec), { wallMs: 10_000 });
  await pool.close();
  const image = await renderer.render(spec);
  expect(Buffer.compare(bare.png, kept.get(image.key) ?? new Uint8Array())).toBe(0);
  expect((await colours(image)).get('ff0000')).toBeGreaterThan(500);
});

it('the parent neither compiles nor draws', () => {
  const source = readFileSync(new URL('./renderer.ts', import.meta.url), 'utf8');
  expect(source).not.toMatch(/from '(vega|vega-lite|canvas|sharp)'/);
});
