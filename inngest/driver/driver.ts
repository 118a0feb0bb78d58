/**
 * Drives the functions in this process when no Inngest server is configured: the same functions, unmodified,
 * durable on this machine. A killed process loses the step it was in; `resume` takes up the rest.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { durationToMs } from 'inngest';
import { AnalystError } from '../../src/agent/errors.ts';
import type { Engine } from '../../src/agent/ports.ts';
import type { Question } from '../../src/agent/question.ts';
import { type Client, questionAsked } from '../client.ts';
import { type CallFunction, createCall, type FunctionList, type Operation } from './protocol.ts';
import { Queue } from './queue.ts';
import type { DriverRecord, RunRow, RunStatus } from './record.ts';

/** A run that was resumed this often keeps killing its process: it is failed instead. */
const MOST_RESUMES = 10;
/** Wait after failed attempt n, counted from 1. */
const defaultBackoffMs = (attempt: number) => Math.min(30_000, 250 * 2 ** attempt);

/** The SDK's name for a function's onFailure. */
const FAILURE = '-failure';

export interface DriverOptions {
  client: Client;
  functions: FunctionList;
  record: DriverRecord;
  backoffMs?(attempt: number): number;
}

export interface RunEnd {
  status: RunStatus;
  output: unknown;
}

export class Driver implements Engine {
  readonly #record: DriverRecord;
  readonly #functions: FunctionList;
  readonly #appId: string;
  readonly #call: CallFunction;
  readonly #queue: Queue;
  readonly #backoffMs: (attempt: number) => number;
  readonly #active = new Map<string, Promise<RunEnd>>();
  #closing = false;

  constructor({ client, functions, record, backoffMs = defaultBackoffMs }: DriverOptions) {
    this.#backoffMs = backoffMs;
    this.#record = record;
    this.#functions = functions;
    this.#appId = client.id;
    this.#call = createCall(client, functions);
    this.#queue = new Queue(functions.flatMap((fn) => [fn.opts.concurrency ?? []].flat()));
  }

  async ask(question: Question): Promise<{ runId: string; duplicate: boolean }> {
    if (this.#closing) {
      throw new AnalystError('unavailable', 'The analyst is being restarted.', { retryable: true });
    }
    const event = { name: questionAsked.name, id: question.id, ts: question.askedAt, data: { question } };
    return this.#start(this.#functionFor(event.name), `${this.#appId}:${question.id}`, event);
  }

  async cancel(runId: string): Promise<void> {
    this.#record.end(runId, 'CANCELLED', null);
  }

  link(): null {
    return null;
  }

  /** Resolves when the run has ended in this process. @throws AnalystError not_found */
  async wait(runId: string): Promise<RunEnd> {
    const active = this.#active.get(runId);
    if (active) return active;
    const run = this.#record.run(runId);
    if (!run) throw new AnalystError('not_found', `There is no run ${runId}.`);
    return toEnd(run);
  }

  /** The question of a run. @throws AnalystError not_found */
  question(runId: string): unknown {
    const run = this.#record.run(runId);
    if (!run) throw new AnalystError('not_found', `There is no run ${runId} on this machine.`);
    return (JSON.parse(run.event) as { data: { question?: unknown } }).data.question;
  }

  /**
   * Takes up runs of this app whose process is gone.
   * @param runId only this one
   * @returns the ids of the runs that go on
   */
  resume(runId?: string): string[] {
    const left = this.#record.running().filter((run) => {
      const ours = run.function.startsWith(`${this.#appId}-`) && !this.#active.has(run.id);
      return ours && (runId === undefined || run.id === runId) && !isAlive(run.owner);
    });
    return left.filter((run) => this.#record.adopt(run)).map((run) => this.#drive(run));
  }

  /** Stops taking questions and waits for the runs in flight; those that take longer are resumed later. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const done = Promise.allSettled(this.#active.values());
    await Promise.race([done, sleep(graceMs, undefined, { ref: false })]);
    this.#record.close();
  }

  #functionFor(eventName: string): string {
    const fn = this.#functions.find((candidate) => triggersOf(candidate).includes(eventName));
    if (!fn) throw new AnalystError('internal', `No function is triggered by ${eventName}.`);
    return fn.id(this.#appId);
  }

  #start(functionId: string, key: string, event: unknown): { runId: string; duplicate: boolean } {
    const id = randomUUID();
    const added = this.#record.addRun({ id, function: functionId, key, event: JSON.stringify(event) });
    const run = this.#record.runByKey(key);
    if (!run) throw new AnalystError('internal', 'A run was not recorded.');
    if (added) this.#drive(run);
    return { runId: run.id, duplicate: !added };
  }

  #drive(run: RunRow): string {
    // What tells people about a failure must not wait behind what failed.
    const end = run.function.endsWith(FAILURE)
      ? this.#toEnd(run)
      : this.#queue.add(JSON.parse(run.event) as object, () => this.#toEnd(run));
    this.#active.set(
      run.id,
      end.finally(() => this.#active.delete(run.id)),
    );
    return run.id;
  }

  async #toEnd(run: RunRow): Promise<RunEnd> {
    const fn = this.#functions.find((candidate) => run.function.startsWith(candidate.id(this.#appId)));
    const maxAttempts = (fn?.opts.retries ?? 3) + 1;
    if (run.resumes > MOST_RESUMES) {
      return this.#fail(run, { message: `The process ended ${run.resumes} times during this run.` });
    }
    while (this.#goesOn(run.id)) {
      const attempt = this.#record.attempts(run.id, '');
      const response = await this.#call(run, this.#record.steps(run.id), {
        step: null,
        attempt,
        maxAttempts,
      });
      if (response.kind === 'done') return this.#complete(run, response.value);
      if (response.kind === 'operations') {
        const complete = response.operations.find(({ op }) => op === 'RunComplete');
        const others = response.operations.filter((operation) => operation !== complete);
        await Promise.all(others.map((operation) => this.#carryOut(run, operation, maxAttempts)));
        if (complete) return this.#complete(run, complete.data);
        continue;
      }
      if (!this.#goesOn(run.id)) break;
      const attempts = this.#record.addAttempt(run.id, '');
      if (!response.retryable || attempts >= maxAttempts) return this.#fail(run, response.value);
      await sleep(response.retryAfterMs ?? this.#backoffMs(attempts));
    }
    return toEnd(this.#record.run(run.id) ?? run);
  }

  /** Brings one operation to a recorded result. */
  async #carryOut(run: RunRow, first: Operation, maxAttempts: number): Promise<void> {
    let operation = first;
    let retryAfterMs: number | undefined;
    while (this.#goesOn(run.id)) {
      const { id, op } = operation;
      if (op === 'StepRun' || op === 'Step') return this.#record.addStep(run.id, id, 'data', operation.data);
      if (op === 'StepFailed')
        return this.#record.addStep(run.id, id, 'error', operation.error ?? operation.data);
      if (op === 'Sleep') return this.#sleep(run, operation);
      if (op === 'StepError') {
        const attempts = this.#record.addAttempt(run.id, id);
        if (attempts >= maxAttempts) return this.#record.addStep(run.id, id, 'error', operation.error);
        await sleep(retryAfterMs ?? this.#backoffMs(attempts));
      } else if (op !== 'StepPlanned') {
        throw new AnalystError('internal', `The in-process driver cannot carry out ${op}.`);
      }
      if (!this.#goesOn(run.id)) return;
      const attempt = this.#record.attempts(run.id, id);
      const response = await this.#call(run, this.#record.steps(run.id), { step: id, attempt, maxAttempts });
      const next = response.operations.find((candidate) => candidate.id === id);
      operation = next ?? { id, op: 'StepError', error: asError(response.value) };
      retryAfterMs = response.retryAfterMs;
    }
  }

  async #sleep(run: RunRow, { id, name = '' }: Operation): Promise<void> {
    const date = Date.parse(name);
    const until = Number.isNaN(date) ? Date.now() + durationToMs(name as '1s') : date;
    await sleep(Math.max(0, this.#record.timer(run.id, id, until) - Date.now()));
    this.#record.addStep(run.id, id, 'data', null);
  }

  /** Records the steps that a function finished in its body. */
  readonly onCheckpoint = (runId: string, operations: Operation[]): boolean => {
    if (!this.#goesOn(runId)) return false;
    for (const { id, op, data } of operations) {
      if (op === 'StepRun') this.#record.addStep(runId, id, 'data', data);
    }
    return true;
  };

  #goesOn(runId: string): boolean {
    return this.#record.run(runId)?.status === 'RUNNING';
  }

  #complete(run: RunRow, value: unknown): RunEnd {
    this.#record.end(run.id, 'COMPLETED', value);
    return { status: 'COMPLETED', output: value };
  }

  /** Ends the run and starts the function's onFailure, as the server does. */
  async #fail(run: RunRow, error: unknown): Promise<RunEnd> {
    if (this.#record.end(run.id, 'FAILED', error) && !run.function.endsWith(FAILURE)) {
      const data = {
        function_id: run.function,
        run_id: run.id,
        error: asError(error),
        event: JSON.parse(run.event),
      };
      const event = { name: 'inngest/function.failed', id: randomUUID(), ts: Date.now(), data };
      const { runId } = this.#start(`${run.function}${FAILURE}`, `${run.id}:failure`, event);
      await this.#active.get(runId);
    }
    return { status: 'FAILED', output: error };
  }
}

function triggersOf(fn: FunctionList[number]): string[] {
  const triggers = (fn.opts.triggers ?? []) as { event?: string | { name: string } }[];
  return triggers.flatMap(({ event }) => (typeof event === 'object' ? event.name : (event ?? [])));
}

function toEnd(run: RunRow): RunEnd {
  return { status: run.status, output: run.output === null ? null : JSON.parse(run.output) };
}

function asError(value: unknown): { name: string; message: string } {
  const { name, message } = (value ?? {}) as { name?: unknown; message?: unknown };
  return {
    ...(value as object),
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : JSON.stringify(value),
  };
}

/** Whether a process other than this one exists. A run of our own id is left from an earlier life. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
