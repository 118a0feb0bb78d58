/** What DuckDB throws, as something that whoever wrote the SQL can act on. Its own words are kept: they are good. */
import { AnalystError } from '../agent/errors.ts';
import { limits } from './limits.ts';

const TIME_HINT = 'Filter or aggregate earlier, avoid cross joins, and compute less in one statement.';
const MEMORY_HINT = 'Filter or aggregate earlier, and sort or join fewer rows.';

/** @param stopped whether we had asked DuckDB to stop */
export function toAnalystError(error: unknown, stopped: boolean): AnalystError {
  if (error instanceof AnalystError) return error;
  const message = describe(error);
  if (stopped || /^INTERRUPT/i.test(message)) return timeLimit(error);
  if (error instanceof RangeError || /out of memory|cannot allocate|bad_alloc|alloc\w* fail/i.test(message)) {
    return memoryLimit(error);
  }
  if (/^Permission Error/i.test(message)) {
    return new AnalystError('refused', message, {
      hint: 'There are no files or network here.',
      cause: error,
    });
  }
  return new AnalystError('bad_input', `SQL ${message}`, { cause: error });
}

export function timeLimit(cause?: unknown): AnalystError {
  return new AnalystError('time_limit', `The statement took longer than ${limits.interruptMs / 1000} s.`, {
    hint: TIME_HINT,
    cause,
  });
}

export function memoryLimit(cause?: unknown): AnalystError {
  return new AnalystError('memory_limit', 'The statement needs more memory than it may use.', {
    hint: MEMORY_HINT,
    cause,
  });
}

/** Without the stack traces and advice to developers that DuckDB adds to some errors. */
function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text
      .replace(/^Failed to [a-z ]+: /i, '')
      .split(/\n\s*Stack Trace|\nThis error signals|\n\s*0x[0-9a-f]/i)[0]
      ?.trim()
      .slice(0, 2_000) ?? ''
  );
}
