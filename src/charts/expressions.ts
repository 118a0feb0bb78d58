/**
 * Vega's expressions, evaluated without generating code. vega-interpreter does all of them, but sets up a scope for
 * every channel of every mark, which was a third of the time of a large chart; the two kinds that nearly all
 * channels are, constants and scales of a column, are done here. Whatever else there is goes to the interpreter.
 */
import { expressionInterpreter } from 'vega-interpreter';

interface Node {
  type: string;
  value?: unknown;
  regex?: object;
  name?: string;
  computed?: boolean;
  callee?: Node;
  arguments?: Node[];
  object?: Node;
  property?: Node;
}

type Datum = Record<string, unknown>;
type Signals = Record<string, unknown>;

interface Item extends Datum {
  datum: Datum;
}

interface Context {
  functions: Record<string, (...args: unknown[]) => unknown>;
}

interface Encoding {
  marktype: string;
  channels: Record<string, { ast: Node }>;
}

/** As vega's runtime calls it. */
interface Evaluator {
  encode(context: Context, encoding: Encoding): (item: Item, signals: Signals) => boolean | number;
  parameter(context: Context, expression: { ast: Node }): Evaluate;
}

type Evaluate = (datum: Datum, signals: Signals) => unknown;

const interpreter = expressionInterpreter as unknown as Evaluator;

/** Channels that move others once all are known. */
const SPATIAL = ['x2', 'xc', 'y2', 'yc'];

export const expressions = { ...interpreter, encode };

function encode(context: Context, encoding: Encoding): ReturnType<Evaluator['encode']> {
  const { channels } = encoding;
  if (SPATIAL.some((name) => name in channels)) return interpreter.encode(context, encoding);
  const evaluators: [string, Evaluate][] = [];
  for (const [name, channel] of Object.entries(channels)) {
    if (!isOfDatum(channel.ast)) return interpreter.encode(context, encoding);
    evaluators.push([name, quick(context, channel.ast) ?? interpreter.parameter(context, channel)]);
  }
  return (item, signals) => {
    let changed = false;
    for (const [name, evaluate] of evaluators) {
      const value = evaluate(item.datum, signals);
      if (item[name] === value) continue;
      item[name] = value;
      changed = true;
    }
    return changed;
  };
}

/** A constant, or a scale of a column of the row; null for anything else. */
function quick({ functions }: Context, node: Node): Evaluate | null {
  if (node.type === 'Literal') return node.regex ? null : () => node.value;
  const [name, column, ...others] = node.arguments ?? [];
  if (node.type !== 'CallExpression' || node.callee?.name !== '_scale' || others.length > 0) return null;
  const isColumn =
    column?.type === 'MemberExpression' &&
    column.computed &&
    column.object?.name === 'datum' &&
    column.property?.type === 'Literal';
  if (name?.type !== 'Literal' || !isColumn) return null;
  const key = String(column.property?.value);
  return (datum) => functions.scale?.call(functions, name.value, datum[key]);
}

/** Whether an expression looks at its row and at nothing else of the mark. */
function isOfDatum(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return true;
  const { type, name } = node as Node;
  if (type === 'Identifier' && (name === 'item' || name === 'event')) return false;
  return Object.values(node).every(isOfDatum);
}
