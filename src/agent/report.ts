/**
 * What a question becomes: blocks that tools appended, a line of summary, the program, and the receipt.
 * Plain JSON from end to end: it is recorded by the durable engine and read back on every replay.
 */
import { AnalystError, type ErrorRecord } from './errors.ts';
import type { Question } from './question.ts';

export type Cell = string | number | boolean | null;
/** A row as `query` returns it and as tables and charts take it: dates are ISO strings. */
export type Row = Record<string, unknown>;

export interface Metric {
  kind: 'metric';
  label: string;
  value: number | string | null;
  /** Shown with the value: "%", "USD", "x", … */
  unit?: string;
  /** Signed change against what the metric is compared with, in `deltaUnit` (default: the metric's unit). */
  delta?: number;
  deltaUnit?: string;
  /** A short qualification, e.g. "2021-12-29 to 2022-12-29". */
  note?: string;
  /** Digits after the decimal point; derived from the magnitude when absent. */
  digits?: number;
}

export interface Column {
  /** Key in the rows. */
  name: string;
  /** Heading; the name when absent. */
  label?: string;
  unit?: string;
  digits?: number;
}

export interface Table {
  kind: 'table';
  title: string;
  columns: Column[];
  rows: Record<string, Cell>[];
}

/** A rendered picture: its bytes are in the store under `key`. */
export interface Image {
  key: string;
  /** Pixels. */
  width: number;
  height: number;
  bytes: number;
}

export interface Chart {
  kind: 'chart';
  type: string;
  title: string;
  /** One sentence for those who cannot see the picture. */
  alt: string;
  /** A complete Vega-Lite specification, data inlined. */
  spec: Record<string, unknown>;
  /** The rows behind the picture, for CSV. */
  rows: Row[];
  image?: Image;
}

export type Block = Metric | Table | Chart;

/** How current a number is. One per source that a run read. */
export interface Freshness {
  /** Who the data comes from, in words. */
  source: string;
  /** Last date in the data, `YYYY-MM-DD`, when it has dates. */
  lastDate?: string;
  /** `live`: fetched for this run; `bundled`: shipped with the product. */
  kind: 'live' | 'bundled';
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** US dollars; null when the price of the model is not known. */
  cost: number | null;
}

export interface CallRecord {
  tool: string;
  /** Readable, shortened: what the dashboard shows. */
  name: string;
  /** The arguments, values over 2,000 characters replaced by their hash and length. */
  args: unknown[];
  /** SHA-256 of the canonical JSON of the result, first 16 hex digits. */
  resultHash: string | null;
  /** Rows of an array result. */
  rows?: number;
  durationMs: number;
  cached: boolean;
  error?: ErrorRecord;
}

export interface ProgramRecord {
  source: string;
  /** Null when it ran to its end. */
  error: ProgramError | null;
}

/** Why a program failed, in terms of its own lines. */
export interface ProgramError {
  name: string;
  message: string;
  /** 1-based, in the program as written. */
  line?: number;
  column?: number;
  hint?: string;
}

/** Everything needed to run the same program again and to compare. `version` is that of this shape. */
export interface Receipt {
  version: 1;
  runId: string;
  question: string;
  user: string;
  thread: string;
  askedAt: number;
  finishedAt: number;
  model: string;
  turns: number;
  programs: ProgramRecord[];
  calls: CallRecord[];
  usage: Usage;
  /** Versions of what computed the answer: the product, DuckDB, Node, … */
  versions: Record<string, string>;
}

export interface Report {
  runId: string;
  question: string;
  summary: string;
  blocks: Block[];
  /** The last program that ran. */
  program: string | null;
  error: ErrorRecord | null;
  /** Programs that were run. */
  attempts: number;
  receipt: Receipt;
  freshness: Freshness[];
}

/** Collects blocks while a program runs. A program that fails leaves nothing behind (see `rollback`). */
export class ReportBuilder {
  readonly #blocks: Block[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws AnalystError too_large when the report is full */
  add(block: Block): void {
    if (this.#blocks.length >= this.#limit) {
      throw new AnalystError('too_large', `A report holds at most ${this.#limit} blocks.`, {
        hint: 'Put related numbers into one table instead of many metrics.',
      });
    }
    this.#blocks.push(block);
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /** Forgets every block after the first `length`. */
  rollback(length: number): void {
    this.#blocks.length = length;
  }
}

export const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cost: 0,
};

/** Sums two usages; an unknown cost stays unknown. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    cost: a.cost === null || b.cost === null ? null : a.cost + b.cost,
  };
}

/** A report with nothing in it: the start of every other, and that of a run that never got as far as an answer. */
export function emptyReport(
  question: Question,
  runId: string,
  error: ErrorRecord | null,
  versions: Record<string, string>,
): Report {
  const { text, user, thread, askedAt } = question;
  return {
    runId,
    question: text,
    summary: '',
    blocks: [],
    program: null,
    error,
    attempts: 0,
    freshness: [],
    receipt: {
      version: 1,
      runId,
      question: text,
      user,
      thread,
      askedAt,
      finishedAt: askedAt,
      model: 'none',
      turns: 0,
      programs: [],
      calls: [],
      usage: NO_USAGE,
      versions,
    },
  };
}
