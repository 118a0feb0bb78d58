/**
 * Draws the marks that come in thousands, plain dots and plain rectangles, with the few calls that they need. Vega
 * sets every style anew for each of them, which was half of the time of drawing; the pixels are the same. A mark of
 * which any item is more than plain is drawn by Vega.
 */
import type { SKRSContext2D } from 'canvas';
import * as vega from 'vega';

/** Of Vega's scenegraph: numbers that are not there have defaults, colours may be gradients. */
interface Item {
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  size?: number;
  fill?: string | object;
  stroke?: unknown;
  strokeWidth?: number;
  opacity?: number;
  fillOpacity?: number;
  bounds: object;
  [more: string]: unknown;
}

interface Mark {
  draw(
    context: SKRSContext2D,
    scene: { items: Item[] },
    view: { intersects(bounds: object): boolean } | null,
    types: unknown,
  ): void;
}

type Shape = (context: SKRSContext2D, item: Item) => void;

/** Properties that make an item more than plain, unless they are nothing or zero. */
const FANCY = ['blend', 'zindex', 'angle'];
const CORNERS = ['', 'TopLeft', 'TopRight', 'BottomLeft', 'BottomRight'].map((at) => `cornerRadius${at}`);

/** From now on, in every picture of this process. */
export function drawPlainMarksQuickly(): void {
  const { Marks } = vega as unknown as { Marks: Record<'symbol' | 'rect', Mark> };
  const isDot = (item: Item) => (item.shape ?? 'circle') === 'circle' && isPlain(item, FANCY);
  const fancyRectangle = [...FANCY, ...CORNERS];
  const isRectangle = (item: Item) => isPlain(item, fancyRectangle);
  Marks.symbol = quick(Marks.symbol, isDot, dot);
  Marks.rect = quick(Marks.rect, isRectangle, rectangle);
}

function quick(mark: Mark, plain: (item: Item) => boolean, shape: Shape): Mark {
  const draw: Mark['draw'] = (context, scene, view, types) => {
    if (!scene.items.every(plain)) return mark.draw(context, scene, view, types);
    let alpha: number | undefined;
    let colour: unknown;
    context.globalCompositeOperation = 'source-over';
    for (const item of scene.items) {
      const opacity = (item.opacity ?? 1) * (item.fillOpacity ?? 1);
      if (typeof item.fill !== 'string' || opacity <= 0 || view?.intersects(item.bounds) === false) continue;
      if (alpha !== opacity) context.globalAlpha = opacity;
      if (colour !== item.fill) context.fillStyle = item.fill;
      [alpha, colour] = [opacity, item.fill];
      shape(context, item);
    }
  };
  return { ...mark, draw };
}

// Not at (x, y), and not with fillRect: edges would differ by a shade from those that Vega draws.
const dot: Shape = (context, item) => {
  const x = item.x || 0;
  const y = item.y || 0;
  context.translate(x, y);
  context.beginPath();
  context.arc(0, 0, Math.sqrt(item.size ?? 64) / 2, 0, 2 * Math.PI);
  context.fill();
  context.translate(-x, -y);
};

const rectangle: Shape = (context, item) => {
  context.beginPath();
  context.rect(item.x || 0, item.y || 0, item.width || 0, item.height || 0);
  context.fill();
};

function isPlain(item: Item, fancy: readonly string[]): boolean {
  if (item.stroke && (item.strokeWidth ?? 1) > 0 && item.strokeOpacity !== 0) return false;
  return (!item.fill || typeof item.fill === 'string') && !fancy.some((name) => item[name]);
}
