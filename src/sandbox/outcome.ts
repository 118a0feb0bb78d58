/** How a run ended -> the outcome that the core reads. Pure. */
import type { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { LogLine, SandboxOutcome } from '../agent/ports.ts';
import type { ProgramError } from '../agent/report.ts';
import type { Ending } from './protocol.ts';

/** `logs` are those of earlier waves; the ending has the rest. */
export function toOutcome(ending: Ending, logs: LogLine[]): SandboxOutcome {
  const said = ending.text === '' ? {} : JSON.parse(ending.text.slice(1));
  const all = [...logs, ...((said.logs ?? []) as LogLine[])];
  return 'error' in ending
    ? { ok: false, error: ending.error, logs: all }
    : { ok: true, value: said.value, logs: all };
}

export const TOO_LONG: ProgramError = {
  name: 'LimitError',
  message: `The program is longer than ${LIMITS.programBytes} bytes.`,
  hint: 'Write a shorter program: data belongs in the tools, not in the text.',
};

/** The child is gone; the program may be at fault, the run goes on. */
export function lost(error: AnalystError): ProgramError {
  if (error.code === 'time_limit') {
    return {
      name: 'LimitError',
      message: `The program computed for more than ${LIMITS.programMs / 1000} s.`,
      hint: 'Look for a loop that does not end; leave heavy work to SQL in query.',
    };
  }
  if (error.code === 'memory_limit') {
    return {
      name: 'LimitError',
      message: `The program needed more than ${LIMITS.programRssMb} MB of memory.`,
      hint: 'Aggregate in SQL with query instead of holding many rows in the program.',
    };
  }
  return { name: 'SandboxError', message: error.message, hint: error.hint };
}
