/**
 * Open, high, low and close of a security. Candles too thin to be seen are joined into weekly, monthly or yearly
 * ones, and the picture says so.
 */
import { AnalystError } from '../agent/errors.ts';
import { formatNumber } from '../agent/format.ts';
import { bandPadding, bandTicks } from './bands.ts';
import type { ChartRequest, ChartType, Drawing } from './chart.ts';
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
import { DAY, forDrawing, formatDate, readable, unitOf } from './format.ts';
import { checkPointCount } from './points.ts';
import * as theme from './theme.ts';
import { numberScale, numberTicks } from './ticks.ts';

export const candlestick: ChartType = { names: ['candlestick', 'ohlc'], build };

const CANDLES_MOST = 180;
const PLOT_WIDTH = 700; // about
const MONDAY = 4 * DAY; // 5 January 1970

interface Candle {
  x: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

const PERIODS: readonly { name: string; start(time: number): number }[] = [
  { name: 'weekly', start: (time) => Math.floor((time - MONDAY) / (7 * DAY)) * 7 * DAY + MONDAY },
  {
    name: 'monthly',
    start: (time) => Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth(), 1),
  },
  { name: 'yearly', start: (time) => Date.UTC(new Date(time).getUTCFullYear(), 0, 1) },
];

function build(request: ChartRequest): Drawing {
  const { rows, options } = request;
  const columns = describeColumns(rows);
  checkPointCount(rows.length);
  const candles = readCandles(request, columns);
  const { shown, period } = joined(candles);
  const unit = unitOf(options.unit);
  const scale = numberScale(
    shown.flatMap((candle) => [candle.low, candle.high]),
    'near',
  );
  const keys = shown.map((candle) => candle.x);
  const title = theme.titleWithUnit(options.yLabel ?? readable('price'), unit.title);
  const color = {
    condition: { test: 'datum.close >= datum.open', value: theme.RISE },
    value: theme.FALL,
  };
  const y = {
    type: 'quantitative',
    scale: { domain: scale.domain, nice: false, zero: false },
    axis: theme.valueAxis(numberTicks(scale.ticks, unit), title),
  };
  const spec = theme.frame(
    request,
    {
      data: {
        values: shown.map(({ x, open, high, low, close }) => ({
          x,
          open: forDrawing(open),
          high: forDrawing(high),
          low: forDrawing(low),
          close: forDrawing(close),
        })),
      },
      encoding: {
        x: {
          field: 'x',
          type: 'nominal',
          sort: null,
          scale: { domain: keys, paddingInner: bandPadding(keys.length, PLOT_WIDTH, 48), paddingOuter: 0.3 },
          axis: theme.baseAxis(bandTicks(keys, 'date', PLOT_WIDTH), options.xLabel ?? ''),
        },
        color,
      },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: keys.length > 90 ? 1 : 1.5 },
          encoding: { y: { field: 'low', ...y }, y2: { field: 'high' } },
        },
        { mark: { type: 'bar' }, encoding: { y: { field: 'open', ...y }, y2: { field: 'close' } } },
        // A day that closes where it opened has no body: a dash stands for it.
        {
          transform: [{ filter: 'datum.open === datum.close' }],
          mark: {
            type: 'tick',
            opacity: 1,
            thickness: 1.5,
            bandSize: Math.min(18, (PLOT_WIDTH / keys.length) * 0.8),
          },
          encoding: { y: { field: 'close', ...y } },
        },
      ],
    },
    { note: period === null ? 'green: rise, orange: fall' : `${period} candles · green: rise, orange: fall` },
  );
  const first = candles[0];
  const last = candles.at(-1);
  if (!first || !last) throw noData();
  const price = (value: number) => formatNumber(value, { unit: options.unit });
  const high = candles.reduce((most, candle) => Math.max(most, candle.high), first.high);
  const low = candles.reduce((least, candle) => Math.min(least, candle.low), first.low);
  return {
    spec,
    outline: `${shown.length} ${period === null ? '' : `${period} `}candles${period === null ? '' : ` from ${candles.length} rows`}`,
    summary: `opens at ${price(first.open)} on ${formatDate(first.x, 'day')}, closes at ${price(last.close)} on ${formatDate(last.x, 'day')}, between ${price(low)} and ${price(high)}`,
  };
}

function readCandles({ rows, options }: ChartRequest, columns: Columns): Candle[] {
  const x = options.x ?? namesOf(columns, 'date')[0];
  if (x === undefined || requireColumn(columns, x, 'x') !== 'date') {
    throw new AnalystError('bad_input', 'A candlestick chart needs a column of dates.', {
      hint: `The rows have the columns ${[...columns.keys()].join(', ')}.`,
    });
  }
  const [open, high, low, close] = (['open', 'high', 'low', 'close'] as const).map((want) => {
    const name = [...columns.keys()].find((key) => key.toLowerCase() === want);
    if (name !== undefined) return name;
    throw new AnalystError('bad_input', `A candlestick chart needs a column "${want}".`, {
      hint: `It takes date, open, high, low, close; the rows have ${[...columns.keys()].join(', ')}. With closing prices only, draw a line, or make weekly candles in SQL: first, max, min and last close of a week.`,
    });
  }) as [string, string, string, string];
  const candles = new Map<number, Candle>();
  for (const row of rows) {
    const time = dateOf(row[x]);
    const values = [open, high, low, close].map((name) => numberOf(row[name]));
    if (time === null || values.includes(null)) continue;
    if (candles.has(time)) {
      throw new AnalystError('bad_input', `Several rows have ${x} = ${textOf(row[x])}.`, {
        hint: 'A candlestick chart shows one security: filter the rows to one.',
      });
    }
    const [o, h, l, c] = values as [number, number, number, number];
    candles.set(time, { x: time, open: o, high: h, low: l, close: c });
  }
  if (candles.size === 0) throw noData('No row has a date and all of open, high, low and close.');
  return [...candles.values()].sort((a, b) => a.x - b.x);
}

function joined(candles: Candle[]): { shown: Candle[]; period: string | null } {
  let result: { shown: Candle[]; period: string | null } = { shown: candles, period: null };
  for (const { name, start } of PERIODS) {
    if (result.shown.length <= CANDLES_MOST) break;
    const groups = Map.groupBy(candles, (candle) => start(candle.x));
    const shown = [...groups].map(([x, group]) => ({
      x,
      open: group[0]?.open ?? 0,
      high: group.reduce((most, candle) => Math.max(most, candle.high), Number.NEGATIVE_INFINITY),
      low: group.reduce((least, candle) => Math.min(least, candle.low), Number.POSITIVE_INFINITY),
      close: group.at(-1)?.close ?? 0,
    }));
    result = { shown, period: name };
  }
  return result;
}
