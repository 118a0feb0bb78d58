/**
 * Names written beside the ends of lines and areas, moved apart until they do not overlap.
 */
import type { Spec } from './chart.ts';
import { forDrawing } from './format.ts';
import { truncate } from './text.ts';
import { LABEL_SIZE } from './theme.ts';

export interface EndLabel {
  name: string;
  color: string;
  /** In the units of the axis (its logarithm on a logarithmic one). */
  y: number;
}

export const LABEL_GAP = 15; // pixels from one baseline to the next
const MAX_WIDTH = 150;
const OFFSET = 9;

/**
 * The nearest positions to `wanted` with `gap` between any two, within [low, high] where they fit. Labels that
 * would touch form a group, and a group lies around the mean of what its members want.
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y || a.i - b.i);
  const groups: { members: { y: number; i: number }[]; start: number }[] = [];
  for (const item of order) {
    groups.push({ members: [item], start: item.y });
    for (;;) {
      const last = groups.at(-1);
      const before = groups.at(-2);
      if (!last || !before || before.start + before.members.length * gap <= last.start) break;
      groups.pop();
      before.members.push(...last.members);
      const mean = before.members.reduce((sum, member) => sum + member.y, 0) / before.members.length;
      const extent = (before.members.length - 1) * gap;
      before.start = Math.max(low, Math.min(mean - extent / 2, high - extent));
    }
  }
  const placed = [...wanted];
  for (const group of groups) {
    group.members.forEach((member, rank) => {
      placed[member.i] = group.start + rank * gap;
    });
  }
  return placed;
}

/**
 * A layer of labels right of the plot, on the scale of the other layers; Vega makes room for it.
 * @param fromAxis what turns a position on the axis into a value, when the axis is logarithmic
 */
export function endLabels(
  labels: readonly EndLabel[],
  domain: readonly [number, number],
  height: number,
  fromAxis: (y: number) => number = (y) => y,
): Spec {
  const scale = height / (domain[1] - domain[0]);
  const placed = spread(
    labels.map((label) => (label.y - domain[0]) * scale),
    LABEL_GAP,
    0,
    height,
  );
  return {
    data: {
      values: labels.map((label, i) => ({
        name: truncate(label.name, MAX_WIDTH, LABEL_SIZE),
        color: label.color,
        y: forDrawing(fromAxis(domain[0] + (placed[i] ?? 0) / scale)),
      })),
    },
    mark: {
      type: 'text',
      align: 'left',
      baseline: 'middle',
      dx: OFFSET,
      fontWeight: 'bold',
      fontSize: LABEL_SIZE,
    },
    encoding: {
      x: { value: 'width' },
      y: { field: 'y', type: 'quantitative', stack: null },
      text: { field: 'name', type: 'nominal' },
      color: { field: 'color', type: 'nominal', scale: null, legend: null },
    },
  };
}
