import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnalystError } from '../agent/errors.ts';
import { residentMb } from '../processes/memory.ts';
import { createDuckDb } from './duckdb.ts';
import { HOSTILE_STATEMENTS, type HostileStatement } from './hostile-statements.ts';
import { limits } from './limits.ts';

const series = { A: '{"2024-01-02": 1, "2024-01-03": 2}', B: '{"2024-01-02": 3}' };
const days = Array.from({ length: 300 }, (_, i) => [String(Date.UTC(2020, 0, 1 + i)), i]);
const long = JSON.stringify(Object.fromEntries(days));

const SIZE = 2;
const db = createDuckDb({ size: SIZE });
/** Most that the family (this process and its children) held at one time, in megabytes. */
let peak = 0;
/** What this process had before, and what it may gain; what a child may gain between two looks at it. */
const before = process.memoryUsage().rss / 1e6;
const SLACK_MB = 250;
const watch = setInterval(() => {
  const children = db.pids().reduce((sum, pid) => sum + (residentMb(pid) ?? 0), 0);
  peak = Math.max(peak, children + process.memoryUsage().rss / 1e6);
}, 25);
beforeAll(() => db.warm());
afterAll(async () => {
  clearInterval(watch);
  const pids = db.pids();
  await db.close();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
  console.info(`most memory of this process and its ${SIZE} databases: ${Math.round(peak)} MB`);
  expect(peak).toBeLessThan(before + SLACK_MB + SIZE * (limits.rssLimitMb + SLACK_MB));
});

const outcome = (sql: string, data: Record<string, string> = series) =>
  db.query({ sql, series: data, tables: {} }).then(
    (result) => result,
    (error: unknown) => error as AnalystError,
  );
const having = (wanted: HostileStatement['outcome']) =>
  HOSTILE_STATEMENTS.filter((it) => it.outcome === wanted);

test('has enough to be tested with', () => {
  expect(new Set(HOSTILE_STATEMENTS.map(({ sql }) => sql)).size).toBeGreaterThanOrEqual(200);
});

test('refuses what must not run, in words that the writer can act on', async () => {
  const before = db.pids();
  for (const { sql, group } of having('refused')) {
    const error = await outcome(sql);
    expect(error, `${group}: ${sql}`).toBeInstanceOf(AnalystError);
    expect(['refused', 'bad_input'], `${group}: ${sql}`).toContain((error as AnalystError).code);
    expect((error as AnalystError).message, sql).not.toMatch(
      /Permission Error|Stack Trace|node_modules|v?1\.\d\.\d/,
    );
  }
  expect(db.pids()).toEqual(before);
});

describe('ends within its limits', () => {
  test.concurrent.each(having('contained'))('$group: $sql', async ({ sql }) => {
    const error = await outcome(sql, { A: long, B: long });
    expect(error).toBeInstanceOf(AnalystError);
    const { code, message } = error as AnalystError;
    expect(['time_limit', 'memory_limit', 'too_large', 'crashed'], message).toContain(code);
    expect((error as AnalystError).hint).toBeTruthy();
    expect(await outcome('SELECT sum(close) AS s FROM prices')).toMatchObject({ rows: [{ s: 6 }] });
  });
});

test.each(having('harmless'))('lets through what only looks bad: $sql', async ({ sql }) => {
  expect(await outcome(sql)).toMatchObject({ rows: [{}] });
});

test('answers the next query when its process was killed', async () => {
  const [victim] = db.pids();
  const running = outcome('SELECT count(*) FROM range(1000000000000)');
  process.kill(victim as number, 'SIGKILL');
  await running;
  expect(await outcome('SELECT sum(close) AS s FROM prices')).toMatchObject({ rows: [{ s: 6 }] });
  expect(db.pids()).not.toContain(victim);
});
