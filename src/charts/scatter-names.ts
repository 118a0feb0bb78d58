/** Names beside the points of a scatter chart: each where it hides no point and no other name, or nowhere. */
import type { Spec } from './chart.ts';
import { forDrawing } from './format.ts';
import { textWidth, truncate } from './text.ts';
import { INK, LABEL_SIZE, WIDTH } from './theme.ts';

interface Named {
  x: number;
  y: number;
  name: string;
  /** Of the point, in pixels. */
  radius: number;
}
interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const PLOT_WIDTH = WIDTH - 110; // about
const LINE = 14;
const NAME_WIDTH = 130;
const GAP = 3; // between a point and its name
const SIDES = [
  { align: 'left', baseline: 'middle', right: 1, down: 0 },
  { align: 'right', baseline: 'middle', right: -1, down: 0 },
  { align: 'center', baseline: 'bottom', right: 0, down: -1 },
  { align: 'center', baseline: 'top', right: 0, down: 1 },
] as const;

/** One text layer for each side of the points that is used. */
export function placeNames(
  points: readonly Named[],
  xDomain: readonly [number, number],
  yDomain: readonly [number, number],
  height: number,
  log: boolean,
): Spec[] {
  const along = (value: number, [low, high]: readonly [number, number]) =>
    log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const valueAt = (share: number, [low, high]: readonly [number, number]) =>
    log ? low * (high / low) ** share : low + share * (high - low);
  const dots = points.map((point) => {
    const x = along(point.x, xDomain) * PLOT_WIDTH;
    const y = (1 - along(point.y, yDomain)) * height;
    const r = point.radius;
    return { x, y, box: { left: x - r, right: x + r, top: y - r, bottom: y + r } };
  });
  const taken: Box[] = dots.map((dot) => dot.box);
  const layers: { values: Record<string, unknown>[] }[] = SIDES.map(() => ({ values: [] }));
  points.forEach((point, i) => {
    const dot = dots[i];
    if (!dot) return;
    const name = truncate(point.name, NAME_WIDTH, LABEL_SIZE);
    const width = textWidth(name, LABEL_SIZE);
    for (const [s, side] of SIDES.entries()) {
      const x = dot.x + side.right * (point.radius + GAP);
      const y = dot.y + side.down * (point.radius + GAP);
      const left = x - (side.align === 'left' ? 0 : side.align === 'right' ? width : width / 2);
      const top = y - (side.baseline === 'middle' ? LINE / 2 : side.baseline === 'bottom' ? LINE : 0);
      const box = { left, right: left + width, top, bottom: top + LINE };
      if (
        box.left < -12 ||
        box.right > PLOT_WIDTH + 10 ||
        taken.some((other) => other !== dot.box && overlaps(box, other))
      )
        continue;
      taken.push(box);
      layers[s]?.values.push({
        x: forDrawing(valueAt(x / PLOT_WIDTH, xDomain)),
        y: forDrawing(valueAt(1 - y / height, yDomain)),
        name,
      });
      return;
    }
  });
  return layers.flatMap(({ values }, s) =>
    values.length === 0
      ? []
      : [
          {
            data: { values },
            mark: { type: 'text', color: INK, align: SIDES[s]?.align, baseline: SIDES[s]?.baseline },
            encoding: { text: { field: 'name' }, size: { value: LABEL_SIZE } },
          },
        ],
  );
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
