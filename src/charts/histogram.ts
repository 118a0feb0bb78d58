/** How often values occur, counted here into bins of a round width; a few series share the same bins. */
import { AnalystError } from '../agent/errors.ts';
import { formatNumber } from '../agent/format.ts';
import type { ChartRequest, ChartType, Drawing } from './chart.ts';
import { describeColumns, namesOf, noData, numberOf, requireColumn, textOf } from './columns.ts';
import { readable, unitOf } from './format.ts';
import { checkPointCount } from './points.ts';
import * as theme from './theme.ts';
import { niceStep, numberScale, numberTicks } from './ticks.ts';

export const histogram: ChartType = { names: ['histogram'], build };

const BINS = { least: 8, most: 60 };
const SERIES_MOST = 4;

function build(request: ChartRequest): Drawing {
  const { rows, options } = request;
  const columns = describeColumns(rows);
  checkPointCount(rows.length);
  const given = options.x ?? [options.y ?? []].flat()[0];
  const name = given ?? namesOf(columns, 'number')[0];
  if (name === undefined) throw new AnalystError('bad_input', 'A histogram needs a column of numbers.');
  if (requireColumn(columns, name, 'x') === 'text') {
    throw new AnalystError('bad_input', `options.x: column "${name}" holds text, not numbers.`);
  }
  if (options.series !== undefined) requireColumn(columns, options.series, 'series');

  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const value = numberOf(row[name]);
    if (value === null) continue;
    const group = options.series === undefined ? '' : textOf(row[options.series]);
    const own = groups.get(group);
    if (own) own.push(value);
    else groups.set(group, [value]);
  }
  const all = [...groups.values()].flat();
  if (all.length === 0) throw noData(`There is no number in "${name}".`);
  if (groups.size > SERIES_MOST) {
    throw new AnalystError(
      'too_large',
      `A histogram takes at most ${SERIES_MOST} series, got ${groups.size}.`,
    );
  }
  const edges = binEdges(all, options.bins);
  const names = [...groups.keys()];
  const bins = names.flatMap((series) => count(groups.get(series) ?? [], edges, series));
  const many = names.length > 1;

  const unit = unitOf(options.unit ?? options.xUnit);
  const counts = numberScale(
    bins.map((bin) => bin.count),
    'always',
  );
  const whole = counts.ticks.filter(Number.isInteger);
  const low = edges[0] ?? 0;
  const high = edges.at(-1) ?? 1;
  const every = Math.max(1, Math.ceil((edges.length - 1) / 12));
  const anchor = edges.indexOf(0);
  const ticks = edges.filter((_, i) => (i - Math.max(0, anchor)) % every === 0);
  const spec = theme.frame(request, {
    data: {
      values: bins.filter((bin) => bin.count > 0).map((bin) => (many ? bin : { ...bin, series: undefined })),
    },
    mark: {
      type: 'bar',
      binSpacing: many ? 0 : edges.length > 40 ? 0.5 : 1.5,
      fillOpacity: many ? 0.45 : 0.95,
      ...(many ? { stroke: theme.GROUND, strokeWidth: 0.75 } : {}),
    },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        bin: 'binned',
        scale: { domain: [low, high], nice: false, zero: false },
        axis: theme.baseAxis(
          numberTicks(ticks, unit),
          theme.titleWithUnit(options.xLabel ?? readable(name), unit.title),
        ),
      },
      x2: { field: 'to' },
      y: {
        field: 'count',
        type: 'quantitative',
        stack: null,
        scale: { domain: counts.domain, nice: false },
        axis: theme.valueAxis(numberTicks(whole, unitOf(undefined)), options.yLabel ?? 'Count'),
      },
      ...(many
        ? {
            color: {
              field: 'series',
              type: 'nominal',
              sort: null,
              scale: theme.seriesScale(names),
              legend: theme.legend(names),
            },
          }
        : {}),
    },
  });
  const shown = (value: number) => formatNumber(value, { unit: options.unit ?? options.xUnit });
  const sorted = all.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return {
    spec,
    outline: `${many ? `${names.length} series, ` : ''}${all.length.toLocaleString('en')} values in ${edges.length - 1} bins`,
    summary: `${all.length.toLocaleString('en')} values of ${readable(name)} from ${shown(sorted[0] ?? 0)} to ${shown(sorted.at(-1) ?? 0)}, half of them up to ${shown(middle)}`,
  };
}

/** Round edges; the number of bins by the rule of Freedman and Diaconis (1981) unless it is given. */
function binEdges(values: readonly number[], wanted: number | undefined): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[0] ?? 0;
  const high = sorted.at(-1) ?? 0;
  if (low === high) return [low - 0.5, low + 0.5];
  const quartile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const width = (2 * (quartile(0.75) - quartile(0.25))) / Math.cbrt(sorted.length);
  const rule = width > 0 ? Math.min(BINS.most, Math.max(BINS.least, (high - low) / width)) : BINS.least;
  const step = wanted === undefined ? niceStep(high - low, rule) : exactStep(high - low, wanted);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** A step of two digits that makes about `count` bins. */
function exactStep(span: number, count: number): number {
  return Number((span / count).toPrecision(2));
}

function count(values: readonly number[], edges: readonly number[], series: string) {
  const low = edges[0] ?? 0;
  const step = ((edges.at(-1) ?? 1) - low) / (edges.length - 1);
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    const at = Math.min(counts.length - 1, Math.max(0, Math.floor((value - low) / step + 1e-9)));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map((n, i) => ({ from: edges[i] ?? 0, to: edges[i + 1] ?? 0, count: n, series }));
}
