/**
 * Guest code: the tools as global functions, and the way out. Calls gather in an outbox; when the program is
 * quiet the host takes all of them as one wave, and gives all results back at once, in the order of the calls.
 * So how long each call took cannot change what the program does.
 * The text of this function is evaluated in the isolate: it must refer to nothing outside itself. What it uses
 * later it keeps from the start, and its own lists have no prototype: a program may change every built-in.
 */
import type { Output } from './output.ts';
import type { Values } from './values.ts';
import type { World } from './world.ts';

export interface BridgeLimits {
  calls: number;
  callsInFlight: number;
  argumentsBytes: number;
  argumentPartsBytes: number;
  argumentObjectBytes: number;
  returnBytes: number;
}

/** What `take` answers: one letter, then JSON text. */
export type Taken =
  /** W: calls are waiting, `{calls: [tool, args][], logs}`. */
  | `W${string}`
  /** D: the program has ended, `{value, logs}`. */
  | `D${string}`
  /** F: the program has failed, `{error: GuestError, logs}`. */
  | `F${string}`
  /** Q: quiet, neither ended nor waiting for a call, `{logs}`. */
  | `Q${string}`;

export interface GuestError {
  name: string;
  message: string;
  stack: string;
  hint?: string;
}

/** A tool's failure as it enters the program. */
export interface ToolFailure {
  name: string;
  message: string;
  code?: string;
  hint?: string;
}

export interface Bridge {
  start(program: () => Promise<unknown>, settings: string): void;
  /** `[true, value]` or `[false, ToolFailure]` for each call of the wave, as JSON text. */
  give(results: string): void;
  take(): string;
}

type Reply = [ok: true, value: unknown] | [ok: false, failure: ToolFailure];

export function bridge(world: World, values: Values, output: Output, limits: BridgeLimits): Bridge {
  const { parse, stringify } = JSON;
  const { defineProperty, getPrototypeOf, keys, prototype, setPrototypeOf } = Object;
  const { apply } = Reflect;
  const RealPromise = Promise;
  const RealError = Error;
  const { indexOf, slice } = String.prototype;
  const { get: recall, set: remember } = WeakMap.prototype;
  const hints = new WeakMap<Error, string>();
  const emptyList = <T>(): T[] => setPrototypeOf([], null);

  let outbox = '';
  /** Weight of what is in the outbox and is not a string handed over whole. */
  let parts = 0;
  /** The same with the call that is being made. */
  let counted = 0;
  let waiting = emptyList<(reply: Reply) => void>();
  let total = 0;
  let value: string | undefined;
  let failure: string | undefined;

  function makeError({ name, message, code, hint }: ToolFailure): Error {
    const error = new RealError(message);
    const own = (key: string, text: string) =>
      defineProperty(error, key, { value: text, configurable: true, writable: true, enumerable: false });
    own('name', name);
    if (code !== undefined) own('code', code);
    if (hint !== undefined) apply(remember, hints, [error, hint]);
    return error;
  }

  const limit = (message: string, hint: string) => makeError({ name: 'LimitError', message, hint });

  /** Characters, and those that the host's time for each object and list is worth. */
  function weigh(text: string): number {
    let weight = text.length;
    for (const bracket of ['{', '[']) {
      let at: number = apply(indexOf, text, [bracket]);
      for (; at >= 0; at = apply(indexOf, text, [bracket, at + 1])) weight += limits.argumentObjectBytes;
    }
    return weight;
  }

  /** A series handed over as `{ AAPL: text }` is a whole string too. Each entry is read once: it cannot lie. */
  function crossArgument(argument: unknown): string {
    if (typeof argument === 'string') return values.cross(argument);
    const plain = typeof argument === 'object' && argument !== null && getPrototypeOf(argument) === prototype;
    if (!plain || 'toJSON' in argument) {
      const text = values.cross(argument);
      counted += weigh(text);
      return text;
    }
    const record = argument as Record<string, unknown>;
    let text = '';
    const names = keys(record);
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const entry = record[name];
      if (entry === undefined || typeof entry === 'function' || typeof entry === 'symbol') continue;
      const crossed = values.cross(entry);
      counted += name.length + (typeof entry === 'string' ? 0 : weigh(crossed));
      text += `${text === '' ? '' : ','}${stringify(name)}:${crossed}`;
    }
    return `{${text}}`;
  }

  function enqueue(tool: string, args: unknown[]): Promise<Reply> {
    if (total >= limits.calls) {
      throw limit(
        `A program may make ${limits.calls} calls, and this one has made them.`,
        'Ask for several things in one call, or leave the work to one SQL query.',
      );
    }
    if (waiting.length >= limits.callsInFlight) {
      throw limit(
        `At most ${limits.callsInFlight} calls may be under way at once.`,
        `Await them in groups of ${limits.callsInFlight} or fewer.`,
      );
    }
    counted = parts;
    let text = '';
    for (let i = 0; i < args.length; i++) text += (i === 0 ? '' : ',') + crossArgument(args[i]);
    if (text.length > limits.argumentsBytes) {
      throw limit(
        `The arguments of ${tool} are too large (${text.length} bytes, the limit is ${limits.argumentsBytes}).`,
        'Pass fewer series or rows in one call.',
      );
    }
    if (counted > limits.argumentPartsBytes) {
      throw limit(
        `The arguments of calls under way have too many parts (${counted} bytes, the limit is ${limits.argumentPartsBytes}).`,
        'Aggregate in SQL first, pass fewer rows or columns, or await one call before the next.',
      );
    }
    if (outbox.length + text.length > limits.argumentsBytes) {
      throw limit(
        `The arguments of calls under way are too large (the limit is ${limits.argumentsBytes} bytes).`,
        'Await one call before the next.',
      );
    }
    parts = counted;
    total++;
    outbox += `${outbox === '' ? '' : ','}[${stringify(tool)},[${text}]]`;
    return new RealPromise((resolve) => {
      waiting[waiting.length] = resolve;
    });
  }

  // A failure shows the line of its call: a program may await many calls in one place, or none at all.
  const makeTool =
    (tool: string) =>
    async (...args: unknown[]) => {
      const place = new RealError();
      const reply = await enqueue(tool, args);
      if (reply[0]) return reply[1];
      const error = makeError(reply[1]);
      const stack = `${error.name}: ${error.message}${apply(slice, `${place.stack}`, ['Error'.length])}`;
      throw defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
    };

  const shorten = (text: unknown, length: number): string => apply(slice, `${text}`, [0, length]);

  function describe(thrown: unknown): string {
    const record = { __proto__: null, name: 'Error', message: '', stack: '' } as unknown as GuestError;
    try {
      if (thrown instanceof RealError) {
        record.name = shorten(thrown.name, 100);
        record.message = shorten(thrown.message, 2000);
        record.stack = shorten(thrown.stack, 8000);
        const hint = apply(recall, hints, [thrown]);
        if (hint !== undefined) record.hint = hint;
      } else {
        record.message = shorten(values.print(thrown), 2000);
      }
    } catch {
      record.message = 'The program threw something that cannot be read.';
    }
    return stringify(record);
  }

  async function run(program: () => Promise<unknown>): Promise<void> {
    try {
      const text = values.cross(await program());
      if (text.length > limits.returnBytes) {
        throw limit(
          `The program's value is too large (${text.length} bytes, the limit is ${limits.returnBytes}).`,
          'Return a summary: aggregate in SQL, and show rows with create_table.',
        );
      }
      value = text;
    } catch (error) {
      failure = describe(error);
    }
  }

  return {
    start(program, settings) {
      const { now, seed, tools } = parse(settings) as { now: number; seed: number; tools: string[] };
      world.set(now, seed);
      for (const tool of tools) {
        defineProperty(globalThis, tool, { value: makeTool(tool), configurable: true, writable: true });
      }
      void run(program);
    },
    give(results) {
      const replies = parse(results) as Reply[];
      const resolvers = waiting;
      waiting = emptyList();
      for (let i = 0; i < resolvers.length; i++) resolvers[i]?.(replies[i] as Reply);
    },
    take() {
      const logs = output.drain();
      if (failure !== undefined) return `F{"error":${failure},"logs":${logs}}`;
      if (outbox !== '') {
        const calls = outbox;
        outbox = '';
        parts = 0;
        return `W{"calls":[${calls}],"logs":${logs}}`;
      }
      return value === undefined ? `Q{"logs":${logs}}` : `D{"value":${value},"logs":${logs}}`;
    },
  };
}
