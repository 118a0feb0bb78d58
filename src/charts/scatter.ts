/** Points by two measures; named one by one where each has a name of its own, coloured by group otherwise. */
import { AnalystError } from '../agent/errors.ts';
import { formatNumber } from '../agent/format.ts';
import type { ChartRequest, ChartType, Drawing, Spec } from './chart.ts';
import { dateOf, describeColumns, namesOf, noData, numberOf, requireColumn, textOf } from './columns.ts';
import { forDrawing, formatValue, readable, unitOf } from './format.ts';
import { checkPointCount } from './points.ts';
import { placeNames } from './scatter-names.ts';
import * as theme from './theme.ts';
import { dateTicks, logScale, numberScale, numberTicks } from './ticks.ts';

export const scatter: ChartType = { names: ['scatter', 'bubble'], build };

const NAMED_UP_TO = 40;
const DOT = 90; // area of a point in square pixels
const LARGEST = 900;

interface Place {
  x: number;
  y: number;
  size: number | null;
  name: string;
}

function build(request: ChartRequest): Drawing {
  const { rows, options } = request;
  const columns = describeColumns(rows);
  checkPointCount(rows.length);
  const numbers = namesOf(columns, 'number').filter(
    (name) => name !== options.size && name !== options.series,
  );
  const yGiven = [options.y ?? []].flat();
  if (yGiven.length > 1)
    throw new AnalystError('bad_input', 'A scatter chart takes one y; use series for groups.');
  const xName = options.x ?? numbers.find((name) => name !== yGiven[0]) ?? namesOf(columns, 'date')[0];
  const yName = yGiven[0] ?? numbers.find((name) => name !== xName);
  if (xName === undefined || yName === undefined) {
    throw new AnalystError('bad_input', 'A scatter chart needs two columns of numbers.', {
      hint: `The rows have ${[...columns].map(([name, kind]) => `${name} (${kind})`).join(', ')}.`,
    });
  }
  const xKind = requireColumn(columns, xName, 'x');
  requireColumn(columns, yName, 'y');
  if (options.size !== undefined) requireColumn(columns, options.size, 'size');
  const group = options.series ?? namesOf(columns, 'text')[0];
  if (group !== undefined) requireColumn(columns, group, 'series');

  const read = xKind === 'date' ? dateOf : numberOf;
  const places = rows.flatMap((row): Place[] => {
    const x = read(row[xName]);
    const y = numberOf(row[yName]);
    if (x === null || y === null) return [];
    const size = options.size === undefined ? null : numberOf(row[options.size]);
    return [{ x, y, size, name: group === undefined ? '' : textOf(row[group]) }];
  });
  if (places.length === 0) throw noData(`No row has both a ${xName} and a ${yName} that can be drawn.`);
  const names = [...new Set(places.map((place) => place.name))];
  const own = group !== undefined && names.length === places.length && places.length > 1;
  if (!own && names.length > theme.PALETTE.length) {
    throw new AnalystError(
      'too_large',
      `A scatter chart takes at most ${theme.PALETTE.length} groups, got ${names.length}.`,
    );
  }

  const xUnit = unitOf(options.xUnit);
  const yUnit = unitOf(options.unit);
  const xs = places.map((place) => place.x);
  const ys = places.map((place) => place.y);
  if (options.log && [...(xKind === 'date' ? [] : xs), ...ys].some((value) => value <= 0)) {
    throw new AnalystError('bad_input', 'Logarithmic axes need values above zero.');
  }
  const scale = (values: number[], count: number) =>
    options.log ? logScale(values) : numberScale(values, 'near', count);
  const y = scale(ys, 5);
  const x =
    xKind === 'date'
      ? { domain: [Math.min(...xs), Math.max(...xs)] as [number, number], ticks: [] }
      : scale(xs, 7);
  const xTicks =
    xKind === 'date' ? dateTicks(x.domain[0], x.domain[1], 10, 'day') : numberTicks(x.ticks, xUnit);
  const grouped = !own && names.length > 1;
  const dots =
    places.length > 1_000
      ? { size: 16, opacity: 0.4 }
      : places.length > 150
        ? { size: 36, opacity: 0.55 }
        : { size: DOT, opacity: 0.85 };
  const layers: Spec[] = [
    {
      mark: {
        type: 'point',
        filled: true,
        // Every place has its numbers: a filter over all rows would find nothing.
        invalid: 'show',
        stroke: theme.GROUND,
        strokeWidth: places.length > 400 ? 0 : 0.75,
        ...dots,
      },
    },
  ];
  if (own && places.length <= NAMED_UP_TO) {
    layers.push(
      ...placeNames(withRadius(places), x.domain, y.domain, theme.plotHeight(request), Boolean(options.log)),
    );
  }
  const log = options.log ? { type: 'log' } : {};
  const spec = theme.frame(
    request,
    {
      data: {
        values: places.map((place) => ({
          x: xKind === 'date' ? place.x : forDrawing(place.x),
          y: forDrawing(place.y),
          ...(place.size === null ? {} : { size: forDrawing(place.size) }),
          ...(group === undefined ? {} : { series: place.name }),
        })),
      },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          scale: { domain: x.domain, nice: false, zero: false, ...(xKind === 'date' ? {} : log) },
          axis: {
            ...theme.baseAxis(
              xTicks,
              theme.titleWithUnit(options.xLabel ?? (xKind === 'date' ? '' : readable(xName)), xUnit.title),
            ),
            grid: xKind !== 'date',
            gridColor: theme.valueAxis(xTicks, '').gridColor,
          },
        },
        y: {
          field: 'y',
          type: 'quantitative',
          scale: { domain: y.domain, nice: false, zero: false, ...log },
          axis: theme.valueAxis(
            numberTicks(y.ticks, yUnit),
            theme.titleWithUnit(options.yLabel ?? readable(yName), yUnit.title),
          ),
        },
        ...(options.size === undefined
          ? {}
          : {
              size: {
                field: 'size',
                type: 'quantitative',
                scale: { zero: true, range: [0, LARGEST] },
                legend: null,
              },
            }),
        ...(grouped
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
      layer: layers,
    },
    options.size === undefined ? {} : { note: `area of a point: ${readable(options.size)}` },
  );
  const span = (values: number[], unit: string | undefined) => {
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    return `${formatNumber(low, { unit })} to ${formatNumber(high, { unit })}`;
  };
  const xSpan = xKind === 'date' ? '' : ` (${span(xs, options.xUnit)})`;
  const groups = grouped ? ` in ${names.length} groups` : '';
  return {
    spec,
    outline: `${grouped ? `${names.length} groups, ` : ''}${places.length.toLocaleString('en')} points`,
    summary: `${readable(yName)} (${span(ys, options.unit)}) against ${readable(xName)}${xSpan}, ${formatValue(places.length)} points${groups}`,
  };
}

function withRadius(places: readonly Place[]) {
  const largest = places.reduce((most, place) => Math.max(most, place.size ?? 0), 0);
  return places.map((place) => {
    const area = place.size === null || largest <= 0 ? DOT : (LARGEST * Math.max(0, place.size)) / largest;
    return { ...place, radius: Math.sqrt(area / Math.PI) };
  });
}
