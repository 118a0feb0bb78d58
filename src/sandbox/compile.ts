/**
 * A program as written -> the text that V8 compiles: wrapped in an async function, types taken off, every line
 * where it was. Runs in the child only: one program with deep enough nesting breaks Node's type stripper for
 * the rest of the process's life.
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

/** @throws CompileError; AnalystError crashed when the stripper broke and this process must be replaced */
export function compile(program: string): string {
  try {
    return stripTypeScriptTypes(OPEN + program + CLOSE);
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
export function fromV8(program: string, message: string): CompileError {
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
