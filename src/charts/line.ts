/** Lines over time, numbers or categories. Nulls are gaps; a value between two gaps is a dot. */

import { AnalystError } from '../agent/errors.ts';
import type { ChartRequest, ChartType, Drawing, Spec } from './chart.ts';
import { forDrawing, readable, unitOf } from './format.ts';
import { type EndLabel, endLabels, LABEL_GAP } from './labels.ts';
import { type Point, refuseRepeats, toPoints } from './points.ts';
import { describeSeries, outline } from './summary.ts';
import { FAINT, frame, OTHER, PALETTE, plotHeight, STRONG, titleWithUnit, valueAxis } from './theme.ts';
import { logScale, numberScale, numberTicks } from './ticks.ts';
import { horizontal } from './x-axis.ts';

const DOTS_UP_TO = 14; // points of a series that are marked one by one

export const line: ChartType = { names: ['line'], build };

function build(request: ChartRequest): Drawing {
  const data = toPoints(request, ['date', 'number', 'text']);
  refuseRepeats(data, Object.keys(request.rows[0] ?? {}));
  const { options } = request;
  const unit = unitOf(options.unit);
  const values = data.points.flatMap((point) => point.y ?? []);
  if (options.log && values.some((value) => value <= 0)) {
    throw new AnalystError('bad_input', 'A logarithmic axis needs values above zero.');
  }
  const scale = options.log ? logScale(values) : numberScale(values, 'near');
  const toAxis = options.log ? Math.log10 : (value: number) => value;
  const fromAxis = (y: number) => (options.log ? 10 ** y : y);
  const domain: [number, number] = [toAxis(scale.domain[0]), toAxis(scale.domain[1])];

  const x = horizontal(data, options.xLabel);
  const sorted = x.order(data.points);
  const ends = lastValues(sorted, data.series);
  const colors = colorsOf(data.series, ends);
  const height = plotHeight(request);
  const labels = labelsOf(data.series, ends, colors, toAxis, Math.floor(height / LABEL_GAP));
  const yTitle = titleWithUnit(options.yLabel ?? readable(data.yName ?? ''), unit.title);
  const many = data.series.length > STRONG;
  const layers: Spec[] = [
    {
      mark: {
        type: 'line',
        invalid: 'break-paths-show-path-domains',
        ...(many ? { strokeWidth: 1.75 } : {}),
      },
    },
  ];
  const dots = dotsOf(sorted, data.series);
  if (dots.length > 0) {
    layers.push({
      data: { values: dots.map(toRow) },
      mark: { type: 'point', filled: true, size: 46, opacity: 1 },
    });
  }
  if (labels.length > 0) layers.push(endLabels(labels, domain, height, fromAxis));

  const spec = frame(request, {
    data: { values: (many ? greyFirst(sorted, colors) : sorted).map(toRow) },
    encoding: {
      x: x.encoding,
      y: {
        field: 'y',
        type: 'quantitative',
        scale: { domain: scale.domain, nice: false, zero: false, ...(options.log ? { type: 'log' } : {}) },
        axis: valueAxis(numberTicks(scale.ticks, unit), yTitle),
      },
      ...(data.series.length > 1
        ? {
            detail: { field: 'series', type: 'nominal' },
            color: {
              field: 'series',
              type: 'nominal',
              scale: { domain: [...colors.keys()], range: [...colors.values()] },
              legend: null,
            },
          }
        : {}),
    },
    layer: layers,
  });
  return { spec, outline: outline(data), summary: describeSeries(data, options.unit) };
}

function toRow(point: Point): Record<string, unknown> {
  return { x: point.x, y: forDrawing(point.y), series: point.series };
}

function lastValues(points: readonly Point[], series: readonly string[]): Map<string, number> {
  const ends = new Map<string, number>(series.map((name) => [name, Number.NEGATIVE_INFINITY]));
  for (const { series: name, y } of points) if (y !== null) ends.set(name, y);
  return ends;
}

/** Up to eight series have a colour each; of more, the eight that end highest have, the others are grey. */
function colorsOf(series: readonly string[], ends: ReadonlyMap<string, number>): Map<string, string> {
  if (series.length <= STRONG) return new Map(series.map((name, i) => [name, PALETTE[i] ?? OTHER]));
  const ranked = [...series].sort((a, b) => (ends.get(b) ?? 0) - (ends.get(a) ?? 0));
  const strong = new Set(ranked.slice(0, STRONG));
  const grey = series.filter((name) => !strong.has(name)).map((name) => [name, OTHER] as const);
  return new Map([...grey, ...[...strong].map((name, i) => [name, PALETTE[i] ?? OTHER] as const).reverse()]);
}

function labelsOf(
  series: readonly string[],
  ends: ReadonlyMap<string, number>,
  colors: ReadonlyMap<string, string>,
  toAxis: (value: number) => number,
  fitting: number,
): EndLabel[] {
  if (series.length < 2) return [];
  const all = [...colors].filter(([name]) => Number.isFinite(ends.get(name)));
  const fits = all.length <= fitting;
  const shown = fits ? all : all.filter(([, color]) => color !== OTHER);
  const others = all.filter(([, color]) => color === OTHER).map(([name]) => toAxis(ends.get(name) ?? 0));
  const middle = others.toSorted((a, b) => a - b)[Math.floor(others.length / 2)];
  const rest =
    fits || middle === undefined ? [] : [{ name: `${others.length} others`, color: FAINT, y: middle }];
  const named = shown.map(([name, color]) => ({
    name,
    color: color === OTHER ? FAINT : color,
    y: toAxis(ends.get(name) ?? 0),
  }));
  return [...named, ...rest];
}

/** Series are drawn in the order of their first point: the strong colours go on top. */
function greyFirst(points: readonly Point[], colors: ReadonlyMap<string, string>): Point[] {
  const grey = (point: Point) => colors.get(point.series) === OTHER;
  return [...points.filter(grey), ...points.filter((point) => !grey(point))];
}

/** All points of short series, and points that no line reaches. */
function dotsOf(points: readonly Point[], series: readonly string[]): Point[] {
  const bySeries = Map.groupBy(points, (point) => point.series);
  return series.flatMap((name) => {
    const own = bySeries.get(name) ?? [];
    if (own.length <= DOTS_UP_TO && series.length <= STRONG) return own.filter((point) => point.y !== null);
    const drawn = (i: number) => own[i] !== undefined && own[i].y !== null;
    return own.filter((_, i) => drawn(i) && !drawn(i - 1) && !drawn(i + 1));
  });
}
