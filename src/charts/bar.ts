/** Bars from zero, upright or horizontal; several series stand side by side or are stacked. */
import { AnalystError } from '../agent/errors.ts';
import { type BandKey, bandKeys, bandNames, bandPadding, bandTicks } from './bands.ts';
import type { ChartRequest, ChartType, Drawing, Spec } from './chart.ts';
import { forDrawing, formatLabels, readable, type Unit, unitOf } from './format.ts';
import { type Point, type Points, refuseRepeats, toPoints } from './points.ts';
import { percentOfTotal, stackedExtent } from './stack.ts';
import { describeSeries, describeValues, outline } from './summary.ts';
import { textWidth, truncate, wrap } from './text.ts';
import * as theme from './theme.ts';
import { numberScale, numberTicks, type Tick } from './ticks.ts';

export const bar: ChartType = { names: ['bar', 'column'], build };

const PLOT_WIDTH = 700; // about
const NAME_WIDTH = 210; // of the categories beside horizontal bars
const LABELLED_UP_TO = 40;
const WIDEST_BAR = 90;
const NARROWEST_LABEL = 14;

function build(request: ChartRequest): Drawing {
  const { options } = request;
  const data = toPoints(request, ['date', 'text', 'number']);
  refuseRepeats(data, Object.keys(request.rows[0] ?? {}));
  if (data.series.length > theme.PALETTE.length) {
    throw new AnalystError(
      'too_large',
      `Bars take at most ${theme.PALETTE.length} series, got ${data.series.length}.`,
      {
        hint: "Sum the small ones into 'Other' in SQL, or use a heatmap.",
      },
    );
  }
  const keys = bandKeys(
    data.points.map((point) => point.x),
    data.xKind,
  );
  const flat = options.horizontal ?? namesTooLong(keys, data);
  const single = data.series.length === 1;
  if (flat && single && data.xKind === 'text' && options.sort !== 'none') sortByValue(keys, data.points);
  else if (options.sort === 'value' && single) sortByValue(keys, data.points);
  return flat ? horizontal(request, data, keys) : upright(request, data, keys);
}

interface Values {
  points: Point[];
  unit: Unit;
  stacked: boolean;
  extent: number[];
}

function valuesOf({ options }: ChartRequest, data: Points): Values {
  const percent = options.stacked === 'percent';
  const points = percent ? percentOfTotal(data.points) : data.points;
  const stacked = Boolean(options.stacked) && data.series.length > 1;
  return {
    points,
    unit: unitOf(percent ? '%' : options.unit),
    stacked,
    extent: stacked ? stackedExtent(points) : points.flatMap((point) => point.y ?? []),
  };
}

function upright(request: ChartRequest, data: Points, keys: BandKey[]): Drawing {
  const { options } = request;
  const values = valuesOf(request, data);
  const slot = PLOT_WIDTH / keys.length;
  const labels = slot < NARROWEST_LABEL ? [] : formatLabels(values.extent, values.unit);
  const labelled =
    labels.length > 0 &&
    data.series.length === 1 &&
    labels.every((label) => textWidth(label, theme.LABEL_SIZE) + 6 < slot);
  const scale = numberScale(labelled ? withHeadroom(values.extent, 0.07) : values.extent, 'always');
  const yTitle = theme.titleWithUnit(options.yLabel ?? readable(data.yName ?? ''), values.unit.title);
  const padding = bandPadding(
    keys.length,
    PLOT_WIDTH,
    WIDEST_BAR * (values.stacked ? 1 : data.series.length),
  );
  return finish(request, data, values, labelled, {
    x: {
      field: 'x',
      type: 'nominal',
      sort: null,
      scale: { domain: keys, paddingInner: padding, paddingOuter: padding / 2 },
      axis: {
        ...theme.baseAxis(bandTicks(keys, data.xKind, PLOT_WIDTH), options.xLabel ?? ''),
        ticks: keys.length > 40,
      },
    },
    y: {
      field: 'y',
      type: 'quantitative',
      stack: values.stacked ? 'zero' : null,
      scale: { domain: scale.domain, nice: false },
      axis: theme.valueAxis(numberTicks(scale.ticks, values.unit), yTitle),
    },
    ...(data.series.length > 1 && !values.stacked
      ? {
          xOffset: {
            field: 'series',
            type: 'nominal',
            sort: null,
            scale: { domain: data.series, paddingInner: 0.06 },
          },
        }
      : {}),
  });
}

function horizontal(request: ChartRequest, data: Points, keys: BandKey[]): Drawing {
  const { options } = request;
  const values = valuesOf(request, data);
  const side = values.stacked ? 1 : data.series.length;
  const row = Math.max(side * 13 + 8, keys.length <= 12 ? 34 : keys.length <= LABELLED_UP_TO ? 24 : 14);
  const height = Math.min(1_100, Math.max(240, 130 + row * keys.length));
  const room = (height - 130) / keys.length;
  const every = Math.max(1, Math.ceil(14 / room));
  const names = bandNames(keys, data.xKind);
  const labelled = data.series.length === 1 && keys.length <= LABELLED_UP_TO;
  const scale = numberScale(labelled ? withHeadroom(values.extent, 0.08) : values.extent, 'always', 6);
  const xTitle = theme.titleWithUnit(
    options.yLabel ?? (labelled ? '' : readable(data.yName ?? '')),
    values.unit.title,
  );
  const padding = bandPadding(keys.length, height - 130, 30 * side);
  const ticks = keys.flatMap((value, i) =>
    i % every === 0 ? [{ value, label: rowName(names[i] ?? '', room) }] : [],
  );
  const axis = theme.valueAxis(numberTicks(scale.ticks, values.unit), '');
  return finish(
    request,
    data,
    values,
    labelled,
    {
      y: {
        field: 'x',
        type: 'nominal',
        sort: null,
        scale: { domain: keys, paddingInner: padding, paddingOuter: padding / 2 },
        axis: {
          ...theme.tickAxis(ticks),
          ...centred(ticks),
          title: options.xLabel ?? null,
          ticks: false,
          domain: false,
          labelColor: theme.INK,
          labelLimit: NAME_WIDTH + 10,
        },
      },
      x: {
        field: 'y',
        type: 'quantitative',
        stack: values.stacked ? 'zero' : null,
        scale: { domain: scale.domain, nice: false },
        axis: { ...axis, title: xTitle === '' ? null : xTitle },
      },
      ...(data.series.length > 1 && !values.stacked
        ? {
            yOffset: {
              field: 'series',
              type: 'nominal',
              sort: null,
              scale: { domain: data.series, paddingInner: 0.06 },
            },
          }
        : {}),
    },
    height,
  );
}

function finish(
  request: ChartRequest,
  data: Points,
  values: Values,
  labelled: boolean,
  position: Spec,
  height?: number,
): Drawing {
  const flat = height !== undefined;
  const drawn = values.points.filter((point) => point.y !== null);
  const labels = labelled
    ? formatLabels(
        drawn.map((point) => point.y ?? 0),
        values.unit,
      )
    : [];
  const rows = drawn.map(({ x, y, series }, i) => ({
    x,
    y: forDrawing(y),
    series,
    ...(labelled ? { label: labels[i] } : {}),
  }));
  const many = data.series.length > 1;
  const rank = new Map(data.series.map((name, i) => [name, i]));
  // Hairlines lose their colour to anti-aliasing.
  const thin = !many && rows.length > PLOT_WIDTH ? { stroke: theme.PALETTE[0], strokeWidth: 0.5 } : {};
  const cornerRadiusEnd = values.stacked || rows.length > 60 ? 0 : 2;
  const layers: Spec[] = [{ mark: { type: 'bar', cornerRadiusEnd, ...thin } }];
  for (const sign of labelled ? [1, -1] : []) {
    const own = rows.filter((row) => (sign > 0 ? Number(row.y) >= 0 : Number(row.y) < 0));
    if (own.length > 0)
      layers.push({
        data: { values: own },
        mark: valueLabel(flat, sign),
        encoding: { text: { field: 'label' } },
      });
  }
  const spec = theme.frame(
    request,
    {
      data: { values: many ? rows.map((row) => ({ ...row, rank: rank.get(row.series) })) : rows },
      encoding: {
        ...position,
        ...(many
          ? {
              color: {
                field: 'series',
                type: 'nominal',
                sort: null,
                scale: theme.seriesScale(data.series),
                legend: theme.legend(data.series, !flat),
              },
              order: { field: 'rank', type: 'quantitative' },
            }
          : {}),
      },
      layer: layers,
    },
    { height },
  );
  const named = data.series.length === 1 && data.xKind === 'text';
  const summary = named
    ? describeValues(
        data.points.flatMap(({ x, y }) => (y === null ? [] : [{ name: String(x), value: y }])),
        request.options.unit,
      )
    : describeSeries(data, request.options.unit);
  return { spec, outline: outline(data), summary };
}

function rowName(name: string, room: number): string | string[] {
  return room < 32 ? truncate(name, NAME_WIDTH, theme.LABEL_SIZE) : wrap(name, NAME_WIDTH, theme.LABEL_SIZE);
}

/** Vega hangs further lines below the first; these are moved up by half a line. */
function centred(ticks: readonly Tick[]): Spec {
  const wrapped = ticks.filter((tick) => Array.isArray(tick.label) && tick.label.length > 1);
  const test = `indexof(${JSON.stringify(wrapped.map((tick) => tick.value))}, datum.value) >= 0`;
  return wrapped.length === 0 ? {} : { labelOffset: { condition: { test, value: -8 }, value: 0 } };
}

function valueLabel(flat: boolean, sign: number): Spec {
  return flat
    ? { type: 'text', align: sign > 0 ? 'left' : 'right', baseline: 'middle', dx: 6 * sign }
    : { type: 'text', align: 'center', baseline: sign > 0 ? 'bottom' : 'top', dy: -4 * sign };
}

/** Upright bars need short names: two lines are not enough for a sentence. */
function namesTooLong(keys: readonly BandKey[], { xKind, series }: Points): boolean {
  if (xKind !== 'text' || keys.length > LABELLED_UP_TO || series.length > 4) return false;
  const slot = PLOT_WIDTH / keys.length;
  return keys.some((key) => textWidth(String(key), theme.LABEL_SIZE) > Math.max(slot - 6, 30));
}

function sortByValue(keys: BandKey[], points: readonly Point[]): void {
  const values = new Map(points.map((point) => [point.x, point.y ?? Number.NEGATIVE_INFINITY]));
  keys.sort((a, b) => (values.get(b) ?? 0) - (values.get(a) ?? 0));
}

/** Room for the labels beyond the ends of the bars. */
function withHeadroom(values: readonly number[], share: number): number[] {
  const low = values.reduce((a, b) => Math.min(a, b), 0);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  const room = (high - low) * share;
  return [low < 0 ? low - room : low, high > 0 ? high + room : high];
}
