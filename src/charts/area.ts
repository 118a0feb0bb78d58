/** Areas from zero: one, or several on top of each other (side by side they would hide each other). */
import { AnalystError } from '../agent/errors.ts';
import type { ChartRequest, ChartType, Drawing, Spec } from './chart.ts';
import { forDrawing, readable, unitOf } from './format.ts';
import { type EndLabel, endLabels, LABEL_GAP } from './labels.ts';
import { type Point, type Points, refuseRepeats, toPoints } from './points.ts';
import { percentOfTotal, stackedExtent } from './stack.ts';
import { describeSeries, outline } from './summary.ts';
import * as theme from './theme.ts';
import { numberScale, numberTicks } from './ticks.ts';
import { horizontal } from './x-axis.ts';

export const area: ChartType = { names: ['area'], build };

function build(request: ChartRequest): Drawing {
  const { options } = request;
  const data = toPoints(request, ['date', 'number', 'text']);
  refuseRepeats(data, Object.keys(request.rows[0] ?? {}));
  if (data.series.length > theme.PALETTE.length) {
    throw new AnalystError(
      'too_large',
      `Areas take at most ${theme.PALETTE.length} series, got ${data.series.length}.`,
      {
        hint: "Sum the small ones into 'Other' in SQL, or draw lines.",
      },
    );
  }
  const many = data.series.length > 1;
  const stacked = many && options.stacked !== false;
  const x = horizontal(data, options.xLabel);
  const complete = stacked ? withoutHoles(data) : data.points;
  const points = x.order(options.stacked === 'percent' ? percentOfTotal(complete) : complete);
  const unit = unitOf(options.stacked === 'percent' ? '%' : options.unit);
  const scale = numberScale(
    stacked ? stackedExtent(points) : points.flatMap((point) => point.y ?? []),
    'always',
  );
  const height = theme.plotHeight(request);
  const labels = endLabelsOf(points, data.series, stacked);
  const direct = many && data.series.length * LABEL_GAP <= height;
  const rank = new Map(data.series.map((name, i) => [name, i]));
  const layers: Spec[] = [{ mark: areaMark(many, stacked) }];
  if (direct) layers.push(endLabels(labels, scale.domain, height));
  const spec = theme.frame(request, {
    data: {
      values: points.map((point) => ({
        x: point.x,
        y: forDrawing(point.y),
        ...(many ? { series: point.series, rank: rank.get(point.series) } : {}),
      })),
    },
    encoding: {
      x: x.encoding,
      y: {
        field: 'y',
        type: 'quantitative',
        stack: stacked ? 'zero' : null,
        scale: { domain: scale.domain, nice: false },
        axis: theme.valueAxis(
          numberTicks(scale.ticks, unit),
          theme.titleWithUnit(options.yLabel ?? readable(data.yName ?? ''), unit.title),
        ),
      },
      ...(many
        ? {
            color: {
              field: 'series',
              type: 'nominal',
              sort: null,
              scale: theme.seriesScale(data.series),
              legend: direct ? null : theme.legend(data.series),
            },
            order: { field: 'rank', type: 'quantitative' },
          }
        : {}),
    },
    layer: layers,
  });
  return { spec, outline: outline(data), summary: describeSeries(data, options.unit) };
}

function areaMark(many: boolean, stacked: boolean): Spec {
  const mark = { type: 'area', invalid: 'break-paths-show-path-domains' };
  if (!many) return { ...mark, fillOpacity: 0.22, line: { strokeWidth: 2.25 }, color: theme.PALETTE[0] };
  // A thin seam in the colour of the ground keeps neighbours apart where their colours do not.
  return stacked
    ? { ...mark, fillOpacity: 0.9, stroke: theme.GROUND, strokeWidth: 0.75 }
    : { ...mark, fillOpacity: 0.25, line: { strokeWidth: 2 } };
}

/** In a stack nothing is the same as zero; a missing value would tear a hole into those above it. */
function withoutHoles({ points, series }: Points): Point[] {
  const xs = new Set(points.map((point) => point.x));
  const byX = Map.groupBy(points, (point) => point.x);
  return [...xs].flatMap((x) => {
    const here = new Map(byX.get(x)?.map((point) => [point.series, point.y]));
    return series.map((name) => ({ x, y: here.get(name) ?? 0, series: name }));
  });
}

/** Beside the middle of what each series has at the right edge. */
function endLabelsOf(points: readonly Point[], series: readonly string[], stacked: boolean): EndLabel[] {
  const last = points.at(-1)?.x;
  const ends = new Map(
    points.filter((point) => point.x === last).map((point) => [point.series, point.y ?? 0]),
  );
  let up = 0;
  let down = 0;
  return series.map((name, i) => {
    const value = ends.get(name) ?? 0;
    const base = value < 0 ? down : up;
    if (value < 0) down += value;
    else up += value;
    return { name, color: theme.PALETTE[i] ?? theme.OTHER, y: stacked ? base + value / 2 : value };
  });
}
