/**
 * Types of a program that a person wrote, checked before it runs: by the TypeScript compiler, against the same
 * declarations that the model reads. Not strict, so that what runs well is not refused for its style. Where the
 * compiler is not installed (it is a development dependency), nothing is checked.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AnalystError } from '../agent/errors.ts';

const limits = { timeMs: 20_000, shown: 5 };

const OPTIONS = [
  ...['--noEmit', '--pretty', 'false', '--skipLibCheck', '--strict', 'false', '--target', 'es2024'],
  ...['--lib', 'es2024,esnext.iterator,esnext.collection,esnext.array'],
];

/** A program is the body of an async function: its first line is the second of the checked file. */
const HEAD = 'async function program() {\n';
const LINES_BEFORE = 1;

const CONSOLE =
  "declare const console: Record<'log' | 'dir' | 'table' | 'trace' | 'info' | 'warn' | 'error' | 'debug', (...values: any[]) => void>;";

interface Diagnostic {
  line: number;
  column: number;
  code: number;
  message: string;
}

/**
 * @param file its name, for the message
 * @param declarations of every function that the program may call
 * @throws AnalystError bad_input naming file, line and column of each type error
 */
export async function checkTypes(file: string, source: string, declarations: string[]): Promise<void> {
  const compiler = findCompiler();
  if (compiler === null) return;
  const found = await compile(compiler, source, declarations);
  // Errors of syntax are left to the sandbox, which explains them; they make all others doubtful.
  if (found.length === 0 || found.some(({ code }) => code < 2_000)) return;
  const lines = found.slice(0, limits.shown).map(({ line, column, message }) => {
    return `${file}:${line}:${column} ${message}`;
  });
  if (found.length > limits.shown) lines.push(`… and ${found.length - limits.shown} more`);
  throw new AnalystError('bad_input', lines.join('\n'), {
    hint: found.some(({ message }) => message.includes('Promise<'))
      ? 'Every function returns a promise: write await before its call.'
      : 'The program has not run. --tools shows the functions it may call, with their types.',
  });
}

function findCompiler(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
    return join(dirname(manifest), 'bin', 'tsc');
  } catch {
    return null;
  }
}

async function compile(compiler: string, source: string, declarations: string[]): Promise<Diagnostic[]> {
  const folder = await mkdtemp(join(tmpdir(), 'analyst-types-'));
  try {
    await writeFile(join(folder, 'tools.d.ts'), `${declarations.map(lenient).join('\n')}\n${CONSOLE}\n`);
    await writeFile(join(folder, 'program.ts'), `${HEAD}${source}\n}\n`);
    const output = await new Promise<string>((resolve) => {
      const args = [compiler, ...OPTIONS, 'tools.d.ts', 'program.ts'];
      execFile(process.execPath, args, { cwd: folder, timeout: limits.timeMs }, (_error, stdout) =>
        resolve(stdout),
      );
    });
    return parse(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a server does not describe may be used as anything. */
function lenient(declaration: string): string {
  return declaration.replace(/(?<=[<:|(,]\s*)unknown(?=\s*[[\]>|;,)])/g, 'any');
}

function parse(output: string): Diagnostic[] {
  return [...output.matchAll(/^program\.ts\((\d+),(\d+)\): error TS(\d+): (.*)$/gm)].map(
    ([, line = '', column = '', code = '', message = '']) => ({
      line: Number(line) - LINES_BEFORE,
      column: Number(column),
      code: Number(code),
      message: message.replace(/ Do you need to (?:install|change) .*$/, ''),
    }),
  );
}
