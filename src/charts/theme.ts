/**
 * How every chart looks, in Slack's light and dark mode alike: an own, solid, near-white ground, quiet grid,
 * one bundled font, and colours that stay apart for the colour-blind (after Okabe and Ito 2008, darkened until
 * each has a contrast of 3:1 on the ground).
 */
import type { ChartRequest, Spec } from './chart.ts';
import { textWidth, wrap } from './text.ts';
import type { Tick } from './ticks.ts';

export const FONT = 'Inter';
export const GROUND = '#FCFCFD';
export const INK = '#1F2430';
export const MUTED = '#5E6573';
export const FAINT = '#8A909C';
const GRID = '#E6E8EC';
const ZERO_LINE = '#8A909C';

/** The first eight are told apart at a glance; the rest are their tints, for bars and areas with many series. */
export const PALETTE: readonly string[] = [
  '#0068B3',
  '#D4570A',
  '#00886B',
  '#B1478F',
  '#A87900',
  '#2F93C8',
  '#7B3F1D',
  '#5A5E96',
  '#7FB3D9',
  '#EAAB85',
  '#7FC3B5',
  '#D8A3C7',
  '#D3BC7F',
  '#97C9E3',
  '#BD9F8E',
  '#ACAECA',
];
/** Strong colours in PALETTE. */
export const STRONG = 8;
export const RISE = '#00886B';
export const FALL = '#D4570A';
export const OTHER = '#B4B8C0';

/** Logical pixels; the picture has twice as many each way. */
export const WIDTH = 800;
export const HEIGHT = 400;
export const PADDING = { left: 20, top: 18, right: 22, bottom: 16 };
const TITLE_SIZE = 19;
const SUBTITLE_SIZE = 13;
export const LABEL_SIZE = 12;

export const CONFIG: Spec = {
  // Descriptions of every mark, for SVG only, are half of the time that a chart takes.
  aria: false,
  font: FONT,
  background: GROUND,
  view: { stroke: null },
  axis: {
    labelColor: MUTED,
    labelFontSize: LABEL_SIZE,
    labelFont: FONT,
    labelPadding: 6,
    labelLineHeight: 15,
    titleColor: MUTED,
    titleFont: FONT,
    titleFontSize: LABEL_SIZE,
    titleFontWeight: 'normal',
    titlePadding: 10,
    gridColor: GRID,
    gridWidth: 1,
    domainColor: FAINT,
    tickColor: FAINT,
    tickSize: 5,
  },
  legend: {
    orient: 'top',
    direction: 'horizontal',
    title: null,
    labelColor: INK,
    labelFont: FONT,
    labelFontSize: LABEL_SIZE,
    labelLimit: 200,
    titleColor: MUTED,
    titleFont: FONT,
    titleFontSize: LABEL_SIZE,
    titleFontWeight: 'normal',
    symbolType: 'circle',
    symbolSize: 90,
    symbolStrokeWidth: 0,
    symbolOpacity: 1,
    columnPadding: 18,
    rowPadding: 4,
    offset: 14,
  },
  title: {
    anchor: 'start',
    frame: 'bounds',
    color: INK,
    font: FONT,
    fontSize: TITLE_SIZE,
    fontWeight: 'bold',
    lineHeight: 24,
    subtitleColor: MUTED,
    subtitleFont: FONT,
    subtitleFontSize: SUBTITLE_SIZE,
    subtitleLineHeight: 18,
    subtitlePadding: 5,
    offset: 18,
  },
  header: { labelColor: INK, labelFont: FONT, labelFontSize: LABEL_SIZE, titleColor: MUTED, titleFont: FONT },
  text: { font: FONT, fontSize: LABEL_SIZE, color: INK },
  range: { category: [...PALETTE] },
  line: { strokeWidth: 2.25, strokeJoin: 'round', strokeCap: 'round' },
  mark: { color: PALETTE[0] },
};

export interface FrameOptions {
  height?: number;
  /** Said in the subtitle after what the caller said: "monthly candles". */
  note?: string;
}

/** The top level of a specification: size, ground, title, theme. The rest (layers, encoding) is `content`. */
export function frame({ title, options }: ChartRequest, content: Spec, more: FrameOptions = {}): Spec {
  const room = WIDTH - PADDING.left - PADDING.right;
  const subtitle = [options.subtitle, more.note].filter(Boolean).join(' · ');
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: WIDTH,
    height: more.height ?? HEIGHT,
    autosize: { type: 'fit', contains: 'padding' },
    padding: PADDING,
    background: GROUND,
    title: {
      text: wrap(title, room * 0.96, TITLE_SIZE),
      ...(subtitle === '' ? {} : { subtitle: wrap(subtitle, room, SUBTITLE_SIZE) }),
    },
    ...content,
    config: CONFIG,
  };
}

/** Pixels between the first and the last tick of a vertical axis, about: enough to place labels by. */
export function plotHeight(
  { title, options }: ChartRequest,
  more: FrameOptions & { legend?: boolean } = {},
): number {
  const room = WIDTH - PADDING.left - PADDING.right;
  const titleLines = wrap(title, room * 0.96, TITLE_SIZE).length;
  const subtitle = [options.subtitle, more.note].filter(Boolean).join(' · ');
  const subtitleLines = subtitle === '' ? 0 : wrap(subtitle, room, SUBTITLE_SIZE).length;
  const above = PADDING.top + titleLines * 24 + subtitleLines * 18 + 40 + (more.legend ? 30 : 0);
  return (more.height ?? HEIGHT) - above - PADDING.bottom - 38;
}

/** Axis properties for ticks that we chose. The labels are literals: nothing is computed when drawing. */
export function tickAxis(ticks: readonly Tick[]): Spec {
  const values = ticks.map((tick) => tick.value);
  const numeric = values.every((value) => typeof value === 'number');
  const labels = JSON.stringify(ticks.map((tick) => tick.label));
  return {
    values,
    labelExpr: `${labels}[indexof(${JSON.stringify(values)}, ${numeric ? '+' : ''}datum.value)]`,
    labelOverlap: false,
    labelFlush: false,
  };
}

/** A vertical axis of values: grid lines, a stronger line at zero, its title flush left above the plot. */
export function valueAxis(ticks: readonly Tick[], title: string): Spec {
  const crosses = ticks.some(({ value }) => Number(value) < 0);
  return {
    ...tickAxis(ticks),
    ...(title === ''
      ? { title: null }
      : {
          title,
          titleAngle: 0,
          titleAlign: 'left',
          titleAnchor: 'end',
          titleBaseline: 'bottom',
          titleX: 0,
          titleY: -9,
        }),
    domain: false,
    ticks: false,
    labelPadding: 8,
    grid: true,
    gridColor: crosses ? { condition: { test: 'datum.value === 0', value: ZERO_LINE }, value: GRID } : GRID,
  };
}

/** A horizontal axis below the plot. */
export function baseAxis(ticks: readonly Tick[], title: string): Spec {
  return { ...tickAxis(ticks), title: title === '' ? null : title, grid: false, labelAngle: 0 };
}

/** Colour of each series: the palette in order. */
export function seriesScale(series: readonly string[]): { domain: string[]; range: string[] } {
  return { domain: [...series], range: series.map((_, i) => PALETTE[i % PALETTE.length] ?? OTHER) };
}

export function titleWithUnit(label: string, unit: string): string {
  if (unit === '') return label;
  return label === '' ? unit : `${label} (${unit})`;
}

/** Above the plot and the title of its vertical axis, in as many rows as the names need. */
export function legend(series: readonly string[], titled = true): Spec {
  const entry = Math.min(200, Math.max(...series.map((name) => textWidth(name, LABEL_SIZE)))) + 38;
  return {
    columns: Math.max(1, Math.min(series.length, Math.floor((WIDTH - 60) / entry))),
    offset: titled ? 30 : 14,
  };
}
