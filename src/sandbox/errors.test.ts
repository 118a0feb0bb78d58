import { expect, test } from 'vitest';
import { AnalystError } from '../agent/errors.ts';
import type { ProgramError } from '../agent/report.ts';
import { errorOf, makeJob, useSandbox } from './fixtures/harness.ts';

const sandbox = useSandbox(1);

const cases: [program: string, error: Partial<Record<keyof ProgramError, unknown>>][] = [
  // Syntax: where, and what to write instead.
  ['const x = ;', { name: 'SyntaxError', message: 'Expression expected', line: 1, column: 11 }],
  ['let x = 1;\n  let x = 2;', { name: 'SyntaxError', message: /already been declared/, line: 2, column: 7 }],
  ['const a = 1;\nreturn (a', { name: 'SyntaxError', message: /ends too early/, line: 2, column: 10 }],
  ['\nconst s = "abc\n', { name: 'SyntaxError', message: /Unterminated/, line: 2, column: 11 }],
  ['\n const s = `abc', { name: 'SyntaxError', message: /Unterminated/, line: 2 }],
  ['\nenum Side { Left }', { name: 'SyntaxError', line: 2, hint: /plain object/ }],
  [
    'namespace N { export const a = 1 }',
    { name: 'SyntaxError', line: 1, column: 1, hint: /plain functions/ },
  ],
  ['class A { constructor(private x: number) {} }', { name: 'SyntaxError', hint: /Declare the field/ }],
  ['const a = <any>1', { name: 'SyntaxError', hint: /as T/ }],
  ['import fs from "node:fs"', { name: 'SyntaxError', hint: /global functions/ }],
  ['export default 5', { name: 'SyntaxError', hint: /return value/ }],
  // Names.
  ['await import("node:fs")', { hint: /global functions/ }],
  ['\nrequire("fs")', { name: 'ReferenceError', line: 2, column: 1, hint: /tools are global/ }],
  ['await fetch("https://example.com")', { hint: /no network/ }],
  ['process.exit(1)', { hint: /no process/ }],
  ['setTimeout(() => {}, 1)', { hint: /no timers/ }],
  ['await qeury("select 1")', { message: 'qeury is not defined', hint: 'Did you mean query?' }],
  ['await get_historical_stock_prices("A")', { hint: 'Did you mean yf_get_historical_stock_prices?' }],
  ['frobnicate()', { message: 'frobnicate is not defined', hint: undefined }],
  // A forgotten await.
  ['const rows = query(1);\nreturn rows.map((r) => r);', { line: 2, column: 13, hint: /^rows is a promise/ }],
  ['const rows: any = query(1);\nfor (const row of rows) {}', { line: 2, hint: /^rows is a promise/ }],
  ['const all = Promise.all([query(1)]);\nreturn all[0].x', { line: 2, hint: /^all is a promise/ }],
  ['return query(1).map((r) => r)', { hint: /^query\(…\) is a promise/ }],
  ['return { rows: query(1) }', { name: 'TypeError', message: /promise.*await/ }],
  ['await query(Promise.resolve(1))', { line: 1, message: /promise.*await/ }],
  ['const rows = await query(1);\nreturn rows.a.b.c', { line: 2, column: 15, hint: /look at its length/ }],
  ['const rows = { positions: [] };\nreturn rows.map((r) => r)', { line: 2, hint: /not a list/ }],
  // What cannot leave.
  ['return { m: new Map([[1, 2]]) }', { name: 'TypeError', message: /Object\.fromEntries/ }],
  ['await query(new Set([1]))', { line: 1, column: 7, message: /\[\.\.\.set\]/ }],
  ['return [1n]', { message: /Number\(x\)/ }],
  ['const a = {};\na.a = a;\nreturn a', { hint: /contains itself/ }],
  // At run time.
  [
    'class TooFew extends Error {}\nthrow new TooFew("two")',
    { name: 'Error', message: 'two', line: 2, column: 7 },
  ],
  ['throw "text"', { name: 'Error', message: 'text' }],
  ['throw null', { name: 'Error', message: 'null' }],
  ['const f = () => f() + 1;\nf()', { name: 'RangeError', hint: /without end/ }],
  ['await new Promise(() => {})', { message: /never happens/, hint: /forget to call/ }],
  ['Promise.reject(new RangeError("lost"));\nreturn 1', { name: 'RangeError', message: 'lost', line: 1 }],
  ['JSON.parse("{")', { name: 'SyntaxError', line: 1, column: 6, hint: undefined }],
];

test.each(cases)('%j', async (program, expected) => {
  const error = errorOf(await sandbox.run(makeJob(program)));
  for (const [key, wanted] of Object.entries(expected)) {
    const found = error[key as keyof ProgramError];
    if (wanted instanceof RegExp) expect(found).toMatch(wanted);
    else expect(found).toEqual(wanted);
  }
  expect(JSON.stringify(error)).not.toMatch(/node_modules|node:|\/src\/|sandbox:\d/);
});

test('a call that fails names its own line, awaited elsewhere or not at all', async () => {
  const call = async (_tool: string, [n]: unknown[]) => {
    if (n === 2) throw new AnalystError('bad_input', 'not two');
    return n;
  };
  const all = 'const all = Promise.all([\n  query(1),\n  query(2),\n]);\nawait all;';
  expect(errorOf(await sandbox.run(makeJob(all, { call })))).toMatchObject({ line: 3, column: 3 });
  const nobody = 'await query(1);\nquery(2);\nawait query(3);\nreturn 1;';
  expect(errorOf(await sandbox.run(makeJob(nobody, { call })))).toMatchObject({
    line: 2,
    message: 'not two',
  });
});
