/**
 * How a program ended when it first ran, kept for every replay. A replay may meet a limit on a busier machine, or
 * stay below one that the first run met: neither may make another answer of it.
 */
import type { Caller } from './calls.ts';
import type { SandboxOutcome, Steps } from './ports.ts';
import type { ProgramError } from './report.ts';

/**
 * @param number of the program in its run, from 1
 * @returns why the program failed when it first ran, or null
 * @throws Error when a program that had succeeded fails now: the engine tries the replay again
 */
export async function firstEnding(
  steps: Steps,
  number: number,
  outcome: SandboxOutcome,
  caller: Pick<Caller, 'records' | 'rollback'>,
): Promise<ProgramError | null> {
  const error = outcome.ok ? null : outcome.error;
  const first = await steps.run(`program-${number}`, `program ${number}`, async () => ({
    error,
    calls: caller.records.length,
  }));
  if (error !== null && first.error === null) {
    throw new Error(`A program that had succeeded failed when it was run again: ${error.message}`);
  }
  if (first.error !== null) caller.rollback(first.calls);
  return first.error;
}
