/** The horizontal axis under lines and areas: dates, numbers or categories. */
import type { Spec } from './chart.ts';
import { NO_UNIT, readable } from './format.ts';
import type { Point, Points } from './points.ts';
import { textWidth, truncate } from './text.ts';
import { baseAxis, LABEL_SIZE, WIDTH } from './theme.ts';
import { dateTicks, niceStep, numberTicks, type Tick } from './ticks.ts';

export interface Horizontal {
  encoding: Spec;
  /** The points from left to right. */
  order(points: readonly Point[]): Point[];
}

const PLOT_WIDTH = WIDTH - 110; // about; only the number of ticks depends on it
const DATE_TICKS = 12;

export function horizontal(data: Points, label: string | undefined): Horizontal {
  if (data.xKind === 'text') return categories(data, label ?? '');
  const xs = data.points.map((point) => Number(point.x));
  const low = xs.reduce((a, b) => Math.min(a, b));
  const high = xs.reduce((a, b) => Math.max(a, b));
  const dates = data.xKind === 'date';
  const coarse = dates && xs.every((x) => x % 86_400_000 === 0);
  const ticks = dates
    ? dateTicks(low, high, DATE_TICKS, coarse ? 'day' : 'hour')
    : numberTicks(ticksWithin(low, high), NO_UNIT);
  // A single date stands in the middle of its day's room.
  const room = low === high ? (dates ? 86_400_000 : 1) : 0;
  return {
    encoding: {
      field: 'x',
      // Dates too: their ticks and labels are ours, and vega-interpreter reads a number in datetime() as a year.
      type: 'quantitative',
      scale: { domain: [low - room, high + room], nice: false, zero: false },
      axis: baseAxis(ticks, label ?? (dates ? '' : readable(data.xName))),
    },
    order: (points) => points.toSorted((a, b) => Number(a.x) - Number(b.x)),
  };
}

function ticksWithin(low: number, high: number): number[] {
  if (low === high) return [low];
  const step = niceStep(high - low, 8);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function categories(data: Points, label: string): Horizontal {
  const names = [...new Set(data.points.map((point) => String(point.x)))];
  return {
    encoding: {
      field: 'x',
      type: 'nominal',
      scale: { domain: names, type: 'point', padding: names.length === 1 ? 0.5 : 0.15 },
      sort: null,
      axis: baseAxis(categoryTicks(names, PLOT_WIDTH), label),
    },
    order: (points) => [...points],
  };
}

/** Labels for as many categories as fit side by side: every one, or every second, third, … */
function categoryTicks(names: readonly string[], width: number): Tick[] {
  const widest = Math.min(
    110,
    names.reduce((most, name) => Math.max(most, textWidth(name, LABEL_SIZE)), 0),
  );
  const every = Math.max(1, Math.ceil(((widest + 10) * names.length) / width));
  return names
    .filter((_, i) => i % every === 0)
    .map((value) => ({
      value,
      label: truncate(value, Math.max(110, (width / names.length) * 0.95), LABEL_SIZE),
    }));
}
