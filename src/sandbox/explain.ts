/**
 * Why a program failed, in terms of its own lines and with what to write instead, for the model that repairs it.
 * Pure. Knows the mistakes that models make: a forgotten await, Node's and the browser's globals, wrong names.
 * Runs in the child: it searches texts of the program's making, which must not cost the parent any time.
 */
import type { ProgramError } from '../agent/report.ts';

interface Failed {
  program: string;
  tools: string[];
}

/** Adds line and column, from the program's own frames of `stack`, and a hint where a known mistake is seen. */
export function explain(error: ProgramError, stack: string | undefined, job: Failed): ProgramError {
  const located = { ...error, ...locate(stack ?? '') };
  const hint = error.hint ?? hintFor(located, job);
  return hint === undefined ? located : { ...located, hint };
}

function locate(stack: string): { line?: number; column?: number } {
  const frame = /^[ \t]+at .*\bprogram\.ts:(\d+):(\d+)\)?$/m.exec(stack);
  return frame ? { line: Number(frame[1]), column: Number(frame[2]) } : {};
}

const INSTEAD: Record<string, string> = {
  require: 'Nothing can be loaded: the tools are global functions, and plain JavaScript does the rest.',
  process: 'There is no process here: the program sees its tools, plain JavaScript and console.',
  Buffer: 'There is no Buffer here: use strings, arrays and typed arrays.',
  fetch: 'There is no network here: call one of the tools.',
  XMLHttpRequest: 'There is no network here: call one of the tools.',
  setTimeout: 'There are no timers: await a tool where you need its result, and nothing else takes time.',
  setInterval: 'There are no timers: use a loop.',
  setImmediate: 'There are no timers: await a tool where you need its result.',
  performance: 'The clock stands still here; Date.now() shows the time of the question.',
  structuredClone: 'Copy with JSON.parse(JSON.stringify(x)) or a spread.',
  window: 'There is no browser here: show things with the tools.',
  document: 'There is no browser here: show things with the tools.',
  WebAssembly: 'WebAssembly is not available.',
};

const SYNTAX: [RegExp, string][] = [
  [
    /'?import'?,? and '?export|import statement|import call|Cannot use 'import|dynamic import/i,
    'Nothing is imported or exported: the tools are global functions. End with return value.',
  ],
  [/enum/i, 'Write a plain object instead of an enum: const Side = { Left: "left" }.'],
  [/namespace|module declaration/i, 'Write plain functions and constants instead of a namespace.'],
  [/parameter property/i, 'Declare the field in the class body and assign it in the constructor.'],
  [/angle-bracket/i, 'Write the assertion as x as T.'],
];

const TYPE: [RegExp, string][] = [
  [
    /^Cannot read properties of (?:undefined|null)/,
    'Nothing is there: a list without rows has no first or last (look at its length), or a name is misspelt.',
  ],
  [
    /\.(?:map|filter|find|forEach|reduce|slice|sort|flatMap|at) is not a function|is not iterable/,
    'That is not a list: its declaration shows what it is; the list may be one of its properties.',
  ],
];

function hintFor(error: ProgramError, { program, tools }: Failed): string | undefined {
  const { message } = error;
  if (error.name === 'SyntaxError') return SYNTAX.find(([pattern]) => pattern.test(message))?.[1];
  const missing = /^(\S+) is not defined$/.exec(message)?.[1];
  if (missing !== undefined) {
    if (Object.hasOwn(INSTEAD, missing)) return INSTEAD[missing];
    const near = nearest(missing, tools);
    return near === undefined ? undefined : `Did you mean ${near}?`;
  }
  if (error.name === 'TypeError') {
    const lines = program.split('\n');
    const name = unawaitedIn(lines[(error.line ?? 0) - 1] ?? '', lines, tools);
    if (name !== undefined) return `${name} is a promise: write await before the call that makes it.`;
    const type = TYPE.find(([pattern]) => pattern.test(message))?.[1];
    if (type !== undefined) return type;
  }
  if (/dynamically imported|import\(\)|dynamic import|not supported/i.test(message)) return SYNTAX[0]?.[1];
  if (/allocation failed|Invalid string length|Invalid array length/.test(message)) {
    return 'Too much for the memory of a program: aggregate in SQL with query.';
  }
  if (message.includes('circular structure'))
    return 'Pass plain rows: an object that contains itself cannot leave.';
  if (message === 'Maximum call stack size exceeded')
    return 'A function calls itself without end: use a loop.';
  return undefined;
}

/** The patterns below take time that grows with the square of a line; nobody writes longer ones by hand. */
const LINE_CHARACTERS = 300;

/** A variable used in `line` that holds a promise: assigned from a call of a tool without await. */
function unawaitedIn(line: string, lines: string[], tools: string[]): string | undefined {
  if (line.length > LINE_CHARACTERS) return undefined;
  const program = lines.filter(({ length }) => length <= LINE_CHARACTERS).join('\n');
  const calls = [...tools, 'Promise\\.all', 'Promise\\.allSettled'].join('|');
  const assignments = new RegExp(`\\b([A-Za-z_$][\\w$]*)\\s*(?::[^=\\n]+)?=\\s*(?:${calls})\\s*\\(`, 'g');
  for (const [, name = ''] of program.matchAll(assignments)) {
    if (line.split(/[^\w$]+/).includes(name)) return name;
  }
  const direct = new RegExp(`(?<!await\\s+)\\b(${tools.join('|')})\\s*\\([^()]*\\)\\s*[.[]`).exec(line);
  return tools.length > 0 && direct ? `${direct[1]}(…)` : undefined;
}

function nearest(name: string, candidates: string[]): string | undefined {
  const scored = candidates
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best && best.distance <= Math.max(2, best.candidate.length / 3) ? best.candidate : undefined;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const above = row;
    row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const substitution = (above[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      row.push(Math.min(substitution, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
