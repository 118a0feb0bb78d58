/**
 * Where an axis has its ticks and what they say. Values and labels are written into the specification, so the
 * same code decides what fits, and labels never depend on the time zone or on Vega's formatting.
 */
import { clock, DAY, formatTicks, formatValue, HOUR, monthName, type Unit } from './format.ts';

export interface Tick {
  value: number | string;
  /** Several lines: the second gives the year (or the day) where it changes. */
  label: string | string[];
}

export interface NumberScale {
  domain: [number, number];
  ticks: number[];
}

/** A round step: 1, 2 or 5 times a power of ten. After d3-array's tickIncrement. */
export function niceStep(span: number, count: number): number {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const error = raw / power;
  return power * (error >= 7.07 ? 10 : error >= 3.16 ? 5 : error >= 1.41 ? 2 : 1);
}

/** Domain widened to whole steps. `zero`: always, or only where the values come near it. */
export function numberScale(values: readonly number[], zero: 'always' | 'near', count = 4): NumberScale {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 1];
  if (low > 0 && (zero === 'always' || low < 0.3 * high)) low = 0;
  if (high < 0 && (zero === 'always' || high > 0.3 * low)) high = 0;
  if (low === high) {
    const room = Math.abs(low) * 0.1;
    [low, high] = low === 0 ? [0, 1] : [low - room, high + room];
  }
  const step = niceStep(high - low, count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  return { domain: [ticks[0] ?? low, ticks.at(-1) ?? high], ticks };
}

/** Powers of ten, with 2 and 5 between them while there are few. Values must be positive. */
export function logScale(values: readonly number[]): NumberScale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const decades = Math.log10(high / low);
  const steps = decades > 4 ? [1] : decades > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of steps) all.push(Number((step * 10 ** power).toPrecision(3)));
  }
  const first = all.findLastIndex((tick) => tick <= low);
  const last = all.findIndex((tick) => tick >= high);
  const ticks = all.slice(Math.max(0, first), last < 0 ? undefined : Math.max(last, first + 1) + 1);
  return { domain: [ticks[0] ?? low, ticks.at(-1) ?? high], ticks };
}

export function numberTicks(ticks: readonly number[], unit: Unit): Tick[] {
  const linear =
    ticks.length < 3 || Math.abs(gap(ticks, 1) - gap(ticks, ticks.length - 1)) < 1e-9 * gap(ticks, 1);
  const labels = linear ? formatTicks(ticks, unit) : ticks.map((tick) => formatValue(tick, unit));
  return ticks.map((value, i) => ({ value, label: labels[i] ?? '' }));
}

type Step = { unit: 'hour' | 'day' | 'month' | 'year'; every: number; ms: number };
const STEPS: readonly Step[] = [
  ...[0.25, 0.5, 1, 3, 6, 12].map((every) => ({ unit: 'hour' as const, every, ms: every * HOUR })),
  ...[1, 2, 7, 14].map((every) => ({ unit: 'day' as const, every, ms: every * DAY })),
  ...[1, 2, 3, 6].map((every) => ({ unit: 'month' as const, every, ms: every * 30.4 * DAY })),
  ...[1, 2, 5, 10, 20, 50, 100].map((every) => ({ unit: 'year' as const, every, ms: every * 365.25 * DAY })),
];
const EPOCH_MONDAY = 4 * DAY; // 5 January 1970

/** Times at round dates between two times, at most `count` of them (at least the first date itself). */
export function dateTicks(from: number, to: number, count: number, finest: 'hour' | 'day' = 'hour'): Tick[] {
  const steps = finest === 'day' ? STEPS.filter((step) => step.unit !== 'hour') : STEPS;
  const fits = (step: Step) => {
    // "25 Mar" is wider than "Mar".
    const most = step.unit === 'day' ? Math.ceil(count * 0.7) : count;
    return (to - from) / step.ms <= most + 1 && startsBetween(from, to, step).length <= most;
  };
  const step = steps.find(fits) ?? (steps.at(-1) as Step);
  const times = startsBetween(from, to, step);
  return labelDates(times.length > 0 ? times : [from], times.length > 0 ? step.unit : 'day');
}

function startsBetween(from: number, to: number, step: Step): number[] {
  const times: number[] = [];
  if (step.unit === 'hour' || step.unit === 'day') {
    const origin = step.ms >= 7 * DAY ? EPOCH_MONDAY : 0;
    for (let time = origin + Math.ceil((from - origin) / step.ms) * step.ms; time <= to; time += step.ms)
      times.push(time);
    return times;
  }
  const months = step.unit === 'year' ? 12 * step.every : step.every;
  const start = new Date(from);
  const first = start.getUTCFullYear() * 12 + start.getUTCMonth();
  for (let month = Math.floor(first / months) * months; ; month += months) {
    const time = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (time > to) return times;
    if (time >= from) times.push(time);
  }
}

function labelDates(times: readonly number[], unit: Step['unit']): Tick[] {
  let context = '';
  return times.map((value) => {
    const date = new Date(value);
    const year = String(date.getUTCFullYear());
    if (unit === 'year') return { value, label: year };
    const day = `${date.getUTCDate()} ${monthName(value)}`;
    const own = unit === 'hour' ? clock(value) : unit === 'day' ? day : monthName(value);
    const outer = unit === 'hour' ? day : year;
    const label = outer === context ? own : [own, outer];
    context = outer;
    return { value, label };
  });
}

function gap(ticks: readonly number[], at: number): number {
  return (ticks[at] ?? 0) - (ticks[at - 1] ?? 0);
}
