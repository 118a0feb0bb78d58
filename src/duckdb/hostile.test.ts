import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnalystError } from '../agent/errors.ts';
import { createDuckDb } from './duckdb.ts';
import { HOSTILE_STATEMENTS, type HostileStatement } from './hostile-statements.ts';

const series = { A: '{"2024-01-02": 1, "2024-01-03": 2}', B: '{"2024-01-02": 3}' };
const days = Array.from({ length: 300 }, (_, i) => [String(Date.UTC(2020, 0, 1 + i)), i]);
const long = JSON.stringify(Object.fromEntries(days));

const db = createDuckDb({ size: 2 });
beforeAll(() => db.warm());
afterAll(() => db.close());

const outcome = (sql: string, data: Record<string, string> = series) =>
  db.query({ sql, series: data, tables: {} }).then(
    (result) => result,
    (error: unknown) => error as AnalystError,
  );
const having = (wanted: HostileStatement['outcome']) =>
  HOSTILE_STATEMENTS.filter((it) => it.outcome === wanted);

test('refuses what must not run, in words that the writer can act on', async () => {
  const before = db.pids();
  for (const { sql, group } of having('refused')) {
    const error = await outcome(sql);
    expect(error, `${group}: ${sql}`).toBeInstanceOf(AnalystError);
    expect(['refused', 'bad_input'], `${group}: ${sql}`).toContain((error as AnalystError).code);
    expect((error as AnalystError).message, sql).not.toMatch(/Permission Error|Stack Trace|node_modules/);
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
