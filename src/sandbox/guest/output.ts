/**
 * Guest code: the console, captured within its limits. Beyond them output is dropped, and the last line says so.
 * The text of this function is evaluated in the isolate: it must refer to nothing outside itself.
 */
import type { LogLine } from '../../agent/ports.ts';
import type { Values } from './values.ts';

export interface OutputLimits {
  logBytes: number;
  logLineBytes: number;
}

export interface Output {
  /** JSON text of the lines since the last time. */
  drain(): string;
}

export function output(values: Values, limits: OutputLimits): Output {
  const { stringify } = JSON;
  const { defineProperty, setPrototypeOf } = Object;
  const { apply } = Reflect;
  const { slice } = String.prototype;
  // Without a prototype, a program's changes to Array.prototype and Object.prototype do not reach them.
  const emptyList = <T>(): T[] => setPrototypeOf([], null);
  let lines = emptyList<LogLine>();
  let used = 0;

  const keep = (level: LogLine['level'], text: string) => {
    lines[lines.length] = { __proto__: null, level, text } as LogLine;
  };
  const logger =
    (level: LogLine['level']) =>
    (...args: unknown[]) => {
      if (used > limits.logBytes) return;
      let text = '';
      for (let i = 0; i < args.length && text.length <= limits.logLineBytes; i++) {
        text += (i === 0 ? '' : ' ') + values.print(args[i]);
      }
      if (text.length > limits.logLineBytes) text = `${apply(slice, text, [0, limits.logLineBytes - 1])}…`;
      used += text.length + 1;
      if (used > limits.logBytes) keep('warn', '… the rest of the output was dropped');
      else keep(level, text);
    };

  const log = logger('log');
  const console = { log, dir: log, table: log, trace: log, info: logger('info'), warn: logger('warn') };
  defineProperty(globalThis, 'console', {
    configurable: true,
    writable: true,
    value: { ...console, error: logger('error'), debug: logger('debug') },
  });

  return {
    drain() {
      const text = stringify(lines);
      lines = emptyList();
      return text;
    },
  };
}
