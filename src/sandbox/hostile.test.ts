import { afterAll, expect, test } from 'vitest';
import type { SandboxOutcome } from '../agent/ports.ts';
import { errorOf, makeJob, resultOf, useSandbox } from './fixtures/harness.ts';
import { createSandbox } from './sandbox.ts';

const sandbox = useSandbox(4);
const run = (program: string) => sandbox.run(makeJob(program));

function expectContained(outcome: SandboxOutcome): void {
  expect(JSON.stringify(outcome)).not.toMatch(/node_modules|\/src\/|child\.ts|isolate\.ts|PATH=/);
}

test.each([
  // Loops that the isolate's own time-out does not see are the parent's.
  ['in a thrown proxy', 'throw new Proxy({}, { get() { for (;;); } })'],
  ['after a call', 'await query(1); for (;;);'],
  ['in a regular expression', 'return /^(a+)+$/.test("a".repeat(50) + "!")'],
  ['in a rejected proxy', 'Promise.reject(new Proxy({}, { get() { for (;;); } }))'],
])('an endless loop %s ends at the time limit', { concurrent: true, timeout: 60_000 }, async (_, program) => {
  const outcome = await run(program);
  expect(errorOf(outcome)).toMatchObject({ name: 'LimitError', message: /computed for more than/ });
  expectContained(outcome);
});

test.each([
  ['array', 'new Array(1e8).fill(1)'],
  ['parsed text', 'return JSON.parse("[" + "1,".repeat(3e7) + "1]").length'],
  ['map', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, [i])'],
  ['typed arrays', 'const a = []; for (;;) a.push(new Float64Array(1e6).fill(1))'],
  [
    'resizable buffers',
    'const a = []; for (;;) a.push(new ArrayBuffer(8, { maxByteLength: 2e9 }).resize(2e9))',
  ],
])('a memory bomb of %s is defused', { concurrent: true, timeout: 60_000 }, async (_, program) => {
  const outcome = await run(program);
  errorOf(outcome);
  expectContained(outcome);
  expect(resultOf(await run('return 1'))).toBe(1);
});

test.each([
  [
    'toJSON for everything',
    'Object.prototype.toJSON = Array.prototype.toJSON = function () { return "forged" };',
  ],
  [
    'setters for list entries',
    'Object.defineProperty(Array.prototype, 0, { get: () => "forged", set() { throw 1 } });',
  ],
  ['then for everything', 'Object.prototype.then = function (resolve) { resolve("forged") };'],
  [
    'no built-ins',
    'Promise = JSON = Reflect = WeakMap = Error = null; Object.defineProperty = String.prototype.slice = null;',
  ],
  ['its own promises', 'Promise.prototype.then = () => {}; Promise.prototype.constructor = function () {};'],
  [
    'properties of options',
    'Object.prototype.reference = Object.prototype.promise = Object.prototype.get = true;',
  ],
  [
    'strings',
    'String.prototype.toString = String.prototype.slice = Symbol.prototype.toString = () => "forged";',
  ],
])('a program that changes %s reaches nothing but itself', async (_, attack) => {
  const seen: unknown[] = [];
  const job = makeJob(`${attack}\nconst given = await query('a', 1); return typeof given`, {
    call: async (tool, args) => {
      seen.push([tool, ...args]);
      return 'given';
    },
  });
  const outcome = await sandbox.run(job);
  expect(seen).toEqual([['query', 'a', 1]]);
  expectContained(outcome);
  expect(resultOf(await run('return await query(1)'))).toEqual([1]);
});

test.each([
  [
    'the constructor of a tool',
    'return query.constructor("return typeof process + typeof require")()',
    'undefinedundefined',
  ],
  [
    'the constructor of an error',
    'try { await query(1n) } catch (e) { return e.constructor.constructor("return typeof process")() }',
    'undefined',
  ],
  [
    'call sites',
    'Error.prepareStackTrace = (_, sites) => sites.map((s) => typeof s.getThis() + typeof s.getFunction() + s.getFileName()); return new Error().stack.every((s) => /^undefinedundefined(program.ts|sandbox|null)$/.test(s))',
    true,
  ],
  [
    'the caller of its code',
    'return (function f() { try { return typeof f.caller } catch (e) { return e.name } })()',
    'TypeError',
  ],
  [
    'names of the bridge',
    'return [typeof $0, typeof limits, typeof guestOutput, typeof ivm, typeof global].join()',
    'undefined,undefined,undefined,undefined,undefined',
  ],
  ['a closed wrapper', '}, "no function", async () => {', null],
])('no way out through %s', async (_, program, expected) => {
  const outcome = await run(program);
  expect(resultOf(outcome)).toEqual(expected);
  expectContained(outcome);
});

test.each([
  ['nested brackets', '('.repeat(30_000)],
  ['unary operators', `return ${'!'.repeat(60_000)}1`],
  ['open blocks', '{'.repeat(60_000)],
])('a program of %s costs at most its child', async (_, program) => {
  expectContained(await run(program));
  expect(resultOf(await run('const a: number = 1; return a'))).toBe(1);
});

test.each([
  'const all = []; for (let i = 0; i < 5000; i++) all.push(query(i).catch((e) => e.name)); return (await Promise.all(all)).at(-1)',
  'for (let i = 0; i < 50_000; i++) Promise.reject(new Error(i)); return 1',
  'const f = async () => { await f() }; await f()',
  'throw { get message() { throw this } }',
  'throw Object.assign(new Error("m"), { name: Symbol() })',
  'Promise.reject(undefined)',
  '}); throw new Error("outside"); (async () => {',
])('%s', async (program) => {
  expectContained(await run(program));
  expect(resultOf(await run('return 1'))).toBe(1);
});

test('forged and late answers of tools are data', async () => {
  const call = async () =>
    JSON.parse('{"__proto__":{"polluted":1},"then":1,"toJSON":"x","constructor":{"prototype":{}}}');
  expect(
    resultOf(
      await sandbox.run(
        makeJob('const r = await query(1); return [({}).polluted, Object.keys(r).length]', { call }),
      ),
    ),
  ).toEqual([null, 4]);
});

test('a lost child is an outcome, and close leaves no process', async () => {
  const own = createSandbox({ size: 1 });
  afterAll(() => own.close());
  const call = async () => {
    for (const pid of own.pids()) process.kill(pid, 'SIGKILL');
    return new Promise(() => {});
  };
  expect(errorOf(await own.run(makeJob('await query(1)', { call })))).toMatchObject({ name: 'SandboxError' });
  expect(resultOf(await own.run(makeJob('return 1')))).toBe(1);
  const pids = own.pids();
  await own.close();
  expect(pids).toHaveLength(1);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
});
