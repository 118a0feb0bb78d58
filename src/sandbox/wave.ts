/** Answers one call of a program: always with an envelope, so that nothing a tool does can reach the bridge. */
import { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { SandboxJob } from '../agent/ports.ts';
import type { ToolFailure } from './guest/bridge.ts';

/**
 * Calls the tool before it returns: so all calls of a wave start in one tick.
 * @returns JSON text of `[true, value]` or `[false, ToolFailure]`. Never rejects.
 */
export async function answerCall(job: SandboxJob, tool: string, args: unknown[]): Promise<string> {
  try {
    // The child is not trusted to have checked it.
    if (!job.tools.includes(tool)) throw new AnalystError('refused', `There is no tool ${tool}.`);
    const text = JSON.stringify(await job.call(tool, args)) ?? 'null';
    const bytes = Buffer.byteLength(text);
    if (bytes > LIMITS.valueBytes) return failed(tooLarge(tool, bytes));
    return `[true,${text}]`;
  } catch (error) {
    return failed(toFailure(error));
  }
}

/**
 * Replaces what a program would be given beyond `LIMITS.resultsBytes`, in the order of the calls, so that a replay
 * replaces the same.
 * @param received characters that it was given before
 */
export function withinBudget(results: string[], received: number): string[] {
  let used = received;
  return results.map((result) => {
    if (used + result.length > LIMITS.resultsBytes) return TOO_MUCH;
    used += result.length;
    return result;
  });
}

function failed(failure: ToolFailure): string {
  return `[false,${JSON.stringify(failure)}]`;
}

const TOO_MUCH = failed({
  name: 'LimitError',
  message: `The program has received as much data as one program may (${LIMITS.resultsBytes} bytes).`,
  hint: 'Aggregate in SQL, or ask for shorter periods or fewer columns.',
});

function tooLarge(tool: string, bytes: number): ToolFailure {
  return {
    name: 'LimitError',
    message: `The result of ${tool} is too large (${bytes} bytes, the limit is ${LIMITS.valueBytes}).`,
    hint: 'Aggregate in SQL, or ask for a shorter period or fewer columns.',
  };
}

function toFailure(error: unknown): ToolFailure {
  if (error instanceof AnalystError) {
    return { name: error.name, message: error.message, code: error.code, hint: error.hint };
  }
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: 'Error', message: String(error) };
}
