/** `--program FILE`: what is wrong with the file is shown with its line, before or while it runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkTypes } from './type-check.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('types', () => {
  const declarations = [
    '/** Rows. */\ndeclare function query(sql: string): Promise<Record<string, any>[]>;',
    'declare function call_server(args: { what: string; more?: unknown[] }): Promise<unknown>;',
  ];
  const check = (source: string) =>
    checkTypes('my.ts', source, declarations).then(
      () => 'accepted',
      (error: { message: string; hint: string }) => `${error.message} ${error.hint}`,
    );

  it.each([
    "const rows = await query('SELECT 1 AS n');\nreturn rows[0].n + rows.at(-1).n;",
    "const result = await call_server({ what: 'x', more: [1] });\nreturn result.anything[0];",
    'let none = null;\nnone = { a: 1 };\nconsole.log(none.a, [3, 1].toSorted(), Iterator.from([1]).toArray());',
    'const add = (a, b) => a + b;\ntry { add(1, 2); } catch (error) { return error.message; }',
  ])('accept what runs well: %j', async (source) => {
    expect(await check(source)).toBe('accepted');
  });

  it.each([
    ["const rows = query('SELECT 1 AS n');\nreturn rows.length;", /^my\.ts:2:13 .*Promise<.* write await/],
    ["const n = 1;\nreturn await get_prices('A');", /^my\.ts:2:14 Cannot find name 'get_prices'\. .*--tools/],
    ['return process.pid;', /^my\.ts:1:8 Cannot find name 'process'\. /],
    ["return await call_server({ waht: 'x' });", /^my\.ts:1:28 .*waht/],
    ['const n = 1;\nn(); n(); n(); n(); n(); n();', /^my\.ts:2:1 .*\n(?:my\.ts:2.*\n){4}… and 1 more /],
  ])('refuse %j', async (source, message) => {
    expect(await check(source)).toMatch(message);
  });

  it.each(['const = 1;', "import fs from 'node:fs';", "const f = () => { await query('SELECT 1'); };"])(
    'leave errors of syntax to the sandbox: %j',
    async (source) => {
      expect(await check(source)).toBe('accepted');
    },
  );
});

describe('from the terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'analyst-programs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** @returns exit code and both streams */
  const run = (source: string, ...options: string[]) =>
    new Promise<{ code: unknown; out: string; progress: string }>((resolve) => {
      const file = join(folder, 'mine.ts');
      writeFileSync(file, source);
      const args = ['src/cli.ts', '--program', file, '--model', 'offline', '--out', folder, ...options];
      const env = { PATH: process.env.PATH, DATA_DIR: join(folder, 'data') };
      execFile(process.execPath, args, { cwd: ROOT, env }, (error, out, progress) =>
        resolve({ code: error ? error.code : 0, out, progress }),
      );
    });

  it('a type error is shown with its line, and nothing runs', async () => {
    const { code, out, progress } = await run('const n = 1;\nreturn await create_metric(n, n);');
    expect(code).toBe(1);
    expect(out).toContain("mine.ts:2:28 Argument of type 'number' is not assignable");
    expect(out).not.toContain('Run ');
    expect(progress).toBe('');
  });

  it('an error at run time is shown with its line, as JSON too', async () => {
    const failing = "const rows = await query('SELECT 1 AS n WHERE false');\nreturn rows[0].n;";
    const shown = await run(failing);
    expect(shown.code).toBe(1);
    expect(shown.out).toContain('\n2 | return rows[0].n;\n');
    const { code, out } = await run(failing, '--json');
    expect(code).toBe(1);
    const report = JSON.parse(out);
    expect(report.error.message).toMatch(/^The program failed at line 2, column 16: /);
    expect(report.error.hint).toContain('look at its length');
    expect(report.receipt.programs[0].error).toMatchObject({ line: 2, column: 16 });
  });
});
