/** Values on top of each other: positive ones upwards from zero, negative ones downwards. */
import type { Point } from './points.ts';

/** The lowest and the highest end of the stacks, zero included. */
export function stackedExtent(points: readonly Point[]): [number, number] {
  const up = new Map<Point['x'], number>();
  const down = new Map<Point['x'], number>();
  for (const { x, y } of points) {
    const side = (y ?? 0) < 0 ? down : up;
    side.set(x, (side.get(x) ?? 0) + (y ?? 0));
  }
  return [Math.min(0, ...down.values()), Math.max(0, ...up.values())];
}

/** Each value as a percentage of the sum of the magnitudes at its x. */
export function percentOfTotal(points: readonly Point[]): Point[] {
  const totals = new Map<Point['x'], number>();
  for (const { x, y } of points) totals.set(x, (totals.get(x) ?? 0) + Math.abs(y ?? 0));
  return points.map((point) => {
    const total = totals.get(point.x) ?? 0;
    return { ...point, y: point.y === null || total === 0 ? null : (100 * point.y) / total };
  });
}
