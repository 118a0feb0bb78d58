/**
 * A program as written -> what V8 compiles: wrapped in an async function, types taken off, every line where it
 * was. Runs in the child only: one program with deep enough nesting breaks Node's type stripper for the rest of
 * the process's life.
 */
import { stripTypeScriptTypes } from 'node:module';
import { AnalystError } from '../agent/errors.ts';
import type { ProgramError } from '../agent/report.ts';

/** The name of the program in stacks. */
export const FILE = 'program.ts';
const OPEN = '(async () => {"use strict";';
const CLOSE = '\n})';
/** Moves the columns of the first line back to where the program has them. */
export const COLUMN_OFFSET = -OPEN.length;

/** A program that cannot run as it is written. */
export class CompileError extends Error {
  readonly record: ProgramError;

  constructor(record: ProgramError) {
    super(record.message);
    this.record = record;
  }
}

/**
 * What V8 takes as it stands has no types in it, and means the same in both languages, with one exception:
 * `f<T>(x)` is two comparisons in JavaScript. Type arguments end in `>`, and a bracket, a template, a comment or
 * the line's end after it.
 */
const MAY_HAVE_TYPE_ARGUMENTS = /[^=]>\s*[(`/\n]/;

/**
 * Taking types off costs as much as the rest of starting a program, so it is left out where there are none.
 * @param toScript V8's own compiler
 * @throws CompileError; AnalystError crashed when the stripper broke and this process must be replaced; whatever
 *   else V8 throws
 */
export function compile<S>(program: string, toScript: (text: string) => S): S {
  if (!MAY_HAVE_TYPE_ARGUMENTS.test(program)) {
    try {
      return toScript(wrap(program));
    } catch {
      // It has types, or an error of which the stripper or the second attempt can say more.
    }
  }
  const stripped = strip(program);
  try {
    return toScript(stripped);
  } catch (error) {
    throw error instanceof SyntaxError ? fromV8(program, error.message) : error;
  }
}

const wrap = (program: string) => OPEN + program + CLOSE;

/** The wrapped program without its types. Throws as `compile` does. */
export function strip(program: string): string {
  try {
    return stripTypeScriptTypes(wrap(program));
  } catch (error) {
    const { code, message, stack } = error as Error & { code?: string };
    if (code !== 'ERR_INVALID_TYPESCRIPT_SYNTAX' && code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
      throw new AnalystError('crashed', 'The program cannot be read: it is nested too deeply.', {
        hint: 'Write it with fewer brackets inside brackets.',
      });
    }
    // Node puts ":line", some lines of the source and mostly a row of carets before the message.
    const line = Number(/^[^\n]*:(\d+)\n/.exec(stack ?? '')?.[1]);
    const indent = /\n( *)\^+\n/.exec(stack ?? '')?.[1]?.length;
    const column = indent === undefined ? undefined : indent + 1 - (line === 1 ? OPEN.length : 0);
    throw new CompileError(atEnd(program, { name: 'SyntaxError', message, line, column }));
  }
}

/** V8 adds "[program.ts:line:column]" to the message of a syntax error. */
function fromV8(program: string, message: string): CompileError {
  const found = /^(.*) \[.*:(\d+):(\d+)\]$/s.exec(message);
  if (!found) return new CompileError({ name: 'SyntaxError', message });
  const [, text = '', line, column] = found;
  return new CompileError(
    atEnd(program, { name: 'SyntaxError', message: text, line: Number(line), column: Number(column) }),
  );
}

/** An error in the closing line, which is ours, is an error at the end of the program. */
function atEnd(program: string, error: ProgramError): ProgramError {
  const lines = program.split('\n');
  if (error.line === undefined || error.line <= lines.length) return error;
  return {
    name: error.name,
    message: 'The program ends too early: a bracket, a brace or a quote is not closed.',
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
  };
}
