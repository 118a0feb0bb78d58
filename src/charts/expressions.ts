/**
 * How Vega evaluates expressions here: without generating code. vega-interpreter does all of them, but walks the
 * tree anew and sets up a scope for every channel of every mark, which was half of the time of a large chart; the
 * kinds that nearly all are become functions once, in evaluate.ts. Whatever else there is goes to the interpreter.
 */
import { expressionInterpreter } from 'vega-interpreter';
import { type Bag, type Context, evaluator, type Node } from './evaluate.ts';

interface Expression {
  ast: Node;
}

interface Item extends Bag {
  datum: Bag;
}

interface Encoding {
  marktype: string;
  channels: Record<string, Expression>;
}

/** Says whether the item has changed. */
type Encode = (item: Item, signals: Bag) => boolean | number;

/** As vega's runtime calls it. */
interface Interpreter {
  encode(context: Context, encoding: Encoding): Encode;
  parameter(context: Context, expression: Expression): (datum: Bag, signals: Bag) => unknown;
}

const interpreter = expressionInterpreter as unknown as Interpreter;
const SPATIAL = ['x2', 'xc', 'y2', 'yc'];

export const expressions = { ...interpreter, encode, parameter };

function parameter(context: Context, expression: Expression): ReturnType<Interpreter['parameter']> {
  const evaluate = evaluator(context, expression.ast);
  if (evaluate === null) return interpreter.parameter(context, expression);
  const noItem = {};
  return (datum, signals) => evaluate(datum, signals, noItem);
}

function encode(context: Context, { marktype, channels }: Encoding): Encode {
  const steps = Object.entries(channels).map(([name, channel]) => channelOf(context, name, channel));
  if (SPATIAL.some((name) => name in channels)) steps.push(placing(context, marktype, channels));
  return (item, signals) => {
    let changed = false;
    for (const step of steps) if (step(item, signals)) changed = true;
    return changed;
  };
}

function channelOf(context: Context, name: string, channel: Expression): Encode {
  const evaluate = evaluator(context, channel.ast);
  // A rule is the mark of which nothing is moved.
  if (evaluate === null)
    return interpreter.encode(context, { marktype: 'rule', channels: { [name]: channel } });
  return (item, signals) => {
    const value = evaluate(item.datum, signals, item);
    if (item[name] === value) return false;
    item[name] = value;
    return true;
  };
}

/** Makes places and sizes of ends and middles, once all are known: to the interpreter's loop no channel is left. */
function placing(context: Context, marktype: string, channels: Encoding['channels']): Encode {
  const hidden = Object.fromEntries(
    Object.entries(channels).map(([name, value]) => [name, { value, enumerable: false }]),
  );
  return interpreter.encode(context, { marktype, channels: Object.defineProperties({}, hidden) });
}
