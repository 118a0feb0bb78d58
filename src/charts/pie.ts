/** Shares of a whole, as a ring; what is too small to see becomes "Other", and says how many it holds. */
import { AnalystError } from '../agent/errors.ts';
import type { ChartRequest, ChartType, Drawing } from './chart.ts';
import { noData } from './columns.ts';
import { forDrawing, formatValue, unitOf } from './format.ts';
import { spread } from './labels.ts';
import { toPoints } from './points.ts';
import { describeValues } from './summary.ts';
import { textWidth, truncate } from './text.ts';
import * as theme from './theme.ts';

export const pie: ChartType = { names: ['pie', 'donut'], build };

const SLICES_MOST = 8;
const SMALLEST = 0.02; // of the whole
const NAMED_LEAST = 4;
const OUTER = 128;
const INNER = 78;
const LINE = 19;
const LABEL_WIDTH = 215;

interface Slice {
  name: string;
  value: number;
  color: string;
}

function build(request: ChartRequest): Drawing {
  const { options } = request;
  const data = toPoints(request, ['text', 'date', 'number']);
  // One row {AAPL: 40, MSFT: 60} is a pie as well: its columns are the slices.
  const wide = data.series.length > 1 && request.rows.length === 1;
  const sums = new Map<string, number>();
  for (const { x, y, series } of data.points) {
    if (y === null) continue;
    if (y < 0) {
      throw new AnalystError('bad_input', 'A pie cannot show negative values.', { hint: 'Use a bar chart.' });
    }
    const name = wide
      ? series
      : String(data.xKind === 'date' ? new Date(Number(x)).toISOString().slice(0, 10) : x);
    sums.set(name, (sums.get(name) ?? 0) + y);
  }
  const total = [...sums.values()].reduce((a, b) => a + b, 0);
  if (total <= 0) throw noData('The shares add up to zero.');
  const slices = toSlices(sums, total, options.sort !== 'none');
  const unit = unitOf(options.unit);
  const percent = unit.suffix === '%' && Math.abs(total - 100) < 1;
  const centre = { x: theme.WIDTH / 2 - theme.PADDING.left, y: 150 };
  const labels = labelsOf(slices, total, centre, percent ? null : unit);
  const spec = theme.frame(request, {
    data: {
      values: slices.map((slice, rank) => ({ name: slice.name, value: forDrawing(slice.value), rank })),
    },
    layer: [
      {
        mark: {
          type: 'arc',
          outerRadius: OUTER,
          innerRadius: INNER,
          stroke: theme.GROUND,
          strokeWidth: slices.length > 1 ? 2 : 0,
          x: centre.x,
          y: centre.y,
        },
        encoding: {
          theta: { field: 'value', type: 'quantitative', stack: true },
          order: { field: 'rank', type: 'quantitative' },
          color: {
            field: 'name',
            type: 'nominal',
            sort: null,
            scale: { domain: slices.map((slice) => slice.name), range: slices.map((slice) => slice.color) },
            legend: null,
          },
        },
      },
      ...labels,
      ...(percent
        ? []
        : [
            {
              data: { values: [{}] },
              mark: {
                type: 'text',
                text: formatValue(total, unit),
                fontSize: 22,
                fontWeight: 'bold',
                x: centre.x,
                y: centre.y - 2,
              },
            },
            {
              data: { values: [{}] },
              mark: {
                type: 'text',
                text: unit.title === '' ? 'total' : unit.title,
                color: theme.MUTED,
                x: centre.x,
                y: centre.y + 20,
              },
            },
          ]),
    ],
  });
  const shares = slices.map((slice) => ({ name: slice.name, value: (100 * slice.value) / total }));
  return { spec, outline: `${sums.size} slices`, summary: describeValues(shares, '%') };
}

function toSlices(sums: ReadonlyMap<string, number>, total: number, sorted: boolean): Slice[] {
  const all = [...sums].filter(([, value]) => value > 0).map(([name, value]) => ({ name, value }));
  const ranked = all.toSorted((a, b) => b.value - a.value);
  const large = ranked.filter(
    (slice, i) => i < SLICES_MOST - 1 && (i < NAMED_LEAST || slice.value / total >= SMALLEST),
  );
  // "Other" of one slice only hides its name.
  const shown = ranked.length - large.length <= 1 ? ranked : large;
  const rest = ranked.slice(shown.length);
  const kept = sorted ? shown : all.filter((slice) => shown.includes(slice));
  const slices = kept.map((slice, i) => ({ ...slice, color: theme.PALETTE[i] ?? theme.OTHER }));
  if (rest.length === 0) return slices;
  const value = rest.reduce((sum, slice) => sum + slice.value, 0);
  return [...slices, { name: `Other (${rest.length})`, value, color: theme.OTHER }];
}

/** A name and a share beside each slice, on its side of the ring, with a line from slice to text. */
function labelsOf(
  slices: readonly Slice[],
  total: number,
  centre: { x: number; y: number },
  unit: ReturnType<typeof unitOf> | null,
) {
  let before = 0;
  const places = slices.map((slice) => {
    const angle = (2 * Math.PI * (before + slice.value / 2)) / total;
    before += slice.value;
    const right = Math.sin(angle) >= 0;
    return { slice, angle, right, wanted: centre.y - (OUTER + 22) * Math.cos(angle) };
  });
  return [true, false].flatMap((right) => {
    const side = places.filter((place) => place.right === right);
    if (side.length === 0) return [];
    const ys = spread(
      side.map((place) => place.wanted),
      LINE,
      0,
      300,
    );
    const sign = right ? 1 : -1;
    const lines = side.flatMap(({ slice, angle }, i) => {
      const y = ys[i] ?? 0;
      const path: [number, number][] = [
        [centre.x + (OUTER + 3) * Math.sin(angle), centre.y - (OUTER + 3) * Math.cos(angle)],
        [centre.x + sign * Math.max(60, Math.abs(Math.sin(angle)) * (OUTER + 16)), y],
        [centre.x + sign * (OUTER + 34), y],
      ];
      return path.map(([x, at], step) => ({ x: forDrawing(x), y: forDrawing(at), step, name: slice.name }));
    });
    const texts = side.map(({ slice }, i) => {
      const share = formatValue((100 * slice.value) / total, unitOf('%'));
      const value = unit === null ? '' : `  ${formatValue(slice.value, unit)}`;
      return {
        x: centre.x + sign * (OUTER + 40),
        y: forDrawing(ys[i] ?? 0),
        name: truncate(
          slice.name,
          LABEL_WIDTH - textWidth(`  ${share}${value}`, theme.LABEL_SIZE),
          theme.LABEL_SIZE,
        ),
        share: `${share}${value}`,
      };
    });
    const position = {
      x: { field: 'x', type: 'quantitative', scale: null, axis: null },
      y: { field: 'y', type: 'quantitative', scale: null, axis: null },
    };
    const text = { type: 'text', align: right ? 'left' : 'right', baseline: 'middle' };
    return [
      {
        data: { values: lines },
        mark: { type: 'line', color: theme.OTHER, strokeWidth: 1 },
        encoding: {
          ...position,
          detail: { field: 'name', type: 'nominal' },
          order: { field: 'step', type: 'quantitative' },
        },
      },
      {
        data: { values: texts.map((label) => ({ ...label, text: `${label.name}  ${label.share}` })) },
        mark: text,
        encoding: { ...position, text: { field: 'text', type: 'nominal' } },
      },
    ];
  });
}
