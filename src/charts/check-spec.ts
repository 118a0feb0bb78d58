/**
 * What a specification of the model's own may not hold: anything that loads, links, shows foreign pictures or
 * reaches out of an expression. This is the wall that explains; the child process of png.ts is the one that holds.
 */
import { AnalystError } from '../agent/errors.ts';
import type { Spec } from './chart.ts';
import { limits } from './limits.ts';
import { checkPointCount } from './points.ts';

const EXPRESSION_KEYS = new Set([
  'calculate',
  'filter',
  'expr',
  'test',
  'labelExpr',
  'init',
  'update',
  'signal',
]);
const LOADING_KEYS = new Map(
  Object.entries({
    url: 'A chart cannot load anything from a URL: give the rows.',
    href: 'A picture has no links.',
    usermeta: 'usermeta is not used here.',
    loader: 'A chart cannot load anything.',
    onFunction: 'A picture has no events.',
  }),
);
/** Never parts of a chart, and the first step of every escape from an expression. */
const FORBIDDEN_NAME =
  /\b(constructor|prototype|__\w+__|VEGA_DEBUG|globalThis|process|require|import|eval|Function|now|warn|info|debug)\b/;
const POLLUTING_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const VIEW_KEYS = new Set(['layer', 'concat', 'hconcat', 'vconcat']);
const FACET_KEYS = new Set(['row', 'column', 'facet']);

type Rows = readonly Record<string, unknown>[];

/**
 * @param rows what a specification without data of its own will draw
 * @throws AnalystError refused, too_large, bad_input
 */
export function checkSpec(spec: Spec, rows: Rows): void {
  if ('marks' in spec || 'signals' in spec || String(spec.$schema ?? '').includes('/schema/vega/')) {
    throw new AnalystError('bad_input', 'options.spec is a Vega specification; Vega-Lite is expected.');
  }
  let views = 0;
  let points = 0;

  function visit(node: unknown, path: string, depth: number): void {
    if (depth > limits.specDepth)
      throw new AnalystError('too_large', `options.spec is nested too deeply at ${path}.`);
    if (Array.isArray(node)) {
      for (const [i, item] of node.entries()) visit(item, `${path}[${i}]`, depth + 1);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      const here = `${path}.${key}`;
      if (POLLUTING_KEYS.has(key)) throw refused(here, `"${key}" is not a name.`);
      const loading = LOADING_KEYS.get(key);
      if (loading !== undefined) throw refused(here, loading);
      if (key === 'values' || (path.endsWith('.datasets') && Array.isArray(value))) {
        if (Array.isArray(value)) points += value.length;
        if (path.endsWith('.data') || path.endsWith('.datasets')) continue;
      }
      if (key === 'mark' || key === 'type') checkMark(value, here);
      if (key === 'sequence' && path.endsWith('.data')) points += sequenceLength(value, here);
      if (EXPRESSION_KEYS.has(key) && typeof value === 'string') checkExpression(value, here);
      if (VIEW_KEYS.has(key) && Array.isArray(value)) views += value.length;
      if (key === 'repeat') views += repetitions(value);
      if (FACET_KEYS.has(key)) views += facets(value, rows);
      if ((key === 'width' || key === 'height') && Number(value) > limits.side) {
        throw new AnalystError('too_large', `${here} is ${value}; at most ${limits.side} pixels fit.`);
      }
      visit(value, here, depth + 1);
    }
  }

  visit(spec, 'spec', 0);
  checkPointCount(Math.max(points, rows.length));
  if (views > limits.specViews) {
    throw new AnalystError(
      'too_large',
      `options.spec makes ${views} views; at most ${limits.specViews} fit.`,
      {
        hint: 'Draw fewer facets or layers.',
      },
    );
  }
  if (JSON.stringify(spec).length > limits.specBytes) {
    throw new AnalystError('too_large', 'options.spec is too long.', { hint: 'Aggregate its data in SQL.' });
  }
}

function refused(path: string, why: string): AnalystError {
  return new AnalystError('refused', `options.${path} is not allowed. ${why}`);
}

function checkMark(value: unknown, path: string): void {
  if (value === 'image') throw refused(path, 'Marks of the type "image" would load pictures.');
}

function checkExpression(text: string, path: string): void {
  if (text.length > limits.expressionChars) {
    throw new AnalystError('too_large', `The expression at options.${path} is too long.`, {
      hint: 'Compute the values in SQL or in the program.',
    });
  }
  const name = FORBIDDEN_NAME.exec(text)?.[0];
  if (name !== undefined) throw refused(path, `Expressions may not use "${name}".`);
  if (text.includes('\\u') || text.includes('\\x'))
    throw refused(path, 'Expressions may not hold escape codes.');
}

function sequenceLength(value: unknown, path: string): number {
  const { start = 0, stop, step = 1 } = (value ?? {}) as Record<string, unknown>;
  const length = Math.abs((Number(stop) - Number(start)) / Number(step));
  if (!Number.isFinite(length)) throw new AnalystError('bad_input', `options.${path} needs numbers.`);
  return Math.ceil(length);
}

function repetitions(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  const lengths = Object.values((value ?? {}) as Record<string, unknown>).map((list) =>
    Array.isArray(list) ? list.length : 1,
  );
  return lengths.reduce((product, length) => product * length, 1);
}

function facets(value: unknown, rows: Rows): number {
  const field = (value as { field?: unknown } | null)?.field;
  return typeof field === 'string' ? new Set(rows.map((row) => row[field])).size : 0;
}
