/** What the sandbox and its child say to each other. Programs' values travel as JSON text, parsed only at the ends. */
import type { ProgramError } from '../agent/report.ts';

export interface ChildJob {
  program: string;
  /** JSON text of `{now, seed, tools}`. */
  settings: string;
  /** Waves that were answered in an earlier child. */
  given: Answered[];
}

/** A wave that is over. */
export interface Answered {
  /** Of the wave's text: a program that asks for something else when it runs again must not go on. */
  length: number;
  results: string;
}

/** The answer to a wave; or the end of this stay, which is answered with null. */
export type ToSandbox = { results: string } | { end: true };

/** A wave travels as its JSON text, `{calls, logs}`. */
export interface Wave {
  calls: [tool: string, args: unknown[]][];
  logs: unknown[];
}

/** How a program ended. `text` is what the guest says of itself, as JSON text; empty when it can say nothing. */
export type Ending = { text: string } | { error: ProgramError; text: string };
