/** The driver under attack: other processes, crash loops, a broken or full disk, a wrong clock, a crowd, a close. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createDriver, type DriverSettings, question } from './driver.fixture.ts';
import type { Driver } from './driver.ts';
import { DriverRecord } from './record.ts';

const TAKER = fileURLToPath(new URL('../fixtures/taker.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'driver-'));
let files = 0;
const newPath = () => join(folder, `${++files}.db`);

const drivers: Driver[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const driver of drivers.splice(0)) await driver.close(100);
});

function start(settings: DriverSettings): Driver {
  const driver = createDriver(settings);
  drivers.push(driver);
  return driver;
}

/** A run in the record that nobody drives. */
function leaveRun(path: string, { app = 'test', id = 'left' } = {}): void {
  const record = new DriverRecord(path);
  const event = JSON.stringify({ name: 'analyst/question.asked', data: { question: question(id) } });
  record.addRun({ id, function: `${app}-work`, key: `${app}:${id}`, event });
  record.close();
}

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

describe('several at one record', () => {
  it('of six processes that start at once, one takes up the run that was left', async () => {
    const path = newPath();
    leaveRun(path);
    const results = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(() => promisify(execFile)(process.execPath, [TAKER, path])),
    );
    const said = results.map(({ stdout }) => stdout.trim()).filter((text) => text !== '');
    expect(said).toEqual(['ran done']);
  });

  it('a run is left to the one that drives it, and whoever waits is told when it ends', async () => {
    const path = newPath();
    const { promise, open } = gate();
    let ran = 0;
    const body = () => {
      ran++;
      return promise.then(() => 'answer');
    };
    const first = start({ path, body: (steps) => steps.run('s', 's', body) });
    const { runId } = await first.ask(question('q'));
    const second = start({ path, body: (steps) => steps.run('s', 's', body) });
    expect(second.resume()).toEqual([]);
    expect(await second.ask(question('q'))).toEqual({ runId, duplicate: true });
    const waiting = second.wait(runId);
    open();
    expect((await waiting).output).toBe('answer');
    expect(ran).toBe(1);
  });

  it('a run whose driver closes meanwhile goes on with the one that waits for it', async () => {
    const path = newPath();
    const first = start({ path, body: () => new Promise(() => {}) });
    const { runId } = await first.ask(question('q'));
    const second = start({ path, body: async () => 'second' });
    const waiting = second.wait(runId);
    await first.close(0);
    expect((await waiting).output).toBe('second');
  });

  it('the runs of an app whose name begins with ours are left alone', async () => {
    const path = newPath();
    leaveRun(path, { app: 'test-cli' });
    const driver = start({ path, body: async () => null });
    expect(driver.resume()).toEqual([]);
    await expect(driver.wait('left')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

it('gives up a run that ends its process each time, and says so', async () => {
  const path = newPath();
  leaveRun(path);
  for (let life = 0; life <= 10; life++) {
    const record = new DriverRecord(path);
    for (const run of record.running()) expect(record.adopt(run)).toBe(true);
    record.close();
  }
  const failures: string[] = [];
  const body = vi.fn(async () => null);
  const driver = start({ path, body, onFailure: ({ message }) => failures.push(message) });
  expect(driver.resume()).toEqual(['left']);
  expect((await driver.wait('left')).status).toBe('FAILED');
  expect(failures).toEqual([expect.stringContaining('ended 11 times')]);
  expect(body).not.toHaveBeenCalled();
});

/** As the version before this one made it: an owner was a process id, and results were recorded as they were. */
const OLD_SCHEMA = `
CREATE TABLE runs (id TEXT PRIMARY KEY, function TEXT NOT NULL, key TEXT NOT NULL UNIQUE, event TEXT NOT NULL,
  status TEXT NOT NULL, output TEXT, owner INTEGER NOT NULL, resumes INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL);
CREATE TABLE steps (seq INTEGER PRIMARY KEY, run TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (run, id));
CREATE TABLE attempts (run TEXT NOT NULL, id TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (run, id));
CREATE TABLE timers (run TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (run, id));`;

describe('a record', () => {
  it('of the previous version goes on where it was', async () => {
    const path = newPath();
    const db = new DatabaseSync(path);
    db.exec(OLD_SCHEMA);
    const event = JSON.stringify({ name: 'analyst/question.asked', data: { question: question('old') } });
    db.prepare(`INSERT INTO runs VALUES ('old', 'test-work', 'test:old', ?, 'RUNNING', NULL, 1, 0, 0)`).run(
      event,
    );
    const id = createHash('sha1').update('a').digest('hex');
    db.prepare(`INSERT INTO steps VALUES (1, 'old', ?, 'data', '{"z":[{"y":1,"x":2}],"b":3}')`).run(id);
    db.close();
    const driver = start({
      path,
      body: (steps) => steps.run('a', 'a', () => Promise.reject(new Error('again'))),
    });
    expect(driver.resume()).toEqual(['old']);
    expect((await driver.wait('old')).output).toEqual({ z: [{ y: 1, x: 2 }], b: 3 });
    const { runId } = await driver.ask(question('new'));
    expect(runId).not.toBe('old');
  });

  it.each<[string, (path: string) => void]>([
    ['that is no database', (path) => writeFileSync(path, 'rubbish '.repeat(1_000))],
    ['that is a folder', (path) => mkdirSync(path)],
    ['below a file', (path) => writeFileSync(join(path, '..'), '')],
  ])('%s is refused by name, with what to do', (_, harm) => {
    const path = join(newPath(), 'runs.db');
    if (_ !== 'below a file') mkdirSync(join(path, '..'));
    harm(path);
    expect(() => new DriverRecord(path)).toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringContaining(path) }),
    );
  });

  it('damaged while runs are under way ends their waiting, not the process', async () => {
    const path = newPath();
    const { promise, open } = gate();
    const driver = start({ path, body: (steps) => steps.run('s', 's', () => promise) });
    const { runId } = await driver.ask(question('q'));
    const waiting = driver.wait(runId);
    const other = new DatabaseSync(path);
    other.exec('PRAGMA wal_checkpoint(TRUNCATE); DROP TABLE steps; DROP TABLE attempts');
    other.close();
    open();
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    truncateSync(path, 0);
    await expect(driver.ask(question('q2'))).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('that cannot be written for a while repeats no step', async () => {
    const path = newPath();
    let ran = 0;
    const driver = start({
      path,
      body: async (steps) => {
        const all = [1, 2].map((n) => steps.run(`p${n}`, 'p', async () => ran++));
        await Promise.all(all);
        return steps.run('s', 's', async () => ran++);
      },
    });
    const { addStep } = DriverRecord.prototype;
    let full = 8;
    vi.spyOn(DriverRecord.prototype, 'addStep').mockImplementation(function (this: DriverRecord, ...args) {
      if (full-- > 0) throw new Error('database or disk is full');
      addStep.apply(this, args);
    });
    const { runId } = await driver.ask(question('q'));
    expect((await driver.wait(runId)).status).toBe('COMPLETED');
    expect(ran).toBe(3);
  });

  it.runIf(canMount())('on a full disk refuses the question, and takes it when there is room', async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk]);
    try {
      const driver = start({
        path: join(disk, 'runs.db'),
        body: (steps) => steps.run('s', 's', async () => 'ok'),
      });
      const big = { ...question('q'), text: 'x'.repeat(300_000) };
      await expect(driver.ask(big)).rejects.toMatchObject({ code: 'unavailable' });
      const { runId } = await driver.ask(question('small'));
      expect((await driver.wait(runId)).output).toBe('ok');
      await driver.close(1_000);
    } finally {
      execFileSync('/bin/umount', ['-l', disk]);
    }
  });
});

it('is not led astray by a clock that jumps', async () => {
  const times = [0, 1e12, 5, 3e12, 1];
  let i = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => times[i++ % times.length] ?? 0);
  let tries = 0;
  const driver = start({
    path: newPath(),
    body: async (steps) => {
      const n = await steps.run('a', 'a', async () => {
        if (++tries < 3) throw new Error('again');
        return 1;
      });
      return steps.run('b', 'b', async () => n + 1);
    },
  });
  const { runId } = await driver.ask(question('q'));
  expect((await driver.wait(runId)).output).toBe(2);
});

describe('questions', () => {
  it('300 at once are all answered, each once', async () => {
    const ran: string[] = [];
    const driver = start({
      path: newPath(),
      perUser: 3,
      body: (steps, { id }) => steps.run('s', 's', async () => ran.push(id)),
    });
    const ids = Array.from({ length: 300 }, (_, i) => `q${i % 150}`);
    const asked = await Promise.all(ids.map((id, i) => driver.ask(question(id, `user ${i % 7}`))));
    expect(asked.filter(({ duplicate }) => duplicate).length).toBe(150);
    const ends = await Promise.all(asked.map(({ runId }) => driver.wait(runId)));
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['COMPLETED']));
    expect(ran.sort()).toEqual([...new Set(ids)].sort());
  });

  it('stopped while they wait for their turn are never started', async () => {
    const { promise, open } = gate();
    const started: string[] = [];
    const driver = start({
      path: newPath(),
      perUser: 1,
      body: (steps, { id }) =>
        steps.run('s', 's', () => {
          started.push(id);
          return promise;
        }),
    });
    const first = await driver.ask(question('first'));
    const queued = await driver.ask(question('queued'));
    await driver.cancel(queued.runId);
    open();
    expect((await driver.wait(queued.runId)).status).toBe('CANCELLED');
    expect((await driver.wait(first.runId)).status).toBe('COMPLETED');
    expect(started).toEqual(['first']);
  });

  it('stopped in the middle of a wave finish what is under way and nothing else', async () => {
    const { promise, open } = gate();
    const ran: string[] = [];
    const driver = start({
      path: newPath(),
      body: async (steps) => {
        await Promise.all(['a', 'b'].map((id) => steps.run(id, id, () => promise.then(() => ran.push(id)))));
        await steps.run('c', 'c', async () => ran.push('c'));
      },
    });
    const { runId } = await driver.ask(question('q'));
    await driver.cancel(runId);
    open();
    expect((await driver.wait(runId)).status).toBe('CANCELLED');
    expect(ran).not.toContain('c');
    expect(driver.resume()).toEqual([]);
  });

  it('after the close are refused, and those under way are left for the next start', async () => {
    const path = newPath();
    const { promise, open } = gate();
    const driver = start({ path, body: (steps) => steps.run('s', 's', () => promise) });
    const { runId } = await driver.ask(question('q'));
    await driver.close(0);
    await expect(driver.ask(question('late'))).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    open();
    // What the closed driver still does must harm nobody.
    await sleep(50);
    const next = start({ path, body: async () => 'next' });
    expect(next.resume()).toEqual([runId]);
    expect((await next.wait(runId)).output).toBe('next');
  });
});

function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('/bin/umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}
