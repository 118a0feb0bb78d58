/**
 * The child process that draws: Vega-Lite specification in, PNG out. It holds everything that a hostile
 * specification could hang or break (compiling, expressions, pixels), and can load nothing: vega's loader
 * is replaced, and expressions are interpreted, never compiled to JavaScript.
 */
import { fileURLToPath } from 'node:url';
import { type Canvas, clearAllCache, GlobalFonts } from 'canvas';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { AnalystError } from '../agent/errors.ts';
import { serveJobs } from '../processes/child.ts';
import { bar } from './bar.ts';
import type { Spec } from './chart.ts';
import { encodePng } from './encode.ts';
import { expressions } from './expressions.ts';
import { limits } from './limits.ts';
import { line } from './line.ts';
import { drawPlainMarksQuickly } from './marks.ts';
import { FONT } from './theme.ts';

export interface Drawn {
  png: Uint8Array;
  /** Pixels. */
  width: number;
  height: number;
}

/** Pixels per logical pixel. */
const SCALE = 2;
/** A transform may take a random sample; the same specification is the same picture. */
const SEED = 0.5;
const seedable = vega as unknown as {
  setRandom(random: () => number): void;
  randomLCG(seed: number): () => number;
};

for (const file of ['Inter-Regular.woff2', 'Inter-Bold.woff2']) {
  const path = fileURLToPath(new URL(`./fonts/${file}`, import.meta.url));
  if (!GlobalFonts.registerFromPath(path, FONT)) throw new Error(`The font ${file} cannot be read.`);
}
drawPlainMarksQuickly();

async function draw(spec: Spec): Promise<Drawn> {
  seedable.setRandom(seedable.randomLCG(SEED));
  const problems: string[] = [];
  let view: vega.View | undefined;
  try {
    const logger = listener(problems);
    const compiled = compile(spec as unknown as TopLevelSpec, { logger }).spec;
    view = new vega.View(vega.parse(compiled, undefined, { ast: true }), {
      expr: expressions,
      loader: NOTHING_TO_LOAD,
      logger,
      renderer: 'none',
    });
    await view.runAsync();
    checkSize(view);
    const canvas = (await view.toCanvas(SCALE)) as unknown as Canvas;
    if (problems.length > 0) throw notDrawable(problems.join('; '));
    return encode(canvas);
  } catch (error) {
    if (error instanceof AnalystError) throw error;
    throw notDrawable(error instanceof Error ? error.message : String(error));
  } finally {
    view?.finalize();
  }
}

function denied(): never {
  throw new Error('a chart cannot load anything: put the rows into it');
}
const NOTHING_TO_LOAD = {
  load: denied,
  http: denied,
  file: denied,
  // Asked for links, which a picture does not have, and for the addresses of images.
  sanitize: async (_uri: string, options?: { context?: string }) => {
    if (options?.context !== 'href') denied();
    return { href: '#' };
  },
} as unknown as vega.Loader;

/**
 * Errors fail the drawing, and so does data that was not loaded, of which Vega only warns before it goes on with
 * an empty chart. Other warnings are about style.
 */
function listener(problems: string[]): vega.LoggerInterface {
  const logger = vega.logger(vega.Error);
  const silent = () => logger;
  return Object.assign(logger, {
    error: (...parts: unknown[]) => {
      problems.push(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '));
      return logger;
    },
    warn: (...parts: unknown[]) => {
      if (parts[0] === 'Loading failed')
        problems.push(`nothing can be loaded (${String(parts[1])}): give the rows`);
      return logger;
    },
    info: silent,
    debug: silent,
  });
}

/** Vega's own fields: facets and concatenations have no width signal, only their laid-out size. */
function checkSize(view: vega.View): void {
  const { _viewWidth: width, _viewHeight: height } = view as unknown as {
    _viewWidth: number;
    _viewHeight: number;
  };
  if (width <= limits.side && height <= limits.side && width * height <= limits.area) return;
  throw new AnalystError(
    'too_large',
    `The picture would have ${Math.ceil(width)} × ${Math.ceil(height)} pixels.`,
    {
      hint: 'Draw fewer facets, or give each of them a smaller width and height.',
    },
  );
}

/** Gives the pixels back at once: left to the collector they pile up, and fresh memory is slower than drawing. */
function encode(canvas: Canvas): Drawn {
  const { width, height } = canvas;
  const pixels = canvas.data();
  const png = encodePng(pixels, width, height);
  (pixels.buffer as ArrayBuffer).transfer(0);
  canvas.width = 1;
  return { png, width, height };
}

function notDrawable(detail: string): AnalystError {
  return new AnalystError('bad_input', `The chart could not be drawn: ${detail.slice(0, 300)}`, {
    hint: 'Check the specification against Vega-Lite 6, or use one of the chart types.',
  });
}

/** The first picture costs ten times the second: code is compiled, glyphs are read. */
async function warmUp(): Promise<void> {
  const rows = [1, 2, 3].flatMap((day) =>
    ['A', 'B'].map((name) => ({ day: `2024-01-0${day}`, name, value: day })),
  );
  for (const type of [line, bar])
    await draw(type.build({ title: 'Warm-up −0123456789', rows, options: {} }).spec);
}

let pictures = 0;
let atRest: NodeJS.Timeout | undefined;

/** What pictures have left is given back to the system a while after the last one: in between it would cost time. */
async function answer(text: string): Promise<Drawn> {
  clearTimeout(atRest);
  try {
    return await draw(JSON.parse(text) as Spec);
  } finally {
    atRest = setTimeout(giveBack, limits.restMs);
  }
}

function giveBack(): void {
  clearAllCache();
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** Where there is never a while without one. */
function giveBackSometimes(): void {
  if (++pictures % limits.picturesBeforeRest === 0) giveBack();
}

serveJobs(answer, { prepare: warmUp, rest: giveBackSometimes });
