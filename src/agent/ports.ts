/**
 * What the core needs from the world, one small interface per edge, each saying how it fails.
 * The edges implement these; nothing in agent/ knows who does.
 */
import type { Question } from './question.ts';
import type { Chart, Image, ProgramError, Report, Row, Usage } from './report.ts';

export interface Message {
  role: 'user' | 'assistant';
  text: string;
}

export interface ModelRequest {
  /** The same text for every question of a deployment and day, so that providers can cache it. */
  system: string;
  messages: Message[];
  signal?: AbortSignal;
}

export interface ModelReply {
  text: string;
  /** `length`: cut off by the token limit; `refusal`: the provider declined. */
  stop: 'end' | 'length' | 'refusal';
  usage: Usage;
}

/** Throws AnalystError: `unavailable` and `rate_limited` are retryable, `unauthorised` and `bad_input` are not. */
export interface Model {
  /** As shown to people: "claude-opus-4-8", "offline planner". */
  readonly name: string;
  complete(request: ModelRequest): Promise<ModelReply>;
}

export interface LogLine {
  level: 'log' | 'info' | 'warn' | 'error' | 'debug';
  text: string;
}

export interface SandboxJob {
  /** JavaScript or TypeScript, the body of an async function. */
  program: string;
  /** Names of the functions the program may call, as globals. */
  tools: string[];
  /** What the program's clock shows, epoch milliseconds. It stands still. */
  now: number;
  /** Seed of the program's Math.random. */
  seed: number;
  /**
   * Runs one call of the program. All calls that the program makes before it waits form a wave: they are
   * started in one tick, in the program's order, and answered together when the last of them has settled.
   * That makes a run the same however its calls interleave. May reject: the program sees an Error with the
   * same name and message.
   */
  call(tool: string, args: unknown[]): Promise<unknown>;
  /** Ends the sandbox; the promise of `run` then never settles (the durable engine abandons its handlers). */
  signal?: AbortSignal;
}

export type SandboxOutcome =
  | { ok: true; value: unknown; logs: LogLine[] }
  | { ok: false; error: ProgramError; logs: LogLine[] };

/** Never rejects: a program's failure, a limit and a lost child process are all outcomes. */
export interface Sandbox {
  run(job: SandboxJob): Promise<SandboxOutcome>;
}

/**
 * A durable step: `fn` runs until it has succeeded once, then its result (plain JSON) is answered from the
 * record for ever, the keys of objects in their order. Rejects with the AnalystError that `fn` threw when that is
 * not retryable, or when the retries are used up; `too_large` when the result is.
 */
export interface Steps {
  run<T>(id: string, name: string, fn: () => Promise<T>): Promise<T>;
}

export interface SetOptions {
  /** Milliseconds after which the entry may be gone. */
  ttlMs?: number;
}

/** Key-value store. Keys are colon-separated words. Throws AnalystError `unavailable`. */
export interface Store {
  get<T>(key: string): Promise<T | null>;
  set(key: string, value: unknown, options?: SetOptions): Promise<void>;
  getBytes(key: string): Promise<Uint8Array | null>;
  setBytes(key: string, value: Uint8Array, options?: SetOptions): Promise<void>;
  delete(key: string): Promise<void>;
  /** Keys that start with `prefix`, unordered. */
  keys(prefix: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Content-addressed results. Never fails: a broken store is a miss. */
export interface Cache {
  /** One computation per key at a time, however many ask. */
  through<T>(key: string, compute: () => Promise<T>): Promise<{ value: T; hit: boolean }>;
}

/** A statement and all the data it can see. */
export interface QueryRequest {
  /** One SELECT. */
  sql: string;
  /** By ticker: JSON text `{"<epoch milliseconds or ISO date>": close or null}`. They become `prices`. */
  series: Record<string, string>;
  /** By table name. */
  tables: Record<string, Row[]>;
}

export interface QueryResult {
  columns: { name: string; type: string }[];
  /** Dates and timestamps are ISO strings, numbers are numbers. */
  rows: Row[];
}

/**
 * Runs SQL that nobody has read. Throws AnalystError: bad_input, refused, too_large, time_limit, memory_limit,
 * crashed (none of them better the second time), busy (retryable).
 */
export interface Database {
  readonly version: string;
  /** The same for the same statement over the same data, however they are written and ordered. */
  key(request: QueryRequest): Promise<string>;
  query(request: QueryRequest): Promise<QueryResult>;
}

/** Draws a chart and keeps the bytes. Throws AnalystError (`refused`, `time_limit`, `no_data`, …). */
export interface Renderer {
  render(chart: Chart): Promise<Image>;
}

/** What happens in a run, as it happens; never part of its result. */
export type ProgressEvent =
  | { type: 'start'; id: string; name: string; kind: 'model' | 'tool' | 'chart' | 'other' }
  | { type: 'end'; id: string; name: string; durationMs: number; cached: boolean; rows?: number }
  | { type: 'fail'; id: string; name: string; message: string }
  /** The model's plan for this turn: the prose before its program, shortened. */
  | { type: 'plan'; turn: number; text: string };

/** Best effort: an implementation must not throw. */
export interface Progress {
  emit(runId: string, event: ProgressEvent): void;
}

/** Starts and ends runs. One implementation drives them in this process, one talks to an Inngest server. */
export interface Engine {
  /**
   * Resolves once the question is safe: from then on it ends in a delivered report whatever is killed.
   * Asking the same `question.id` again answers the first run. Throws AnalystError `unavailable`.
   */
  ask(question: Question): Promise<{ runId: string; duplicate: boolean }>;
  /** Ends a run: the step in flight finishes, nothing after it starts. Unknown or ended runs are left alone. */
  cancel(runId: string): Promise<void>;
  /** A page about the run for people, where there is one. */
  link(runId: string): string | null;
}

/** Brings a report to the person who asked, error reports included. */
export interface Delivery {
  /** Must be idempotent through its steps: after a crash it is called again with the same report. */
  deliver(question: Question, report: Report, steps: Steps): Promise<void>;
}
