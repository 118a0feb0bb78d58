/**
 * Programs that are out to do harm, with what must become of them. Each was seen to hurt a system of this kind, or
 * to look as if it could. Add to it whatever comes up; `hostile.test.ts` runs all of them.
 */
export interface HostileProgram {
  group: string;
  name: string;
  program: string;
  /**
   * `error`: the name of the error it must end with, or several of which one; `value`: what it must return, which
   * shows that the attack came to nothing; `any`: it may end either way, as long as nothing but itself is hurt.
   */
  ends: { error: string | string[] } | { value: unknown } | 'any';
}

const group = (name: string, programs: Omit<HostileProgram, 'group'>[]): HostileProgram[] =>
  programs.map((program) => ({ group: name, ...program }));

const limited = { error: 'LimitError' };
/** What a bomb of memory may end with: the isolate's limit, the process's, or V8's refusal of one allocation. */
const exhausted = { error: ['LimitError', 'RangeError', 'SandboxError'] };

export const HOSTILE_PROGRAMS: readonly HostileProgram[] = [
  ...group('never ends', [
    { name: 'a loop', program: 'for (;;);', ends: limited },
    { name: 'a loop after a call', program: 'await query(1); for (;;);', ends: limited },
    {
      name: 'a loop of promises',
      program: 'for (;;) await null;',
      ends: limited,
    },
    {
      name: 'a loop in a getter of its value',
      program: 'return { get a() { for (;;); } };',
      ends: limited,
    },
    { name: 'a loop in toJSON of its value', program: 'return { toJSON() { for (;;); } };', ends: limited },
    {
      name: 'a loop in toJSON of an argument',
      program: 'await query({ toJSON() { for (;;); } });',
      ends: limited,
    },
    {
      name: 'a loop in then of its value',
      program: 'return { then() { for (;;); } };',
      ends: limited,
    },
    {
      name: 'a loop in a thrown proxy',
      program: 'throw new Proxy({}, { get() { for (;;); } });',
      ends: limited,
    },
    {
      name: 'a loop in a rejected proxy',
      program: 'Promise.reject(new Proxy({}, { get() { for (;;); } }));',
      ends: limited,
    },
    {
      name: 'a loop in the message of an error',
      program: 'throw Object.defineProperty(new Error(), "message", { get() { for (;;); } });',
      ends: limited,
    },
    {
      name: 'a loop in prepareStackTrace',
      program: 'Error.prepareStackTrace = () => { for (;;); }; throw new Error("x");',
      ends: limited,
    },
    {
      name: 'a loop in what it logs',
      program: 'console.log({ get a() { for (;;); } });',
      ends: limited,
    },
    {
      name: 'a loop in finally after each call',
      program: 'for (;;) { try { await query(1); } catch {} }',
      ends: limited,
    },
    {
      name: 'an endless generator',
      program: 'function* f() { for (;;) yield 1; } for (const x of f());',
      ends: limited,
    },
    {
      name: 'a catastrophic regular expression',
      program: 'return /^(a+)+$/.test("a".repeat(50) + "!");',
      ends: limited,
    },
    {
      name: 'a catastrophic regular expression of replace',
      program: 'return "x".repeat(40).replace(/(x+x+)+y/, "");',
      ends: limited,
    },
    {
      name: 'sorting with a comparison that loops',
      program: '[2, 1].sort(() => { for (;;); });',
      ends: limited,
    },
    {
      name: 'a built-in over 2^53 elements',
      program: 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);',
      ends: limited,
    },
    {
      name: 'a power of large integers',
      program: 'return String(7n ** (7n ** 9n)).length;',
      ends: { error: ['LimitError', 'RangeError', 'SandboxError'] },
    },
    {
      name: 'a promise that never settles',
      program: 'await new Promise(() => {});',
      ends: { error: 'Error' },
    },
    {
      name: 'an iterator that waits for nothing',
      program:
        'for await (const x of { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) });',
      ends: { error: 'Error' },
    },
  ]),
  ...group('fills the memory', [
    { name: 'a sparse array made full', program: 'new Array(1e8).fill(1);', ends: exhausted },
    { name: 'a growing array', program: 'const a = []; for (;;) a.push({ a });', ends: exhausted },
    {
      name: 'a growing map',
      program: 'const m = new Map(); for (let i = 0; ; i++) m.set(i, [i]);',
      ends: exhausted,
    },
    {
      name: 'a growing set',
      program: 'const s = new Set(); for (let i = 0; ; i++) s.add("k" + i);',
      ends: exhausted,
    },
    {
      name: 'a doubling string',
      program: 'let s = "x"; for (;;) { s += s; s.charCodeAt(0); }',
      ends: exhausted,
    },
    {
      name: 'a joined string',
      program: 'return new Array(5e7).join("abcdefgh").split("").length;',
      ends: exhausted,
    },
    { name: 'a repeated string', program: 'return "x".repeat(2 ** 29).length;', ends: exhausted },
    {
      name: 'strings that are parts of each other',
      program: 'const a = []; for (;;) a.push(("x".repeat(1e6) + a.length).split("").reverse().join(""));',
      ends: exhausted,
    },
    {
      name: 'parsed JSON',
      program: 'return JSON.parse("[" + "1,".repeat(3e7) + "1]").length;',
      ends: exhausted,
    },
    {
      name: 'typed arrays',
      program: 'const a = []; for (;;) a.push(new Float64Array(1e6).fill(1));',
      ends: exhausted,
    },
    { name: 'one huge buffer', program: 'return new Uint8Array(4e9).fill(1).length;', ends: exhausted },
    {
      name: 'resizable buffers',
      program:
        'const a = []; for (;;) { const b = new ArrayBuffer(8, { maxByteLength: 2e9 }); b.resize(2e9); a.push(b); }',
      ends: { error: ['TypeError', 'RangeError'] },
    },
    {
      name: 'transferred buffers',
      program: 'const b = new ArrayBuffer(8); b.transfer(4e9);',
      ends: { error: 'TypeError' },
    },
    {
      name: 'large integers',
      program: 'const a = []; let n = 1n; for (;;) { n = (n << 100000n) + 1n; a.push(n); }',
      ends: exhausted,
    },
    { name: 'closures', program: 'let f = () => 1; for (;;) { const g = f; f = () => g; }', ends: exhausted },
    {
      name: 'promises',
      program: 'const a = []; for (;;) a.push(new Promise(() => {}).then(() => a));',
      ends: exhausted,
    },
    {
      name: 'properties of one object',
      program: 'const o = {}; for (let i = 0; ; i++) o["p" + i] = i;',
      ends: exhausted,
    },
    {
      name: 'matches of a regular expression',
      program: 'return ("ab".repeat(2e6)).match(/./g).map((c) => [c, [c]]).length;',
      ends: exhausted,
    },
    {
      name: 'texts of errors',
      program: 'const a = []; for (;;) a.push(new Error("x".repeat(1e5)).stack);',
      ends: exhausted,
    },
    {
      name: 'symbols of the registry',
      program: 'for (let i = 0; ; i++) Symbol.for("x".repeat(1000) + i);',
      ends: exhausted,
    },
    {
      name: 'formats of every locale',
      program: 'const a = []; for (;;) a.push(new Intl.NumberFormat("de"));',
      ends: exhausted,
    },
    {
      name: 'memory that frozen finalisers keep',
      program: 'const a = []; for (let i = 0; i < 1e7; i++) a.push(Object.freeze({ i, s: "s" + i }));',
      ends: exhausted,
    },
  ]),
  ...group('goes too deep', [
    {
      name: 'a function that calls itself',
      program: 'const f = () => f(); f();',
      ends: { error: 'RangeError' },
    },
    {
      name: 'an async function that awaits itself',
      program: 'const f = async () => { await f(); }; await f();',
      ends: { error: ['RangeError', 'LimitError', 'SandboxError'] },
    },
    {
      name: 'a getter that reads itself',
      program: 'const o = { get a() { return this.a; } }; return o.a;',
      ends: { error: 'RangeError' },
    },
    {
      name: 'a value of 100,000 levels',
      program: 'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a;',
      ends: { error: 'RangeError' },
    },
    {
      name: 'an argument of 100,000 levels',
      program: 'let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; await query(a);',
      ends: { error: 'RangeError' },
    },
    {
      name: 'a value that holds itself',
      program: 'const a = {}; a.a = a; return a;',
      ends: { error: 'TypeError' },
    },
    {
      name: 'errors that cause each other',
      program:
        'let e = new Error("0"); for (let i = 0; i < 1e4; i++) e = new Error(String(i), { cause: e }); throw e;',
      ends: { error: 'Error' },
    },
    { name: 'brackets', program: '('.repeat(30_000), ends: 'any' },
    { name: 'operators', program: `return ${'!'.repeat(60_000)}1`, ends: 'any' },
    { name: 'blocks', program: '{'.repeat(60_000), ends: 'any' },
    { name: 'templates', program: '`${'.repeat(20_000), ends: 'any' },
    { name: 'types', program: `type A = ${'{a:'.repeat(20_000)}`, ends: 'any' },
    {
      name: 'a regular expression of groups',
      program: `return new RegExp("${'('.repeat(20_000)}");`,
      ends: 'any',
    },
  ]),
  ...group('makes trouble with its text', [
    { name: 'more than it may have', program: `// ${'x'.repeat(70_000)}`, ends: limited },
    {
      name: 'an error over a line of many colons',
      program: `const u = undefined; u.x; /* ${'a:'.repeat(30_000)} */`,
      ends: { error: 'TypeError' },
    },
    {
      name: 'an error over a line of many dollars',
      program: `const u = undefined; u.x; /* ${'a$'.repeat(30_000)} */`,
      ends: { error: 'TypeError' },
    },
    {
      name: 'an error over a line of many blanks',
      program: `const u = undefined; u.x; ${' '.repeat(60_000)}`,
      ends: { error: 'TypeError' },
    },
    {
      name: 'an error with a stack of empty lines',
      program: 'throw Object.assign(new TypeError("x"), { stack: "\\n".repeat(8_000) });',
      ends: { error: 'TypeError' },
    },
    { name: 'a closed wrapper', program: '}, "no function", async () => {', ends: 'any' },
    {
      name: 'code after the wrapper',
      program: '}); throw new Error("outside"); (async () => {',
      ends: 'any',
    },
    { name: 'a loop after the wrapper', program: '}); for (;;); (async () => {', ends: limited },
    { name: 'a comment that is open', program: 'return 1; /*', ends: { error: 'SyntaxError' } },
    { name: 'an import', program: 'import fs from "fs"; return fs;', ends: { error: 'SyntaxError' } },
    {
      name: 'a dynamic import',
      program: 'return await import("fs");',
      ends: { error: ['Error', 'TypeError', 'SyntaxError'] },
    },
    { name: 'import.meta', program: 'return import.meta.url;', ends: { error: 'SyntaxError' } },
    { name: 'a debugger', program: 'debugger; return 1;', ends: { value: 1 } },
  ]),
  ...group('floods', [
    {
      name: 'calls one after the other',
      program: 'for (let i = 0; ; i++) await query(i);',
      ends: limited,
    },
    {
      name: 'calls at once',
      program: 'const all = []; for (let i = 0; i < 2e5; i++) all.push(query(i)); await Promise.all(all);',
      ends: limited,
    },
    {
      name: 'calls at once, errors caught',
      program:
        'const all = []; for (let i = 0; i < 5000; i++) all.push(query(i).catch((e) => e.name)); return (await Promise.all(all)).at(-1);',
      ends: { value: 'LimitError' },
    },
    {
      name: 'rejections nobody waits for',
      program: 'for (let i = 0; i < 50_000; i++) Promise.reject(new Error(String(i))); return 1;',
      ends: 'any',
    },
    { name: 'a rejection without a reason', program: 'Promise.reject(undefined);', ends: 'any' },
    {
      name: 'logs',
      program: 'for (let i = 0; i < 1e5; i++) console.log("x".repeat(1000)); return 1;',
      ends: { value: 1 },
    },
    { name: 'one long line of log', program: 'console.log("x".repeat(1e7)); return 1;', ends: { value: 1 } },
    {
      name: 'a log of many values',
      program: 'console.log(...new Array(50_000).fill("x".repeat(100))); return 1;',
      ends: { value: 1 },
    },
    { name: 'a huge value', program: 'return "x".repeat(1e7);', ends: limited },
    { name: 'a value of many parts', program: 'return new Array(2e6).fill(0);', ends: limited },
    { name: 'a huge argument', program: 'await query("x".repeat(3e7));', ends: limited },
    {
      name: 'many large arguments at once',
      program: 'const s = "x".repeat(5e6); await Promise.all(new Array(64).fill(0).map(() => query(s)));',
      ends: exhausted,
    },
    {
      name: 'an argument of many parts',
      program: 'await query(new Array(5e6).fill(0));',
      ends: exhausted,
    },
    {
      name: 'many arguments of many parts at once',
      program:
        'const a = new Array(2e5).fill(0); await Promise.all(new Array(64).fill(0).map(() => query(a)));',
      ends: exhausted,
    },
    {
      name: 'as many parts as an argument may have',
      program: 'return typeof (await query(new Array(6e4).fill({})));',
      ends: { value: 'object' },
    },
    { name: 'as many parts as a value may have', program: 'return new Array(3e5).fill({});', ends: 'any' },
    { name: 'a huge error', program: 'throw new Error("x".repeat(1e7));', ends: { error: 'Error' } },
    {
      name: 'an error with a huge name',
      program: 'throw Object.assign(new Error("m"), { name: "x".repeat(1e7) });',
      ends: 'any',
    },
    {
      name: 'an error whose name is a symbol',
      program: 'throw Object.assign(new Error("m"), { name: Symbol() });',
      ends: 'any',
    },
    { name: 'an error that throws itself', program: 'throw { get message() { throw this; } };', ends: 'any' },
  ]),
  ...group('looks for a way out', [
    ...[
      'process',
      'require',
      'module',
      'global',
      'Buffer',
      'fetch',
      'WebSocket',
      'setTimeout',
      'queueMicrotask',
      'structuredClone',
      'WebAssembly',
      'SharedArrayBuffer',
      'Atomics',
      'WeakRef',
      'FinalizationRegistry',
      'ivm',
      'guestOutput',
      'limits',
      '$0',
      '__dirname',
    ].map((word) => ({ name: word, program: `return typeof ${word};`, ends: { value: 'undefined' } })),
    {
      name: 'the constructor of a tool',
      program: 'return query.constructor("return typeof process + typeof require")();',
      ends: { value: 'undefinedundefined' },
    },
    {
      name: 'the constructor of what a tool answers',
      program: 'return (await query({})).constructor.constructor("return typeof process")();',
      ends: { value: 'undefined' },
    },
    {
      name: 'the constructor of a promise of a tool',
      program:
        'const p = query(1); const F = p.constructor.constructor; await p; return F("return typeof process")();',
      ends: { value: 'undefined' },
    },
    {
      name: 'the constructor of an error of the bridge',
      program:
        'try { await query(1n); } catch (e) { return e.constructor.constructor("return typeof process")(); }',
      ends: { value: 'undefined' },
    },
    {
      name: 'the constructor of console',
      program: 'return console.log.constructor("return typeof process")();',
      ends: { value: 'undefined' },
    },
    {
      name: 'generators',
      program:
        'const G = Object.getPrototypeOf(async function* () {}).constructor; for await (const x of G("yield typeof process")()) return x;',
      ends: { value: 'undefined' },
    },
    {
      name: 'eval',
      program: 'return (0, eval)("typeof process + typeof require + typeof this.process");',
      ends: { value: 'undefinedundefinedundefined' },
    },
    {
      name: 'call sites',
      program:
        'Error.prepareStackTrace = (_, sites) => sites.map((s) => typeof s.getThis() + typeof s.getFunction() + s.getFileName()); return new Error().stack.every((s) => /^undefinedundefined(program.ts|sandbox|null)$/.test(s));',
      ends: { value: true },
    },
    {
      name: 'call sites of a deep recursion',
      program:
        'Error.prepareStackTrace = (_, sites) => sites.map(String).join(); const f = () => { try { return f(); } catch (e) { return e.stack; } }; return /node_modules|\\.js|child|isolate/.test(f());',
      ends: { value: false },
    },
    {
      name: 'the caller of its code',
      program: 'return (function f() { try { return typeof f.caller; } catch (e) { return e.name; } })();',
      ends: { value: 'TypeError' },
    },
    {
      name: 'arguments.callee.caller of sloppy code',
      program:
        'const f = new Function("return arguments.callee.caller"); const c = f(); return c === null || !/guest|bridge|host/.test(String(c));',
      ends: { value: true },
    },
    {
      name: 'the stack of the bridge',
      program:
        'try { await query(1n); } catch (e) { return /node_modules|file:|\\/(home|root|usr|work|tmp)/.test(e.stack); }',
      ends: { value: false },
    },
    {
      name: 'the text of a tool',
      program: 'return /node_modules|import|\\//.test(String(query));',
      ends: { value: false },
    },
    {
      name: 'every property of the global object',
      program:
        'return Object.getOwnPropertyNames(globalThis).filter((n) => /process|require|ivm|isolate|host|node/i.test(n));',
      ends: { value: [] },
    },
    {
      name: 'native syntax of V8',
      program: 'return eval("%GetHeapUsage()");',
      ends: { error: 'SyntaxError' },
    },
    {
      name: 'a tool that is not there',
      program: 'return await constructor("x");',
      ends: 'any',
    },
  ]),
  ...group('watches the clock', [
    {
      name: 'Date',
      program: 'const a = Date.now(); for (let i = 0; i < 1e6; i++); return Date.now() - a;',
      ends: { value: 0 },
    },
    {
      name: 'a Date of another realm',
      program: 'return new (new Date().constructor)().getTime() === Date.now();',
      ends: { value: true },
    },
    { name: 'performance', program: 'return typeof performance;', ends: { value: 'undefined' } },
    { name: 'Temporal', program: 'return typeof Temporal;', ends: { value: 'undefined' } },
    {
      name: 'Intl',
      program:
        'return new Intl.DateTimeFormat("en", { year: "numeric" }).format() === new Intl.DateTimeFormat("en", { year: "numeric" }).format(Date.now());',
      ends: { value: true },
    },
    {
      name: 'Intl by a borrowed getter',
      program:
        'const year = (f) => f.formatToParts().map((p) => p.value).join(""); return year(new Intl.DateTimeFormat("en")) === year(Intl.DateTimeFormat("en"));',
      ends: { value: true },
    },
  ]),
];

/**
 * Changes of built-ins, each followed by one call: whatever the program has done to its own world, the call arrives
 * as it was made, and alone.
 */
export const POLLUTIONS: readonly [name: string, attack: string][] = [
  [
    'toJSON for everything',
    'Object.prototype.toJSON = Array.prototype.toJSON = function () { return "forged"; };',
  ],
  ['toJSON of strings and numbers', 'String.prototype.toJSON = Number.prototype.toJSON = () => "forged";'],
  [
    'setters for list entries',
    'Object.defineProperty(Array.prototype, 0, { get: () => "forged", set() { throw 1; } });',
  ],
  ['then for everything', 'Object.prototype.then = function (resolve) { resolve("forged"); };'],
  ['then of lists', 'Array.prototype.then = function (resolve) { resolve([true, "forged"]); };'],
  [
    'no built-ins',
    'Promise = JSON = Reflect = WeakMap = Error = null; Object.defineProperty = String.prototype.slice = null;',
  ],
  ['its own promises', 'Promise.prototype.then = () => {}; Promise.prototype.constructor = function () {};'],
  [
    'the species of promises',
    'Object.defineProperty(Promise, Symbol.species, { value: function () { for (;;); } });',
  ],
  [
    'properties of options',
    'Object.prototype.reference = Object.prototype.promise = Object.prototype.copy = Object.prototype.externalCopy = Object.prototype.get = true;',
  ],
  [
    'the envelope',
    'Object.prototype.ok = true; Object.prototype.value = Object.prototype.error = Object.prototype.calls = "forged";',
  ],
  [
    'strings',
    'String.prototype.toString = String.prototype.slice = Symbol.prototype.toString = () => "forged";',
  ],
  ['iteration', 'Array.prototype[Symbol.iterator] = function* () { yield "forged"; };'],
  ['JSON', 'JSON.stringify = JSON.parse = () => "forged";'],
  [
    'its own tools',
    'globalThis.create_metric = globalThis.yf_get_historical_stock_prices = () => { throw 1; };',
  ],
  [
    'the prototype of functions',
    'Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => "forged";',
  ],
  [
    'the prototype of its globals',
    'Object.setPrototypeOf(globalThis, new Proxy({}, { get: () => "forged", has: () => true }));',
  ],
];
