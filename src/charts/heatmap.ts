/**
 * Cells coloured by value, from long rows (`{a, b, corr}`) or a matrix (`{ticker, AAPL, MSFT}`). Where values lie
 * on both sides of zero the colours diverge from it; values are printed while they fit.
 */
import { AnalystError } from '../agent/errors.ts';
import { formatNumber } from '../agent/format.ts';
import { bandKeys, bandNames, bandTicks } from './bands.ts';
import type { ChartRequest, ChartType, Drawing, Spec } from './chart.ts';
import {
  type Columns,
  dateOf,
  describeColumns,
  namesOf,
  noData,
  numberOf,
  requireColumn,
  textOf,
} from './columns.ts';
import { forDrawing, formatLabels, type Unit, unitOf } from './format.ts';
import { checkPointCount } from './points.ts';
import { textWidth, truncate } from './text.ts';
import * as theme from './theme.ts';
import { numberScale, numberTicks } from './ticks.ts';

export const heatmap: ChartType = { names: ['heatmap'], build };

// ColorBrewer's PuOr-like poles in our blue and orange: told apart by all kinds of colour vision.
const DIVERGING = ['#A63D00', '#D4570A', '#F0A97C', '#F7F5F3', '#8FC0E6', '#2478BD', '#004B87'];
const SEQUENTIAL = ['#EFF4F9', '#C3DBEF', '#86BBE0', '#4594CB', '#1A6DB0', '#08457E'];
const NAME_WIDTH = 140;
const PRINTED_UP_TO = 800; // cells

type Key = number | string;
interface Cells {
  cells: { x: Key; y: Key; value: number | null }[];
  xKind: 'date' | 'text';
  yKind: 'date' | 'text';
}

function build(request: ChartRequest): Drawing {
  const { rows, options } = request;
  const columns = describeColumns(rows);
  const { cells, xKind, yKind } = readCells(request, columns);
  checkPointCount(cells.length);
  refuseRepeatedCells(cells);
  const values = cells.flatMap((cell) => cell.value ?? []);
  if (values.length === 0) throw noData('There is no number for the cells.');
  const xs = bandKeys(
    cells.map((cell) => cell.x),
    xKind,
  );
  const ys = bandKeys(
    cells.map((cell) => cell.y),
    yKind,
  );

  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const correlations = low >= -1 && high <= 1 && (low < 0 || high === 1) && rows.length > 1;
  const diverging = low < 0 && high > 0;
  const pole = correlations && high === 1 ? 1 : Math.max(Math.abs(low), Math.abs(high));
  const scale = numberScale(diverging ? [-pole, pole] : [low, high], 'near');
  const [from, to] = scale.domain;

  const unit = unitOf(options.unit);
  const yNames = bandNames(ys, yKind);
  const nameRoom = Math.min(NAME_WIDTH, Math.max(...yNames.map((name) => textWidth(name, theme.LABEL_SIZE))));
  const width = theme.WIDTH - nameRoom - 130;
  const row = ys.length <= 16 ? 36 : ys.length <= 40 ? 20 : 12;
  const height = Math.min(900, Math.max(300, 120 + row * ys.length));
  const texts = cells.length <= PRINTED_UP_TO ? cellTexts(values, unit) : [];
  const widest = texts.reduce((most, text) => Math.max(most, textWidth(text, 11)), 0);
  const printed = texts.length > 0 && widest + 6 < width / xs.length && (height - 120) / ys.length >= 16;
  const every = Math.max(1, Math.ceil(14 / ((height - 120) / ys.length)));
  const yTicks = ys.flatMap((value, i) =>
    i % every === 0 ? [{ value, label: truncate(yNames[i] ?? '', NAME_WIDTH, theme.LABEL_SIZE) }] : [],
  );

  const layers: Spec[] = [
    {
      mark: { type: 'rect', stroke: theme.GROUND, strokeWidth: xs.length > 60 || ys.length > 40 ? 0 : 1 },
      encoding: {
        color: {
          field: 'value',
          type: 'quantitative',
          scale: {
            domain: scale.domain,
            range: diverging ? DIVERGING : SEQUENTIAL,
            interpolate: 'rgb',
            nice: false,
            zero: false,
          },
          legend: colourBar(scale.ticks, unit, Math.min(220, height - 160)),
        },
      },
    },
  ];
  if (printed) {
    const strong = diverging
      ? `abs(datum.value) > ${0.58 * to}`
      : `datum.value > ${from + 0.55 * (to - from)}`;
    layers.push({
      transform: [{ filter: 'isValid(datum.value)' }],
      mark: { type: 'text', fontSize: 11, baseline: 'middle' },
      encoding: {
        text: { field: 'text', type: 'nominal' },
        color: { condition: { test: strong, value: '#FFFFFF' }, value: theme.INK },
      },
    });
  }
  const textsOf = new Map(values.map((value, i) => [value, texts[i]]));
  const spec = theme.frame(
    request,
    {
      data: {
        values: cells.map(({ x, y, value }) => ({
          x,
          y,
          value: forDrawing(value),
          ...(printed && value !== null ? { text: textsOf.get(value) } : {}),
        })),
      },
      encoding: {
        x: axis('x', xs, {
          ...theme.baseAxis(bandTicks(xs, xKind, width), options.xLabel ?? ''),
          domain: false,
          ticks: false,
        }),
        y: axis('y', ys, {
          ...theme.tickAxis(yTicks),
          title: options.yLabel ?? null,
          domain: false,
          ticks: false,
        }),
      },
      layer: layers,
    },
    { height },
  );
  const best = cells.filter((cell) => cell.value === high && cell.x !== cell.y)[0];
  const shown = (value: number) => formatNumber(value, { unit: options.unit });
  return {
    spec,
    outline: `${ys.length} × ${xs.length} cells`,
    summary: `${ys.length} rows by ${xs.length} columns, values from ${shown(low)} to ${shown(high)}${
      best ? `, highest at ${yNames[ys.indexOf(best.y)]} and ${bandNames(xs, xKind)[xs.indexOf(best.x)]}` : ''
    }`,
  };
}

function readCells({ rows, options }: ChartRequest, columns: Columns): Cells {
  for (const option of ['x', 'series', 'value'] as const) {
    const name = options[option];
    if (name !== undefined) requireColumn(columns, name, option);
  }
  const given = [options.y ?? []].flat();
  for (const name of given) requireColumn(columns, name, 'y');
  const numbers = namesOf(columns, 'number');
  const labels = [...namesOf(columns, 'text'), ...namesOf(columns, 'date')];
  const kindOf = (name: string) => (columns.get(name) === 'date' ? 'date' : 'text');
  const keyOf = (name: string, value: unknown): Key =>
    kindOf(name) === 'date' ? (dateOf(value) ?? textOf(value)) : textOf(value);

  const value = options.value ?? options.series;
  const yLong = given.length === 1 ? given[0] : undefined;
  const long = labels.length >= 2 || value !== undefined || (options.x !== undefined && yLong !== undefined);
  if (!long) return readMatrix(rows, labels[0], given.length > 0 ? given : numbers, kindOf, keyOf);
  const cell = value ?? numbers.findLast((name) => name !== options.x && name !== yLong);
  const free = [...labels, ...numbers].filter((name) => name !== cell);
  const y = yLong ?? free.find((name) => name !== options.x);
  const x = options.x ?? free.find((name) => name !== y);
  if (x === undefined || y === undefined || cell === undefined) {
    throw new AnalystError('bad_input', 'A heatmap needs a column for x, one for y, and one with numbers.', {
      hint: `Name them in options.x, options.y and options.value. Columns: ${[...columns.keys()].join(', ')}.`,
    });
  }
  const cells = rows.map((row) => ({ x: keyOf(x, row[x]), y: keyOf(y, row[y]), value: numberOf(row[cell]) }));
  return { cells, xKind: kindOf(x), yKind: kindOf(y) };
}

function readMatrix(
  rows: ChartRequest['rows'],
  label: string | undefined,
  names: readonly string[],
  kindOf: (name: string) => 'date' | 'text',
  keyOf: (name: string, value: unknown) => Key,
): Cells {
  if (label === undefined || names.length === 0) {
    throw new AnalystError('bad_input', 'A heatmap of a matrix needs a column that names its rows.', {
      hint: 'For example [{ticker: "AAPL", AAPL: 1, MSFT: 0.7}, {ticker: "MSFT", AAPL: 0.7, MSFT: 1}].',
    });
  }
  const cells = rows.flatMap((row) =>
    names.map((x) => ({ x: textOf(x), y: keyOf(label, row[label]), value: numberOf(row[x]) })),
  );
  return { cells, xKind: 'text', yKind: kindOf(label) };
}

function axis(field: string, keys: readonly Key[], properties: Spec): Spec {
  return {
    field,
    type: 'nominal',
    sort: null,
    scale: { domain: keys, paddingInner: 0, paddingOuter: 0 },
    axis: properties,
  };
}

/** One cell drawn over another would hide it. */
function refuseRepeatedCells(cells: Cells['cells']): void {
  const seen = new Map<Key, Set<Key>>();
  for (const { x, y } of cells) {
    const row = seen.get(y) ?? new Set();
    if (row.has(x)) {
      throw new AnalystError('bad_input', `Several rows are for the cell x = ${x}, y = ${y}.`, {
        hint: 'Aggregate in SQL, for example avg(…) with GROUP BY both columns.',
      });
    }
    seen.set(y, row.add(x));
  }
}

/** Of fractions two decimals, of everything else what it takes. */
function cellTexts(values: readonly number[], unit: Unit): string[] {
  const fractions =
    values.every((value) => Math.abs(value) <= 1) && values.some((value) => !Number.isInteger(value));
  const labels = formatLabels(values, unit);
  return values.map((value, i) =>
    fractions && unit.suffix === ''
      ? value.toFixed(2).replace('-', '−').replace('−0.00', '0.00')
      : (labels[i] ?? ''),
  );
}

function colourBar(ticks: readonly number[], unit: Unit, length: number): Spec {
  const { labelOverlap: _overlap, labelFlush: _flush, ...axis } = theme.tickAxis(numberTicks(ticks, unit));
  return {
    ...axis,
    title: unit.title === '' ? null : unit.title,
    orient: 'right',
    direction: 'vertical',
    type: 'gradient',
    gradientLength: length,
    gradientThickness: 12,
    offset: 18,
  };
}
