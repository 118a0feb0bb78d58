import { expect, it } from 'vitest';
import type { Block, Report } from '../agent/report.ts';
import { changes } from './compare.ts';

const report = (blocks: Block[], lastDate = '2026-01-01') =>
  ({ blocks, freshness: [{ source: 's', lastDate, kind: 'live' }] }) as unknown as Report;
const metric = (label: string, value: number): Block => ({ kind: 'metric', label, value });
const table = (rows: Record<string, string | number>[], title = 'Ranking'): Block => ({
  kind: 'table',
  title,
  columns: [{ name: 'ticker' }, { name: 'return', unit: '%' }],
  rows,
});

it('is silent about what is the same', () => {
  const same = [metric('A', 1), table([{ ticker: 'X', return: 1 }])];
  expect(changes(report(same), report(structuredClone(same)))).toEqual([]);
});

it('names new data, changed, new and missing numbers, and cells by their row', () => {
  const before = report([
    metric('A', 100),
    metric('Gone', 1),
    table([
      { ticker: 'X', return: 1 },
      { ticker: 'Y', return: 2 },
    ]),
  ]);
  const after = report(
    [
      metric('A', 90),
      metric('New', 2),
      table([
        { ticker: 'Y', return: 2 },
        { ticker: 'X', return: 1.5 },
      ]),
    ],
    '2026-02-01',
  );
  expect(changes(before, after)).toEqual([
    'Data up to 2026-02-01 (was 2026-01-01)',
    'A: 100 → 90 (-10.0%)',
    'New: 2 (new)',
    'Gone: no longer there',
    'X, return: 1% → 1.5%',
  ]);
});

it('compares no rows where the first column does not name them, and counts what it leaves out', () => {
  const twice = (value: number) =>
    table([
      { ticker: 'X', return: value },
      { ticker: 'X', return: value },
    ]);
  expect(changes(report([twice(1)]), report([twice(2)]))).toEqual([]);
  const many = (add: number) => Array.from({ length: 15 }, (_, i) => metric(`M${i}`, i + add));
  expect(changes(report(many(0)), report(many(1))).at(-1)).toBe('and 5 more changes');
});
