import { describe, expect, test } from 'vitest';
import { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { SandboxJob } from '../agent/ports.ts';
import { errorOf, makeJob, resultOf, TOOLS, useSandbox } from './fixtures/harness.ts';

const sandbox = useSandbox();
const run = (program: string, options?: Partial<SandboxJob>) => sandbox.run(makeJob(program, options));
const value = async (program: string, options?: Partial<SandboxJob>) => resultOf(await run(program, options));
const error = async (program: string, options?: Partial<SandboxJob>) => errorOf(await run(program, options));

describe('a program', () => {
  test('returns its value, and nothing becomes null', async () => {
    expect(await value('return { a: [1, "ä", null, true] }')).toEqual({ a: [1, 'ä', null, true] });
    expect(await value('1 + 1')).toBe(null);
  });

  test('may be TypeScript', async () => {
    const program = `
      interface Row { close: number }
      const rows: Row[] = [{ close: 1.5 }];
      class Sum<T extends Row> { #sum = 0; add(row: T): void { this.#sum += row.close as number } get sum() { return this.#sum } }
      const sum = new Sum<Row>();
      for (const row of rows) sum.add(row!);
      return sum.sum satisfies number;`;
    expect(await value(program)).toBe(1.5);
  });

  test('may have type arguments where JavaScript would see comparisons', async () => {
    const makers = [
      'id<number>(7)',
      'id<number> (7)',
      'id<number>\n(7)',
      'id<number>/* */(7)',
      'tag<number>`7`',
    ];
    const program = (maker: string) =>
      `const id = (x) => x; const tag = ([text]) => Number(text); return ${maker}`;
    expect(await Promise.all(makers.map((maker) => value(program(maker))))).toEqual([7, 7, 7, 7, 7]);
  });

  test('calls its tools with plain values', async () => {
    const calls: unknown[] = [];
    const call = async (tool: string, args: unknown[]) => {
      calls.push([tool, ...args]);
      return { rows: [{ day: new Date(0) }], none: undefined };
    };
    const program =
      'return await query("select 1", { AAPL: "{}" }, undefined, new Date(0), Float64Array.of(1.5))';
    expect(await value(program, { call })).toEqual({ rows: [{ day: '1970-01-01T00:00:00.000Z' }] });
    expect(calls).toEqual([['query', 'select 1', { AAPL: '{}' }, null, '1970-01-01T00:00:00.000Z', [1.5]]]);
  });

  test('finishes the calls it did not wait for', async () => {
    const calls: string[] = [];
    const call = async (tool: string) => void calls.push(tool);
    const program =
      'async function main() { await query(1); await create_metric("x", 1) }\nmain();\nreturn 7';
    expect(await value(program, { call })).toBe(7);
    expect(calls).toEqual(['query', 'create_metric']);
  });

  test('sees a clock that stands still and the same random numbers each time', async () => {
    const program = `
      const before = Date.now();
      await query(1);
      for (let i = 0; i < 1e5; i++);
      const formatter = new Intl.DateTimeFormat('en-GB');
      return [before, Date.now(), new Date().toISOString(), new Date.prototype.constructor().getTime(),
        formatter.format(), formatter.formatToParts().length, new Date(0).getTimezoneOffset(), Math.random(), Math.random()]`;
    const first = (await value(program)) as unknown[];
    const now = Date.UTC(2026, 0, 2, 3, 4, 5);
    expect(first.slice(0, 7)).toEqual([now, now, '2026-01-02T03:04:05.000Z', now, '02/01/2026', 5, 0]);
    expect(first[7]).not.toBe(first[8]);
    expect(await value(program)).toEqual(first);
    expect(await value('return Math.random()', { seed: 43 })).not.toBe(first[7]);
  });

  test('sees its tools, the language and console, nothing else', async () => {
    const program = `
      const own = Object.getOwnPropertyNames(globalThis);
      const language = ['globalThis', 'undefined', 'NaN', 'Infinity', 'eval', 'isFinite', 'isNaN', 'parseFloat', 'parseInt',
        'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape'];
      return own.filter((name) => !/^[A-Z]/.test(name) && !language.includes(name)).concat(
        ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry'].filter((name) => name in globalThis))`;
    expect(await value(program)).toEqual(['console', ...TOOLS]);
  });

  test('leaves nothing behind for the next one', async () => {
    await value('globalThis.left = 1; Array.prototype.map = null; return 1');
    expect(await value('return [typeof left, typeof [].map]')).toEqual(['undefined', 'function']);
  });
});

describe('the console', () => {
  test('is captured in order, over waves and failures', async () => {
    const program = `
      console.log('rows', [{ a: 1 }], undefined, null, 2n);
      await query(1);
      console.warn(new Map([['k', new Set([1])]]), query(2));
      console.table([{ b: 2 }]);
      throw new TypeError('end')`;
    const { logs } = await run(program);
    expect(logs).toEqual([
      { level: 'log', text: 'rows [{"a":1}] undefined null 2' },
      { level: 'warn', text: '[["k",[1]]] "[promise: await it]"' },
      { level: 'log', text: '[{"b":2}]' },
    ]);
  });

  test('keeps to its limits and says so', async () => {
    const { logs } = await run('for (let i = 0; i < 100; i++) console.log("x".repeat(100_000))');
    expect(logs[0]?.text).toHaveLength(LIMITS.logLineBytes);
    expect(logs.at(-1)).toEqual({ level: 'warn', text: '… the rest of the output was dropped' });
    expect(JSON.stringify(logs).length).toBeLessThan(LIMITS.logBytes * 1.1);
  });
});

describe("a tool's failure", () => {
  const call = async () => {
    throw new AnalystError('no_data', 'No prices for XYZ.', { hint: 'Ask for another symbol.' });
  };

  test('can be caught, with its name, message and code', async () => {
    const program =
      'try { await query(1) } catch (e) { return [e instanceof Error, e.name, e.message, e.code] }';
    expect(await value(program, { call })).toEqual([true, 'AnalystError', 'No prices for XYZ.', 'no_data']);
  });

  test('has the line of the call, and its hint, when it is not caught', async () => {
    for (const program of [
      'const a = 1;\n  await query(a);',
      'const a = 1;\n  await Promise.all([query(a)]);',
    ]) {
      expect(await error(program, { call })).toMatchObject({
        name: 'AnalystError',
        message: 'No prices for XYZ.',
        line: 2,
        hint: 'Ask for another symbol.',
      });
    }
  });

  test('is an error of the program also when nobody waits for it', async () => {
    expect(await error('query(1);\nreturn 5', { call })).toMatchObject({ message: 'No prices for XYZ.' });
  });

  test('may be anything, thrown at once or later', async () => {
    const throws = () => {
      throw 'text';
    };
    expect(await error('await query(1)', { call: throws })).toMatchObject({ name: 'Error', message: 'text' });
    expect(await error('await query(1)', { call: async () => 1n })).toMatchObject({ name: 'TypeError' });
  });
});

describe('a limit', () => {
  test.each([
    [
      'calls at once',
      'await Promise.all(Array.from({ length: 65 }, (_, i) => query(i)))',
      /At most 64 calls/,
    ],
    ['calls in all', 'for (;;) await query(1)', /may make 400 calls/],
    ['arguments', 'await query("x".repeat(17e6))', /arguments of query are too large/],
    ['result', 'await query("x".repeat(4e6))', /result of query is too large/],
    ['value', 'return "x".repeat(4e6)', /value is too large/],
    ['length', `return ${'1+'.repeat(40_000)}1`, /longer than 64000 bytes/],
    ['memory', 'const a = []; for (;;) a.push(new Array(1000).fill(a.length))', /more than \d+ MB of memory/],
  ])('on %s is a LimitError with a hint', async (_, program, message) => {
    expect(await error(program)).toMatchObject({
      name: 'LimitError',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w/),
    });
  });

  test('can be caught, and the program goes on', async () => {
    const program = `
      const all = await Promise.allSettled(Array.from({ length: 66 }, (_, i) => query(i)));
      const more = await query('again');
      return [all.filter((one) => one.status === 'rejected').map((one) => one.reason.name), more]`;
    expect(await value(program)).toEqual([['LimitError', 'LimitError'], ['again']]);
  });

  test('on time names the line, keeps what was printed, and does not count waiting', async () => {
    const slow = () => new Promise((resolve) => setTimeout(resolve, LIMITS.programMs + 1_500, 'late'));
    const [stuck, waited] = await Promise.all([
      run('console.log("before");\nfor (;;);'),
      run('return await query(1)', { call: slow }),
    ]);
    expect(errorOf(stuck)).toMatchObject({
      name: 'LimitError',
      message: 'The program computed for more than 5 s.',
      line: 2,
    });
    expect(stuck.logs).toEqual([{ level: 'log', text: 'before' }]);
    expect(resultOf(waited)).toBe('late');
  });
});
