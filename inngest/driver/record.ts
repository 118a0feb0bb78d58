/**
 * What the in-process driver remembers, in one SQLite file: runs, the results of their steps, attempts and
 * timers. A row is written before anything depends on it, so that a killed process loses only the step it
 * was in.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

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
  /** Process that drives it. */
  owner: number;
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

const SCHEMA = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA busy_timeout = 5000;
CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, function TEXT NOT NULL, key TEXT NOT NULL UNIQUE, event TEXT NOT NULL,
  status TEXT NOT NULL, output TEXT, owner INTEGER NOT NULL, resumes INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS steps (seq INTEGER PRIMARY KEY, run TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (run, id));
CREATE TABLE IF NOT EXISTS attempts (run TEXT NOT NULL, id TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (run, id));
CREATE TABLE IF NOT EXISTS timers (run TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (run, id));
`;

export class DriverRecord {
  readonly #db: DatabaseSync;
  readonly #sql: Record<string, StatementSync>;

  /** @param path of the SQLite file; its folder is made when missing */
  constructor(path: string) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    this.#db = new DatabaseSync(path);
    this.#db.exec(SCHEMA);
    const statements = {
      addRun: `INSERT INTO runs (id, function, key, event, status, owner, created) VALUES (?, ?, ?, ?, 'RUNNING', ?, ?) ON CONFLICT (key) DO NOTHING`,
      run: 'SELECT * FROM runs WHERE id = ?',
      runByKey: 'SELECT * FROM runs WHERE key = ?',
      running: `SELECT * FROM runs WHERE status = 'RUNNING' ORDER BY created`,
      end: `UPDATE runs SET status = ?, output = ? WHERE id = ? AND status = 'RUNNING'`,
      adopt: 'UPDATE runs SET owner = ?, resumes = resumes + 1 WHERE id = ? AND owner = ? AND resumes = ?',
      steps: 'SELECT id, kind, json FROM steps WHERE run = ? ORDER BY seq',
      addStep: 'INSERT INTO steps (run, id, kind, json) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      attempts: 'SELECT count FROM attempts WHERE run = ? AND id = ?',
      addAttempt:
        'INSERT INTO attempts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count',
      addTimer: 'INSERT INTO timers VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      timer: 'SELECT until FROM timers WHERE run = ? AND id = ?',
    };
    this.#sql = Object.fromEntries(
      Object.entries(statements).map(([name, text]) => [name, this.#db.prepare(text)]),
    );
    this.#forget(Date.now() - KEEP_MS);
  }

  #forget(before: number): void {
    const old = `(SELECT id FROM runs WHERE status <> 'RUNNING' AND created < ${Math.floor(before)})`;
    for (const table of ['steps', 'attempts', 'timers'])
      this.#db.exec(`DELETE FROM ${table} WHERE run IN ${old}`);
    this.#db.exec(`DELETE FROM runs WHERE id IN ${old}`);
  }

  #statement(name: string): StatementSync {
    const statement = this.#sql[name];
    if (!statement) throw new Error(`no statement ${name}`);
    return statement;
  }

  /** @returns false when there is a run of that key already */
  addRun(run: Pick<RunRow, 'id' | 'function' | 'key' | 'event'>): boolean {
    const { changes } = this.#statement('addRun').run(
      run.id,
      run.function,
      run.key,
      run.event,
      process.pid,
      Date.now(),
    );
    return changes === 1;
  }

  run(id: string): RunRow | undefined {
    return this.#statement('run').get(id) as RunRow | undefined;
  }

  runByKey(key: string): RunRow | undefined {
    return this.#statement('runByKey').get(key) as RunRow | undefined;
  }

  running(): RunRow[] {
    return this.#statement('running').all() as unknown as RunRow[];
  }

  /** Ends a run once; a later end is ignored. */
  end(id: string, status: RunStatus, output: unknown): boolean {
    return this.#statement('end').run(status, JSON.stringify(output ?? null), id).changes === 1;
  }

  /** Takes a run over from a process that is gone. False when another process was faster. */
  adopt(run: RunRow): boolean {
    return this.#statement('adopt').run(process.pid, run.id, run.owner, run.resumes).changes === 1;
  }

  steps(run: string): StepRow[] {
    return this.#statement('steps').all(run) as unknown as StepRow[];
  }

  addStep(run: string, id: string, kind: StepRow['kind'], value: unknown): void {
    this.#statement('addStep').run(run, id, kind, JSON.stringify(value ?? null));
  }

  attempts(run: string, id: string): number {
    return (this.#statement('attempts').get(run, id) as { count: number } | undefined)?.count ?? 0;
  }

  /** @returns attempts so far, this one included */
  addAttempt(run: string, id: string): number {
    return (this.#statement('addAttempt').get(run, id) as { count: number }).count;
  }

  /** The moment a sleep ends, fixed when it was first met. */
  timer(run: string, id: string, until: number): number {
    this.#statement('addTimer').run(run, id, until);
    return (this.#statement('timer').get(run, id) as { until: number }).until;
  }

  close(): void {
    this.#db.close();
  }
}
