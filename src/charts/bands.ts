/**
 * Bands: equally wide places along an axis, one a category or date, as bars, candles and cells stand on. Dates
 * lie side by side in order: days without trading take no room.
 */
import { formatDate, grainOf } from './format.ts';
import { textWidth, truncate } from './text.ts';
import { LABEL_SIZE } from './theme.ts';
import { dateTicks, type Tick } from './ticks.ts';

export type BandKey = number | string;

/** The distinct keys, dates and numbers in their order, categories in order of appearance. */
export function bandKeys(keys: readonly BandKey[], kind: 'date' | 'number' | 'text'): BandKey[] {
  const distinct = [...new Set(keys)];
  return kind === 'text' ? distinct : distinct.sort((a, b) => Number(a) - Number(b));
}

/** What each band is called in full. */
export function bandNames(keys: readonly BandKey[], kind: 'date' | 'number' | 'text'): string[] {
  if (kind !== 'date') return keys.map(String);
  const grain = grainOf(keys.map(Number));
  return keys.map((key) => formatDate(Number(key), grain));
}

/** Labels below bands that share `width` pixels: all, or dates at round places, or every n-th. */
export function bandTicks(keys: readonly BandKey[], kind: 'date' | 'number' | 'text', width: number): Tick[] {
  const names = bandNames(keys, kind);
  const slot = width / Math.max(1, keys.length);
  const widest = names.reduce((most, name) => Math.max(most, textWidth(name, LABEL_SIZE)), 0);
  if (kind === 'date' && widest + 10 > slot) return roundDates(keys.map(Number), Math.floor(width / 58));
  // Long names get the room of their slot; where that is too little, only every n-th is named.
  const longest = Math.min(widest, Math.max(slot - 10, 110));
  const every = Math.max(1, Math.ceil((longest + 10) / slot));
  return keys.flatMap((value, i) =>
    i % every === 0 ? [{ value, label: truncate(names[i] ?? '', slot * every - 8, LABEL_SIZE) }] : [],
  );
}

/** Round dates, each at the first band that is not before it. */
function roundDates(dates: readonly number[], count: number): Tick[] {
  const first = dates[0] ?? 0;
  const last = dates.at(-1) ?? first;
  const ticks = new Map<number, Tick>();
  for (const { value, label } of dateTicks(
    first,
    last,
    count,
    dates.every((d) => d % 86_400_000 === 0) ? 'day' : 'hour',
  )) {
    const at = dates.find((date) => date >= Number(value));
    if (at !== undefined && !ticks.has(at)) ticks.set(at, { value: at, label });
  }
  return [...ticks.values()];
}

/** Share of a band left empty so that few bars do not become walls and many do not become hairlines. */
export function bandPadding(count: number, width: number, widest: number): number {
  const slot = width / Math.max(1, count);
  return Number(Math.max(slot < 4 ? 0.05 : 0.22, 1 - widest / slot).toFixed(3));
}
