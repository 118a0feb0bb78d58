import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { expect, it } from 'vitest';
import { type Context, evaluator, type Node } from './evaluate.ts';
import { expressions } from './expressions.ts';

const parse = (text: string) =>
  (vega as unknown as { parseExpression(text: string): Node }).parseExpression(text);
// The table that Vega's own runtime would hand over.
const { functions } = (new vega.View(vega.parse({})) as unknown as { _runtime: Context })._runtime;
const interpreter = expressionInterpreter as unknown as typeof expressions;

const ROWS = [
  1.5,
  0,
  -2,
  null,
  undefined,
  Number.NaN,
  Infinity,
  '7',
  'text',
  '',
  true,
  [3, 'a'],
  new Date(5),
];
const QUICK = [
  'datum.v',
  'datum["v"]',
  'datum["v"] + 1 - 2 * datum.v / 4',
  'datum.v + "a"',
  '+datum.v',
  '-datum.v',
  '!datum.v',
  'isValid(datum.v) && isFinite(+datum.v)',
  '!isValid(datum.v) || isNaN(datum.v)',
  'datum.v >= 1 ? "more" : datum.v < 0 ? "less" : null',
  'datum.v === 0 || datum.v !== 1.5 && datum.v <= 7 || datum.v > 9',
  '["a", ["b", "c"], "d"][indexof([1.5, 0, -2], +datum.v)]',
  'max(0.25, +datum.v, width) + min(1, width) + abs(-3) + floor(2.7) + round(2.5)',
  'toNumber(datum["v"])',
  'datum[key]',
  'item.mark.width + width',
  'lerp([2, 4], 0.5)',
];
const LEFT_TO_THE_INTERPRETER = [
  'test(/a/, datum.v)',
  'datum.v == 1',
  '{a: datum.v}',
  'PI * 2',
  'upper(datum.v)',
];

it.each(QUICK)('gives what the interpreter gives: %s', (text) => {
  const ast = parse(text);
  const quick = evaluator({ functions }, ast);
  const signals = { $width: 100, $key: 'v' };
  const item = { mark: { width: 3 } };
  for (const v of ROWS) {
    const probe: Record<string, unknown> & { datum: Record<string, unknown> } = { ...item, datum: { v } };
    interpreter.encode({ functions }, { marktype: 'rule', channels: { value: { ast } } })(probe, signals);
    expect(quick?.({ v }, signals, item)).toEqual(probe.value);
  }
});

it.each(LEFT_TO_THE_INTERPRETER)('does not know: %s', (text) => {
  expect(evaluator({ functions }, parse(text))).toBeNull();
  const { parameter } = expressions;
  expect(parameter({ functions }, { ast: parse(text) })({ v: 1 }, {})).toEqual(
    interpreter.parameter({ functions }, { ast: parse(text) })({ v: 1 }, {}),
  );
});

it.each([
  'datum.v.constructor',
  'datum["v"]["constructor"]',
  'datum.v[key]',
  '[].concat',
  'datum.v.toString',
])('reads no function off a value: %s', (text) => {
  expect(evaluator({ functions }, parse(text))?.({ v: 'a' }, { $key: 'constructor' }, {})).toBeUndefined();
});

it.each(['rect', 'rule', 'text'])(
  'places what is given by ends and middles as the interpreter does: %s',
  (marktype) => {
    for (const names of [['x', 'x2'], ['x2'], ['xc', 'width'], ['y', 'y2', 'xc'], ['y2', 'height'], ['yc']]) {
      const channels = Object.fromEntries(names.map((name) => [name, { ast: parse(`datum.${name}`) }]));
      const datum = { x: 9, x2: 4, xc: 3, y: 1, y2: 5, yc: 2, width: 4, height: 6 };
      const [ours, theirs] = [expressions, interpreter].map((evaluate) => {
        const item = { datum };
        evaluate.encode({ functions }, { marktype, channels })(item, {});
        return item;
      });
      expect(ours).toEqual(theirs);
    }
  },
);
