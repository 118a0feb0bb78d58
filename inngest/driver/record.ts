/**
 * What the in-process driver remembers, in one SQLite file: runs, the results of their steps, attempts and
 * timers. A row is written before anything depends on it, so that a killed process loses only the step it
 * was in. Several processes may use the file at once. Every method throws AnalystError `unavailable` when the
 * file cannot be used: it is damaged, the disk is full, another process keeps it locked.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { AnalystError } from '../../src/agent/errors.ts';
import { createOwner, type Owner } from './owner.ts';

export type RunStatus = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

export interface RunRow {
  id: string;
  /** The function's full id, app included. */
  function: string;
  /** Deduplicates: one run for each key. */
  key: string;
  /** The triggering event, JSON. */
  event: string;
  status: RunStatus;
  /** JSON of the result, or of the error. */
  output: string | null;
  /** Who drives it: see owner.ts. */
  owner: string;
  /** How often it was taken up again after a crash. */
  resumes: number;
}

export interface StepRow {
  id: string;
  kind: 'data' | 'error';
  json: string;
}

/** Ended runs are forgotten after this long. */
const KEEP_MS = 7 * 24 * 3_600_000;

/** How long a statement waits for another process that writes. */
const LOCK_MS = 5_000;

const SCHEMA = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, function TEXT NOT NULL, key TEXT NOT NULL UNIQUE, event TEXT NOT NULL,
  status TEXT NOT NULL, output TEXT, owner TEXT NOT NULL, resumes INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS steps (seq INTEGER PRIMARY KEY, run TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (run, id));
CREATE TABLE IF NOT EXISTS attempts (run TEXT NOT NULL, id TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (run, id));
CREATE TABLE IF NOT EXISTS timers (run TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (run, id));
`;

const STATEMENTS = {
  addRun: `INSERT INTO runs (id, function, key, event, status, owner, created) VALUES (?, ?, ?, ?, 'RUNNING', ?, ?) ON CONFLICT (key) DO NOTHING`,
  run: 'SELECT * FROM runs WHERE id = ?',
  runByKey: 'SELECT * FROM runs WHERE key = ?',
  running: `SELECT * FROM runs WHERE status = 'RUNNING' ORDER BY created`,
  end: `UPDATE runs SET status = ?, output = ? WHERE id = ? AND status = 'RUNNING'`,
  adopt: `UPDATE runs SET owner = ?, resumes = resumes + 1 WHERE id = ? AND owner = ? AND resumes = ? AND status = 'RUNNING'`,
  steps: 'SELECT id, kind, json FROM steps WHERE run = ? ORDER BY seq',
  addStep: 'INSERT INTO steps (run, id, kind, json) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  attempts: 'SELECT count FROM attempts WHERE run = ? AND id = ?',
  addAttempt:
    'INSERT INTO attempts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count',
  addTimer: 'INSERT INTO timers VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  timer: 'SELECT until FROM timers WHERE run = ? AND id = ?',
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
};
type Name = keyof typeof STATEMENTS;
type Value = string | number | null;

export type NewRun = Pick<RunRow, 'id' | 'function' | 'key' | 'event'>;

export class DriverRecord {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #owner: Owner;
  readonly #sql: Record<Name, StatementSync>;

  /** @param path of the SQLite file; its folder is made when missing */
  constructor(path: string) {
    this.#path = path;
    const inMemory = path === ':memory:';
    [this.#db, this.#owner] = this.#use(() => {
      if (!inMemory) mkdirSync(dirname(path), { recursive: true });
      return [open(path), createOwner(inMemory ? null : `${path}-owners`)];
    });
    this.#sql = this.#use(
      () =>
        Object.fromEntries(
          Object.entries(STATEMENTS).map(([name, text]) => [name, this.#db.prepare(text)]),
        ) as Record<Name, StatementSync>,
    );
    this.#use(() => this.#forget(Date.now() - KEEP_MS));
  }

  #forget(before: number): void {
    const old = `(SELECT id FROM runs WHERE status <> 'RUNNING' AND created < ${Math.floor(before)})`;
    for (const table of ['steps', 'attempts', 'timers'])
      this.#db.exec(`DELETE FROM ${table} WHERE run IN ${old}`);
    this.#db.exec(`DELETE FROM runs WHERE id IN ${old}`);
  }

  #use<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof AnalystError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AnalystError('unavailable', `The record of runs ${this.#path} cannot be used: ${reason}.`, {
        retryable: true,
        hint: 'Look at the disk. A damaged record can be moved away: only the runs in flight are lost.',
        cause,
      });
    }
  }

  #change(name: Name, ...values: Value[]): number {
    return this.#use(() => Number(this.#sql[name].run(...values).changes));
  }

  #get<T>(name: Name, ...values: Value[]): T | undefined {
    return this.#use(() => this.#sql[name].get(...values) as T | undefined);
  }

  #all<T>(name: Name, ...values: Value[]): T[] {
    return this.#use(() => this.#sql[name].all(...values) as T[]);
  }

  /** @returns false when there is a run of that key already */
  addRun({ id, function: name, key, event }: NewRun): boolean {
    return this.#change('addRun', id, name, key, event, this.#owner.id, Date.now()) === 1;
  }

  run(id: string): RunRow | undefined {
    return this.#get('run', id);
  }

  runByKey(key: string): RunRow | undefined {
    return this.#get('runByKey', key);
  }

  running(): RunRow[] {
    return this.#all('running');
  }

  /** Ends a run once; a later end is ignored. */
  end(id: string, status: RunStatus, output: unknown): boolean {
    return this.#change('end', status, JSON.stringify(output ?? null), id) === 1;
  }

  /** Ends a run as failed and adds the run that tells people so: never one without the other. */
  fail(id: string, output: unknown, failure: NewRun): boolean {
    this.#change('begin');
    try {
      const ended = this.end(id, 'FAILED', output);
      if (ended) this.addRun(failure);
      this.#change('commit');
      return ended;
    } catch (error) {
      this.#change('rollback');
      throw error;
    }
  }

  /** Whether the process that drives it is there. */
  isDriven({ owner }: RunRow): boolean {
    return this.#use(() => this.#owner.isAlive(owner));
  }

  /** Takes a run over from a process that is gone. False when another process was faster. */
  adopt({ id, owner, resumes }: RunRow): boolean {
    return this.#change('adopt', this.#owner.id, id, owner, resumes) === 1;
  }

  steps(run: string): StepRow[] {
    return this.#all('steps', run);
  }

  addStep(run: string, id: string, kind: StepRow['kind'], value: unknown): void {
    this.#change('addStep', run, id, kind, JSON.stringify(value ?? null));
  }

  attempts(run: string, id: string): number {
    return this.#get<{ count: number }>('attempts', run, id)?.count ?? 0;
  }

  /** @returns attempts so far, this one included */
  addAttempt(run: string, id: string): number {
    return this.#get<{ count: number }>('addAttempt', run, id)?.count ?? 1;
  }

  /** The moment a sleep ends, fixed when it was first met. */
  timer(run: string, id: string, until: number): number {
    this.#change('addTimer', run, id, until);
    return this.#get<{ until: number }>('timer', run, id)?.until ?? until;
  }

  close(): void {
    if (!this.#db.isOpen) return;
    this.#db.close();
    this.#owner.close();
  }
}

/** Waits for a lock; several processes may be making the file at this moment. */
function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: LOCK_MS });
  try {
    db.exec(SCHEMA);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
