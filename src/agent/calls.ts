/**
 * Runs the calls of a program: durable ones as steps, inline ones on the spot, and keeps the record of all.
 * Everything here must come out the same on a replay: ids are made of names, arguments and occurrences, and
 * what a call learned beside its result is recorded with its step.
 */
import { AnalystError, toErrorRecord } from './errors.ts';
import type { CallRecord, Freshness, Usage } from './report.ts';
import { addUsage, NO_USAGE } from './report.ts';
import { elapsed, type StepDeps, trackedStep } from './step.ts';
import { canonicalJson, shorten, summariseArguments } from './text.ts';
import type { Note, Tool, ToolContext } from './tool.ts';

/** What a step of a durable call records. */
interface Recorded {
  value: unknown;
  durationMs: number;
  notes: Note[];
}

/** Runs one tool call in a program. */
export type Call = (tool: string, args: unknown[]) => Promise<unknown>;

export interface CallerDeps extends StepDeps {
  context: Omit<ToolContext, 'note'>;
  /** A tool that is declared to the program. Asked inside the step, so that a replay needs no connection. */
  find(name: string): Promise<Tool>;
  /** Whether a declared tool is durable, and the tool itself where it is one of our own. */
  declared(name: string): { durable: boolean; tool?: Tool };
  /** First 16 hex digits of the SHA-256 of a text. */
  hash(text: string): string;
}

export class Caller {
  readonly records: CallRecord[] = [];
  /** What the calls learned, so that sums and order are those of the calls, not of their ends. */
  readonly #notes = new Map<CallRecord, Note[]>();
  readonly #deps: CallerDeps;
  /** One promise for each identical durable call of the run. */
  readonly #answers = new Map<string, Promise<Recorded>>();
  /** How often an identical call has failed: a new try is a new step. */
  readonly #failures = new Map<string, number>();

  constructor(deps: CallerDeps) {
    this.#deps = deps;
  }

  readonly call: Call = async (name, args) => {
    const { durable, tool } = this.#deps.declared(name);
    const record: CallRecord = {
      tool: name,
      name: titleOf(tool, name, args),
      args: summariseArguments(args, this.#deps.hash),
      resultHash: null,
      durationMs: 0,
      cached: false,
    };
    this.records.push(record);
    try {
      const value = durable
        ? await this.#durable(name, args, record)
        : await this.#inline(tool, args, record);
      if (Array.isArray(value)) record.rows = value.length;
      record.resultHash = this.#deps.hash(canonicalJson(value ?? null));
      return value;
    } catch (error) {
      record.error = toErrorRecord(error);
      throw error;
    }
  };

  /** The newest data of each source, in the order of the calls. */
  get freshness(): Freshness[] {
    const newest = new Map<string, Freshness>();
    for (const { freshness } of this.#learned()) {
      if (!freshness) continue;
      const { source, lastDate = '', kind } = freshness;
      const known = newest.get(source);
      if (known && (known.lastDate ?? '') >= lastDate) continue;
      newest.set(source, { source, kind, ...(lastDate ? { lastDate } : {}) });
    }
    return [...newest.values()];
  }

  /** What the tools themselves spent. */
  get usage(): Usage {
    return this.#learned().reduce((sum, { usage }) => (usage ? addUsage(sum, usage) : sum), NO_USAGE);
  }

  /** Forgets every call after the first `length`. */
  rollback(length: number): void {
    this.records.length = length;
  }

  #learned(): Note[] {
    return this.records.flatMap((record) => this.#notes.get(record) ?? []);
  }

  async #inline(tool: Tool | undefined, args: unknown[], record: CallRecord): Promise<unknown> {
    if (!tool) throw new AnalystError('internal', `The tool ${record.tool} is not registered.`);
    return tool.run(tool.parse(args), { ...this.#deps.context, note: (note) => this.#learn(note, record) });
  }

  async #durable(name: string, args: unknown[], record: CallRecord): Promise<unknown> {
    // Long arguments stand there as their hash: they are read once for the receipt and for the step.
    const key = `${name}-${this.#deps.hash(canonicalJson(record.args))}`;
    const known = this.#answers.get(key);
    const answer = known ?? this.#step(key, name, args, record.name);
    this.#answers.set(key, answer);
    const { value, durationMs, notes } = await answer;
    // An answer that was given before is not paid for again.
    for (const note of notes) this.#learn(known ? { ...note, usage: undefined } : note, record);
    record.durationMs = known ? 0 : durationMs;
    record.cached ||= known !== undefined;
    return value;
  }

  #step(key: string, name: string, args: unknown[], title: string): Promise<Recorded> {
    const failed = this.#failures.get(key) ?? 0;
    const id = failed === 0 ? key : `${key}-${failed + 1}`;
    const answer = trackedStep(
      this.#deps,
      { id, name: title, kind: 'tool' },
      () => this.#execute(name, args),
      ({ notes }) => Object.assign({}, ...notes) as Note,
    );
    answer.catch(() => {
      this.#failures.set(key, failed + 1);
      this.#answers.delete(key);
    });
    return answer;
  }

  async #execute(name: string, args: unknown[]): Promise<Recorded> {
    const notes: Note[] = [];
    const started = this.#deps.clock();
    const tool = await this.#deps.find(name);
    const context = { ...this.#deps.context, note: (note: Note) => void notes.push(note) };
    const value = (await tool.run(tool.parse(args), context)) ?? null;
    return { value, durationMs: elapsed(this.#deps.clock, started), notes };
  }

  #learn(note: Note, record: CallRecord): void {
    if (note.rows !== undefined) record.rows = note.rows;
    if (note.cached) record.cached = true;
    this.#notes.set(record, [...(this.#notes.get(record) ?? []), note]);
  }
}

/**
 * The readable name of a call: the tool's own, else its name and the plain values among its arguments. It
 * must not need a connection, and odd arguments must not fail the call before they are checked.
 */
function titleOf(tool: Tool | undefined, name: string, args: unknown[]): string {
  try {
    if (tool?.title) return shorten(tool.title(args), 100);
  } catch {
    return name;
  }
  const values = args.flatMap((arg) =>
    arg !== null && typeof arg === 'object' ? Object.values(arg) : [arg],
  );
  const plain = values.filter((value) => typeof value === 'string' || typeof value === 'number');
  return shorten([name, ...plain.slice(0, 4)].join(' '), 100);
}
