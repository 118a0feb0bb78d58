/**
 * The kinds of expression that nearly all channels, filters and formulas are, each made into one function of a
 * row: constants, columns, signals, scales, arithmetic, comparisons and conditions. Nothing here makes code of
 * text; functions are called by the names listed here only, and no function is ever read off a value.
 */

/** Of vega-expression's tree. */
export interface Node {
  type: string;
  value?: unknown;
  regex?: object;
  name?: string;
  operator?: string;
  computed?: boolean;
  callee?: Node;
  arguments?: Node[];
  elements?: Node[];
  object?: Node;
  property?: Node;
  argument?: Node;
  left?: Node;
  right?: Node;
  test?: Node;
  consequent?: Node;
  alternate?: Node;
}

export type Bag = Record<string, unknown>;
export type Evaluate = (datum: Bag, signals: Bag, item: Bag) => unknown;
export interface Context {
  functions: Record<string, Apply>;
}

type Apply = (...values: unknown[]) => unknown;
interface Scale {
  (value: unknown): unknown;
  bandwidth?(): number;
  range(): unknown[];
}

// Operands are whatever they are, as in JavaScript.
const n = (value: unknown) => value as number;
const BINARY = new Map<string | undefined, Apply>([
  ['+', (a, b) => n(a) + n(b)],
  ['-', (a, b) => n(a) - n(b)],
  ['*', (a, b) => n(a) * n(b)],
  ['/', (a, b) => n(a) / n(b)],
  ['<', (a, b) => n(a) < n(b)],
  ['<=', (a, b) => n(a) <= n(b)],
  ['>', (a, b) => n(a) > n(b)],
  ['>=', (a, b) => n(a) >= n(b)],
  ['===', (a, b) => a === b],
  ['!==', (a, b) => a !== b],
]);
const UNARY = new Map<string | undefined, Apply>([
  ['+', (a) => +n(a)],
  ['-', (a) => -n(a)],
  ['!', (a) => !a],
]);
/** Functions of their arguments alone. */
const PURE = new Map<string | undefined, Apply>([
  ['isValid', (a) => a !== null && a !== undefined && !Number.isNaN(a)],
  ['isFinite', (a) => Number.isFinite(a)],
  ['isNaN', (a) => Number.isNaN(a)],
  ['abs', (a) => Math.abs(n(a))],
  ['floor', (a) => Math.floor(n(a))],
  ['round', (a) => Math.round(n(a))],
  ['max', (...all) => Math.max(...all.map(n))],
  ['min', (...all) => Math.min(...all.map(n))],
]);
/** Vega's own, called as it would; some look up a scale. */
const OF_VEGA = new Set<string | undefined>([
  'bandwidth',
  'indexof',
  'lerp',
  'range',
  'scale',
  'span',
  'toNumber',
]);
const NOT_SIGNALS = /^(event|NaN|E|LN2|LN10|LOG2E|LOG10E|PI|SQRT1_2|SQRT2|MIN_VALUE|MAX_VALUE)$/;

/** @returns null for a kind that is not known here */
export function evaluator(context: Context, node: Node): Evaluate | null {
  const { type, operator, left, right } = node;
  if (type === 'Literal') return node.regex ? null : () => node.value;
  if (type === 'Identifier') return identifier(String(node.name));
  if (type === 'MemberExpression') return member(context, node);
  if (type === 'CallExpression') return call(context, node.callee?.name, node.arguments ?? []);
  if (type === 'ArrayExpression') return applied(context, (...values) => values, node.elements ?? []);
  if (type === 'UnaryExpression') return applied(context, UNARY.get(operator), [node.argument]);
  if (type === 'BinaryExpression') return applied(context, BINARY.get(operator), [left, right]);
  if (type === 'LogicalExpression') {
    const [a, b] = all(context, [left, right]) ?? [];
    if (!a || !b) return null;
    if (operator === '&&')
      return (datum, signals, item) => a(datum, signals, item) && b(datum, signals, item);
    return (datum, signals, item) => a(datum, signals, item) || b(datum, signals, item);
  }
  if (type === 'ConditionalExpression') {
    const [test, yes, no] = all(context, [node.test, node.consequent, node.alternate]) ?? [];
    if (!test || !yes || !no) return null;
    return (datum, signals, item) => (test(datum, signals, item) ? yes : no)(datum, signals, item);
  }
  return null;
}

function all(context: Context, nodes: readonly (Node | undefined)[]): Evaluate[] | null {
  const found = nodes.flatMap((node) => (node && evaluator(context, node)) ?? []);
  return found.length === nodes.length ? found : null;
}

function identifier(name: string): Evaluate | null {
  if (name === 'datum') return (datum) => datum;
  if (name === 'item') return (_datum, _signals, item) => item;
  return NOT_SIGNALS.test(name) ? null : (_datum, signals) => signals[`$${name}`];
}

function member(context: Context, { object, property, computed }: Node): Evaluate | null {
  const key = computed && property?.type !== 'Literal' ? property : null;
  const [of, at] = all(context, key ? [object, key] : [object]) ?? [];
  if (!of) return null;
  const name = String(computed ? property?.value : property?.name);
  return (datum, signals, item) => {
    const value = (of(datum, signals, item) as Bag)[at ? String(at(datum, signals, item)) : name];
    return typeof value === 'function' ? undefined : value;
  };
}

function call(context: Context, name: string | undefined, given: Node[]): Evaluate | null {
  const { functions } = context;
  // The underscored ones are Vega's shorthand for a scale that it hands over with the signals.
  const scale = `%${given[0]?.value}`;
  if (name === '_scale') {
    const [column] = all(context, given.slice(1)) ?? [];
    return column ? (datum, signals, item) => (signals[scale] as Scale)(column(datum, signals, item)) : null;
  }
  if (name === '_bandwidth') return (_datum, signals) => (signals[scale] as Scale).bandwidth?.() ?? 0;
  if (name === '_range') return (_datum, signals) => (signals[scale] as Scale).range();
  const vegas = OF_VEGA.has(name) ? functions[String(name)] : undefined;
  if (vegas) return applied(context, (...values) => vegas.apply(functions, values), given, false);
  return applied(context, PURE.get(name), given);
}

/** A function of operands; computed at once where they are constants. */
function applied(
  context: Context,
  apply: Apply | undefined,
  operands: (Node | undefined)[],
  pure = true,
): Evaluate | null {
  const of = all(context, operands);
  if (!apply || !of) return null;
  if (pure && operands.every(isConstant)) {
    const value = apply(...of.map((operand) => operand({}, {}, {})));
    return () => value;
  }
  const [a, b] = of;
  if (a && of.length === 1) return (datum, signals, item) => apply(a(datum, signals, item));
  if (a && b && of.length === 2)
    return (datum, signals, item) => apply(a(datum, signals, item), b(datum, signals, item));
  return (datum, signals, item) => apply(...of.map((operand) => operand(datum, signals, item)));
}

function isConstant(node: Node | undefined): boolean {
  if (node?.type === 'ArrayExpression') return node.elements?.every(isConstant) ?? true;
  if (node?.type === 'UnaryExpression') return isConstant(node.argument);
  return node?.type === 'Literal';
}
