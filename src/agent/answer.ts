/**
 * The loop: the model writes a program, the sandbox runs it, its value or its error goes back, until a line
 * of plain text ends the run. Every path ends in a report, errors included. On a replay the same calls are
 * made in the same order, so nothing here may depend on time or chance.
 */
import { Caller } from './calls.ts';
import { firstEnding } from './ending.ts';
import { AnalystError, type ErrorRecord, toErrorRecord } from './errors.ts';
import { describeUnsupported, unsupportedNumbers } from './grounding.ts';
import { LIMITS } from './limits.ts';
import { describeFailure, describeSuccess, placeOf } from './observation.ts';
import { type Opening, open } from './opening.ts';
import type { Message, Model, ModelReply, Renderer, Sandbox, Store } from './ports.ts';
import { openingMessages, systemPrompt } from './prompt.ts';
import type { Exchange, Question } from './question.ts';
import { describeUnusable, lineOf, parseReply, type Reply } from './reply.ts';
import type { Chart, ProgramError, ProgramRecord, Report, Usage } from './report.ts';
import { addUsage, emptyReport, NO_USAGE, ReportBuilder } from './report.ts';
import { type StepDeps, trackedStep } from './step.ts';
import { fallbackSummary, finalLine, withheldLine } from './summary.ts';
import { clip, shorten } from './text.ts';
import type { Tool, ToolBox } from './tool.ts';

export interface AnswerDeps extends StepDeps {
  model: Model;
  sandbox: Sandbox;
  store: Store;
  renderer: Renderer;
  toolBox: ToolBox;
  /** Earlier exchanges of the question's thread, oldest first. */
  history(question: Question): Promise<Exchange[]>;
  /** First 16 hex digits of the SHA-256 of a text. */
  hash(text: string): string;
  versions: Record<string, string>;
  /** Ends the sandbox when the durable engine abandons this handler. */
  signal?: AbortSignal;
}

/** What every program of the run is given. */
interface ProgramContext {
  caller: Caller;
  now: number;
  tools: string[];
}

export async function answer(question: Question, deps: AnswerDeps): Promise<Report> {
  return new Run(question, deps).toReport();
}

class Run {
  readonly #question: Question;
  readonly #deps: AnswerDeps;
  readonly #report = new ReportBuilder(LIMITS.blocks);
  readonly #programs: ProgramRecord[] = [];
  /** What the model was shown of its programs. */
  readonly #observed: string[] = [];
  #caller: Caller | undefined;
  #usage: Usage = NO_USAGE;
  #turns = 0;

  constructor(question: Question, deps: AnswerDeps) {
    this.#question = question;
    this.#deps = deps;
  }

  async toReport(): Promise<Report> {
    let summary = '';
    let error: ErrorRecord | null = null;
    try {
      summary = await this.#loop();
      error = this.#lastFailure();
    } catch (thrown) {
      if (!(thrown instanceof AnalystError)) throw thrown;
      error = toErrorRecord(thrown);
    }
    const { steps, runId, clock, model, versions } = this.#deps;
    const { finishedAt } = await steps.run('finish', 'finish', async () => ({ finishedAt: clock() }));
    const empty = emptyReport(this.#question, runId, error, versions);
    return {
      ...empty,
      summary,
      blocks: [...this.#report.blocks],
      program: this.#programs.at(-1)?.source ?? null,
      attempts: this.#programs.length,
      freshness: this.#caller?.freshness ?? [],
      receipt: {
        ...empty.receipt,
        finishedAt,
        model: this.#question.rerun ? 'none' : model.name,
        turns: this.#turns,
        programs: this.#programs,
        calls: this.#caller?.records ?? [],
        usage: addUsage(this.#usage, this.#caller?.usage ?? NO_USAGE),
      },
    };
  }

  /** A line below nothing but a failed program explains why there is no answer; it is none. */
  #lastFailure(): ErrorRecord | null {
    const error = this.#programs.at(-1)?.error;
    if (!error || this.#report.blocks.length > 0) return null;
    return {
      code: 'no_answer',
      message: clip(error.message, 500),
      ...(error.hint ? { hint: error.hint } : {}),
    };
  }

  /** @returns the summary line */
  async #loop(): Promise<string> {
    const opening = await trackedStep(
      this.#deps,
      { id: 'opening', name: 'tools and history', kind: 'other' },
      () => open(this.#question, this.#deps),
    );
    const now = opening.asOf ? Date.parse(`${opening.asOf}T21:00:00Z`) : this.#question.askedAt;
    const caller = this.#createCaller(opening, now);
    this.#caller = caller;
    const context = { caller, now, tools: opening.tools.map((tool) => tool.name) };
    const system = systemPrompt({ ...opening, today: new Date(now).toISOString().slice(0, 10) });
    const messages = openingMessages(this.#question, opening.history);
    const said = [system, ...messages.map((message) => message.text)];
    let askedAgain = false;

    for (let turn = 1; turn <= LIMITS.turns; turn++) {
      const { text, reply } = await this.#nextReply(turn, system, messages);
      messages.push({ role: 'assistant', text: clip(text, LIMITS.replyChars) });
      const finished = this.#report.blocks.length > 0;
      const line = lineOf(reply, finished);
      if (line !== '') {
        const unsupported = unsupportedNumbers(line, this.#question.text, {
          blocks: this.#report.blocks,
          observed: this.#observed,
          context: said,
        });
        if (unsupported.length === 0) return finalLine(line, finished);
        if (askedAgain || turn === LIMITS.turns) return withheldLine(this.#report.blocks);
        askedAgain = true;
        messages.push({ role: 'user', text: describeUnsupported(unsupported) });
        continue;
      }
      if (finished) return fallbackSummary(this.#report.blocks);
      if (reply.kind !== 'program') {
        messages.push({ role: 'user', text: describeUnusable(reply.kind) });
        continue;
      }
      said.push(reply.source);
      const observation = await this.#runProgram(reply.source, reply.ignoredFences, context);
      messages.push({ role: 'user', text: observation });
      if (turn === 1 && this.#question.program !== undefined) {
        this.#requireSuccess();
        if (this.#question.rerun) return fallbackSummary(this.#report.blocks);
      }
    }
    if (this.#report.blocks.length > 0) return fallbackSummary(this.#report.blocks);
    throw new AnalystError('no_answer', `There was no answer within ${LIMITS.turns} turns.`, {
      hint: 'Ask a narrower question, or look at the last program and its error.',
    });
  }

  #createCaller(opening: Opening, now: number): Caller {
    const { toolBox, runId, steps, progress, hash, clock, store, model } = this.#deps;
    const durable = new Map(opening.tools.map((tool) => [tool.name, tool.durable]));
    const own = new Map(toolBox.own.map((tool) => [tool.name, tool]));
    return new Caller({
      runId,
      steps,
      progress,
      hash,
      clock,
      context: { runId, now, report: this.#report, tables: this.#question.tables, store, model },
      declared: (name) => ({ durable: durable.get(name) ?? false, tool: own.get(name) }),
      find: async (name): Promise<Tool> => {
        const tool =
          own.get(name) ?? (await toolBox.open()).tools.find((candidate) => candidate.name === name);
        if (tool) return tool;
        throw new AnalystError('unavailable', `The function ${name} is not available now.`, {
          retryable: true,
        });
      },
    });
  }

  /** The model's reply of this turn, or the program that came with the question. */
  async #nextReply(
    turn: number,
    system: string,
    messages: Message[],
  ): Promise<{ text: string; reply: Reply }> {
    const { program: source } = this.#question;
    if (turn === 1 && source !== undefined) {
      const reply: Reply = { kind: 'program', source, prose: '', after: '', ignoredFences: 0 };
      return { text: `\`\`\`ts\n${source}\n\`\`\``, reply };
    }
    this.#turns++;
    const { text, usage, stop } = await trackedStep(
      this.#deps,
      { id: `model-${turn}`, name: `model · turn ${turn}`, kind: 'model' },
      () => this.#askModel(turn, system, messages),
    );
    this.#usage = addUsage(this.#usage, usage);
    if (stop === 'refusal') {
      throw new AnalystError('refused', 'The model declined to answer this question.', {
        hint: 'Put the question in another way.',
      });
    }
    return { text, reply: parseReply(text, stop !== 'length') };
  }

  /** Inside the step, so that the plan is shown once and not at every replay. */
  async #askModel(turn: number, system: string, messages: Message[]): Promise<ModelReply> {
    const { model, progress, runId } = this.#deps;
    const answered = await model.complete({ system, messages });
    const reply = parseReply(answered.text);
    if (reply.kind === 'program' && reply.prose) {
      progress.emit(runId, { type: 'plan', turn, text: shorten(reply.prose, 200) });
    }
    return answered;
  }

  /** @returns what the model reads about it */
  async #runProgram(source: string, ignoredFences: number, context: ProgramContext): Promise<string> {
    const { sandbox, steps, runId, hash, signal } = this.#deps;
    const { caller, now, tools } = context;
    const blocksBefore = this.#report.blocks.length;
    const outcome = await sandbox.run({
      program: source,
      tools,
      now,
      seed: Number.parseInt(hash(runId).slice(0, 8), 16),
      call: caller.call,
      ...(signal ? { signal } : {}),
    });
    const failure = await firstEnding(steps, this.#programs.length + 1, outcome, caller);
    const error = failure ?? (await this.#drawCharts(blocksBefore));
    this.#programs.push({ source, error });
    this.#observed.push(...outcome.logs.map((log) => log.text), error?.message ?? '');
    if (outcome.ok) this.#observed.push(JSON.stringify(outcome.value) ?? '');
    if (error) {
      this.#report.rollback(blocksBefore);
      return describeFailure(error, source, outcome.logs);
    }
    return describeSuccess(
      outcome.ok ? outcome.value : null,
      outcome.logs,
      this.#report.blocks,
      ignoredFences,
    );
  }

  /** Draws the charts that a program added. A chart that cannot be drawn is an error of the program. */
  async #drawCharts(from: number): Promise<ProgramError | null> {
    const charts = this.#report.blocks.slice(from).filter((block) => block.kind === 'chart');
    const drawn = await Promise.allSettled(charts.map((chart, index) => this.#draw(chart, index)));
    const failed = drawn.find((result) => result.status === 'rejected');
    if (!failed) return null;
    const { message, hint } = toErrorRecord(failed.reason);
    return { name: 'ChartError', message, ...(hint ? { hint } : {}) };
  }

  async #draw(chart: Chart, index: number): Promise<void> {
    const id = `chart-${this.#programs.length + 1}-${index + 1}-${this.#deps.hash(JSON.stringify(chart.spec))}`;
    const name = `chart · ${shorten(chart.title, 80)}`;
    chart.image = await trackedStep(this.#deps, { id, name, kind: 'chart' }, () =>
      this.#deps.renderer.render(chart),
    );
  }

  /** A program that came with the question is a person's: it fails before their eyes, no model rewrites it. */
  #requireSuccess(): void {
    const error = this.#programs.at(-1)?.error;
    if (!error) return;
    const message = `The program failed${placeOf(error)}: ${clip(error.message, 500)}`;
    throw new AnalystError('bad_input', message, error.hint ? { hint: error.hint } : {});
  }
}
