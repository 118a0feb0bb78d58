/**
 * Drives the functions in this process when no Inngest server is configured: the same functions, unmodified,
 * durable on this machine. A killed process loses the step it was in; `resume` takes up the rest.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { durationToMs } from 'inngest';
import { AnalystError, toErrorRecord } from '../../src/agent/errors.ts';
import type { Engine } from '../../src/agent/ports.ts';
import type { Question } from '../../src/agent/question.ts';
import { type Client, questionAsked } from '../client.ts';
import { Patience } from './patience.ts';
import { type CallFunction, createCall, type FunctionList, type Operation } from './protocol.ts';
import { Queue } from './queue.ts';
import type { DriverRecord, NewRun, RunRow, RunStatus, StepRow } from './record.ts';

/** A run that was resumed this often keeps killing its process: it is failed instead. */
const MOST_RESUMES = 10;
/** How often a run that another process drives is looked at. */
const POLL_MS = 200;
/** The SDK's name for a function's onFailure. */
const FAILURE = '-failure';

export interface DriverOptions {
  client: Client;
  functions: FunctionList;
  record: DriverRecord;
  /** Told when the record cannot be written, and when a run had to be left for the next start. */
  logger: Pick<Console, 'warn' | 'error'>;
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
  readonly #patience: Patience;
  readonly #logger: DriverOptions['logger'];
  readonly #active = new Map<string, Promise<RunEnd>>();
  #closing = false;

  constructor({ client, functions, record, logger, backoffMs }: DriverOptions) {
    this.#logger = logger;
    this.#patience = new Patience((problem) => logger.warn(problem), backoffMs);
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
    const run = newRun(this.#functionFor(event.name), `${this.#appId}:${question.id}`, event);
    if (this.#record.addRun(run)) {
      void this.#begin(run);
      return { runId: run.id, duplicate: false };
    }
    const known = this.#record.runByKey(run.key);
    if (!known) throw new AnalystError('internal', 'A run was not recorded.');
    return { runId: known.id, duplicate: true };
  }

  async cancel(runId: string): Promise<void> {
    this.#record.end(runId, 'CANCELLED', null);
  }

  link(): null {
    return null;
  }

  /**
   * Resolves when the run has ended, here or in another process.
   * @throws AnalystError not_found; unavailable when the record can no longer be used
   */
  async wait(runId: string): Promise<RunEnd> {
    for (;;) {
      const active = this.#active.get(runId);
      if (active) return active;
      const run = this.#record.run(runId);
      if (!run) throw new AnalystError('not_found', `There is no run ${runId}.`);
      if (run.status !== 'RUNNING') return toEnd(run);
      if (!this.#isOurs(run) && !this.#record.isDriven(run)) {
        throw new AnalystError('unavailable', `The run ${runId} was interrupted.`, {
          hint: 'It belongs to another app, which goes on with it when it starts again.',
        });
      }
      if (this.resume(runId).length === 0) await this.#patience.sleep(POLL_MS);
    }
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
      const wanted = (runId === undefined || run.id === runId) && !this.#active.has(run.id);
      return wanted && this.#isOurs(run) && !this.#record.isDriven(run);
    });
    return left.filter((run) => this.#record.adopt(run)).map((run) => this.#drive(run));
  }

  /** Stops taking questions and waits for the runs in flight; those that take longer are resumed later. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const done = Promise.allSettled(this.#active.values());
    await Promise.race([done, sleep(graceMs, undefined, { ref: false })]);
    this.#patience.close();
    this.#record.close();
  }

  /** The function of a run, by its whole name: one app's name may be the beginning of another's. */
  #functionOf(run: RunRow): FunctionList[number] | undefined {
    return this.#functions.find((fn) =>
      [fn.id(this.#appId), fn.id(this.#appId) + FAILURE].includes(run.function),
    );
  }

  #isOurs(run: RunRow): boolean {
    return this.#functionOf(run) !== undefined;
  }

  #functionFor(eventName: string): string {
    const fn = this.#functions.find((candidate) => triggersOf(candidate).includes(eventName));
    if (!fn) throw new AnalystError('internal', `No function is triggered by ${eventName}.`);
    return fn.id(this.#appId);
  }

  /** Starts driving a run that was just recorded. */
  #begin({ id }: NewRun): Promise<RunEnd> | undefined {
    const run = this.#record.run(id);
    return run && this.#active.get(this.#drive(run));
  }

  #drive(run: RunRow): string {
    // What tells people about a failure must not wait behind what failed.
    const end = run.function.endsWith(FAILURE)
      ? this.#toEnd(run)
      : this.#queue.add(JSON.parse(run.event) as object, () => this.#toEnd(run));
    const active = end.finally(() => this.#active.delete(run.id));
    // A run whose record cannot be used is taken up at the next start; whoever waits for it is told.
    active.catch((error: unknown) => {
      if (!this.#closing) this.#logger.error(`The run ${run.id} was left: ${toErrorRecord(error).message}`);
    });
    this.#active.set(run.id, active);
    return run.id;
  }

  async #toEnd(run: RunRow): Promise<RunEnd> {
    const maxAttempts = (this.#functionOf(run)?.opts.retries ?? 3) + 1;
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
        const carried = others.map((operation) => this.#carryOut(run, operation, maxAttempts));
        const failed = (await Promise.allSettled(carried)).find(({ status }) => status === 'rejected');
        if (failed) await Promise.all(carried);
        if (complete) return this.#complete(run, complete.data);
        continue;
      }
      if (!this.#goesOn(run.id)) break;
      const attempts = await this.#patience.write(() => this.#record.addAttempt(run.id, ''));
      if (!response.retryable || attempts >= maxAttempts) return this.#fail(run, response.value);
      await this.#patience.beforeRetry(attempts, response.retryAfterMs);
    }
    return toEnd(this.#record.run(run.id) ?? run);
  }

  /** Brings one operation to a recorded result. */
  async #carryOut(run: RunRow, first: Operation, maxAttempts: number): Promise<void> {
    let operation = first;
    let retryAfterMs: number | undefined;
    while (this.#goesOn(run.id)) {
      const { id, op } = operation;
      const add = (kind: StepRow['kind'], value: unknown) =>
        this.#patience.write(() => this.#record.addStep(run.id, id, kind, value));
      if (op === 'StepRun' || op === 'Step') return add('data', operation.data);
      if (op === 'StepFailed') return add('error', operation.error ?? operation.data);
      if (op === 'Sleep') return this.#sleepStep(run, operation);
      if (op === 'StepError') {
        const attempts = await this.#patience.write(() => this.#record.addAttempt(run.id, id));
        if (attempts >= maxAttempts) return add('error', operation.error);
        await this.#patience.beforeRetry(attempts, retryAfterMs);
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

  async #sleepStep(run: RunRow, { id, name = '' }: Operation): Promise<void> {
    const date = Date.parse(name);
    const until = Number.isNaN(date) ? Date.now() + durationToMs(name as '1s') : date;
    const timer = await this.#patience.write(() => this.#record.timer(run.id, id, until));
    await this.#patience.sleep(Math.max(0, timer - Date.now()));
    await this.#patience.write(() => this.#record.addStep(run.id, id, 'data', null));
  }

  /** Records the steps that a function finished in its body. */
  readonly onCheckpoint = async (runId: string, operations: Operation[]): Promise<boolean> => {
    for (const { id, op, data } of operations) {
      if (op === 'StepRun') await this.#patience.write(() => this.#record.addStep(runId, id, 'data', data));
    }
    return this.#goesOn(runId);
  };

  #goesOn(runId: string): boolean {
    return this.#record.run(runId)?.status === 'RUNNING';
  }

  async #complete(run: RunRow, value: unknown): Promise<RunEnd> {
    await this.#patience.write(() => this.#record.end(run.id, 'COMPLETED', value));
    return toEnd(this.#record.run(run.id) ?? run);
  }

  /** Ends the run and starts the function's onFailure, as the server does. */
  async #fail(run: RunRow, error: unknown): Promise<RunEnd> {
    if (run.function.endsWith(FAILURE)) {
      await this.#patience.write(() => this.#record.end(run.id, 'FAILED', error));
    } else {
      const data = {
        function_id: run.function,
        run_id: run.id,
        error: asError(error),
        event: JSON.parse(run.event),
      };
      const event = { name: 'inngest/function.failed', id: randomUUID(), ts: Date.now(), data };
      const failure = newRun(`${run.function}${FAILURE}`, `${run.id}:failure`, event);
      if (await this.#patience.write(() => this.#record.fail(run.id, error, failure)))
        await this.#begin(failure);
    }
    return toEnd(this.#record.run(run.id) ?? run);
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

function newRun(functionId: string, key: string, event: unknown): NewRun {
  return { id: randomUUID(), function: functionId, key, event: JSON.stringify(event) };
}
