/**
 * (d) A picture from our renderer (child process, an encoder of our own, kept in the store) against the same
 * specification drawn in this process by vega and encoded by @napi-rs/canvas.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { type Canvas, GlobalFonts } from 'canvas';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Chart, Row } from '../../src/agent/report.ts';
import type { ChartOptions } from '../../src/charts/chart.ts';
import { CHART_TYPES } from '../../src/charts/index.ts';
import { type ChartRenderer, createRenderer } from '../../src/charts/renderer.ts';
import { createStore } from '../../src/store/store.ts';
import { lcg, prices } from '../harness/data.ts';
import { interleave } from '../harness/interleave.ts';
import type { Finding, Item } from '../harness/item.ts';
import { median, p95, pairedRatio } from '../harness/stats.ts';

const SCALE = 2;
const MOST_BLOCKED_MS = 20;

const isoDate = (ms: number) => new Date(ms).toISOString().slice(0, 10);

const random = lcg(7);
const REQUESTS: { name: string; type: string; rows: Row[]; options: ChartOptions }[] = [
  {
    name: 'line 3 × 250',
    type: 'line',
    rows: ['A', 'B', 'C'].flatMap((ticker, i) =>
      prices(250, i).map(([ms, close]) => ({ ticker, date: isoDate(ms), close })),
    ),
    options: { x: 'date', y: 'close', series: 'ticker' },
  },
  {
    name: 'bar 8',
    type: 'bar',
    rows: Array.from({ length: 8 }, (_, i) => ({ ticker: `T${i}`, value: 5 + i * 3 })),
    options: { unit: '%' },
  },
  {
    name: 'candlestick 250',
    type: 'candlestick',
    rows: prices(250, 4).map(([ms, close]) => ({
      date: isoDate(ms),
      open: close * (0.99 + random() / 50),
      high: close * 1.02,
      low: close * 0.98,
      close,
    })),
    options: {},
  },
  {
    name: 'heat 50 × 50',
    type: 'heatmap',
    rows: Array.from({ length: 2_500 }, (_, i) => ({
      a: `A${Math.floor(i / 50)}`,
      b: `B${i % 50}`,
      corr: random() * 2 - 1,
    })),
    options: {},
  },
  {
    name: 'scatter 5,000',
    type: 'scatter',
    rows: Array.from({ length: 5_000 }, () => ({ risk: random() * 40, gain: random() * 30 - 10 })),
    options: { x: 'risk', y: 'gain', unit: '%' },
  },
];

export const charts: Item = {
  name: 'charts',
  title: 'd  charts as PNG, against vega and the encoder of @napi-rs/canvas in process',
  async run() {
    for (const file of ['Inter-Regular.woff2', 'Inter-Bold.woff2']) {
      GlobalFonts.registerFromPath(
        fileURLToPath(import.meta.resolve(`../../src/charts/fonts/${file}`)),
        'Inter',
      );
    }
    const store = createStore('memory:');
    const renderer = createRenderer({ size: 1, store });
    try {
      const specs = REQUESTS.map((request) => ({ name: request.name, chart: toChart(request) }));
      const findings: Finding[] = [];
      for (const { name, chart } of specs) findings.push(...(await compare(name, chart, renderer)));
      findings.push(
        await longestBlock(
          specs.map(({ chart }) => chart),
          renderer,
        ),
      );
      return findings;
    } finally {
      await renderer.close();
      await store.close();
    }
  },
};

function toChart({ name, type, rows, options }: (typeof REQUESTS)[number]): Chart {
  const chartType = CHART_TYPES.find(({ names }) => names.includes(type));
  if (!chartType) throw new Error(`no chart type ${type}`);
  const { spec } = chartType.build({ title: name, rows, options });
  return { kind: 'chart', type, title: name, alt: '', spec, rows: [] };
}

async function compare(name: string, chart: Chart, renderer: ChartRenderer): Promise<Finding[]> {
  const { own, inProcess } = await interleave(
    [
      { name: 'own', prepare: () => () => renderer.render(chart) },
      { name: 'inProcess', prepare: () => () => drawHere(chart) },
    ],
    { warmUp: 4, rounds: 30 },
  );
  return [
    { what: `${name}: ours`, value: median(own), p95: p95(own), unit: 'ms' },
    { what: `${name}: in process`, value: median(inProcess), p95: p95(inProcess), unit: 'ms' },
    { what: `${name}: ours / in process`, value: pairedRatio(own, inProcess), unit: 'x', atMost: 0.6 },
  ];
}

async function drawHere({ spec }: Chart): Promise<Uint8Array> {
  const view = new vega.View(vega.parse(compile(spec as unknown as TopLevelSpec).spec), { renderer: 'none' });
  const canvas = (await view.toCanvas(SCALE)) as unknown as Canvas;
  view.finalize();
  return canvas.encode('png');
}

/** How long anything else in this process had to wait while pictures were drawn, one after the other. */
async function longestBlock(drawn: Chart[], renderer: ChartRenderer): Promise<Finding> {
  const longest: number[] = [];
  for (let round = 0; round < 10; round++) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (const chart of drawn) await renderer.render(chart);
    delay.disable();
    longest.push(delay.max / 1e6);
  }
  return {
    what: 'event loop blocked at the longest',
    value: median(longest),
    p95: p95(longest),
    unit: 'ms',
    atMost: MOST_BLOCKED_MS,
    note: 'all five pictures, of which the longest wait; median of 10 rounds',
  };
}
