import { expect, test } from 'vitest';
import type { Row } from '../agent/report.ts';
import { collectColumns } from './tables.ts';

function columns(...parts: Row[][]) {
  const collector = collectColumns('t');
  for (const part of parts) collector.add(part);
  return collector.finish().columns;
}

const typeOf = (...values: unknown[]) => columns(values.map((v) => ({ v })))[0]?.type;

test('finds the narrowest type that holds every value', () => {
  expect(typeOf(1, null, -5)).toBe('BIGINT');
  expect(typeOf(1, 2.5)).toBe('DOUBLE');
  expect(typeOf(1, 2 ** 60)).toBe('DOUBLE');
  expect(typeOf(true, null)).toBe('BOOLEAN');
  expect(typeOf('2024-01-01', '2024-12-31')).toBe('DATE');
  expect(typeOf('2024-01-01', '2024-01-01T10:00:00Z')).toBe('TIMESTAMP');
  expect(typeOf('2024-01-01 10:00:00.123456')).toBe('TIMESTAMP');
  expect(typeOf('2024-02-30')).toBe('VARCHAR');
  expect(typeOf('2024-01-01', 'soon')).toBe('VARCHAR');
  expect(typeOf(1, 'a', true)).toBe('VARCHAR');
  expect(typeOf(null)).toBe('VARCHAR');
});

test('keeps nested values as JSON text, and mixed ones as text', () => {
  expect(columns([{ v: { a: [1] } }, { v: 5 }])[0]?.values).toEqual(['{"a":[1]}', '5']);
});

test('fills in what is missing, also when a column comes late', () => {
  expect(columns([{ a: 1 }, {}], [{ a: 3, b: 'x' }])).toEqual([
    { name: 'a', type: 'BIGINT', values: [1, null, 3] },
    { name: 'b', type: 'VARCHAR', values: [null, null, 'x'] },
  ]);
});

test('refuses names that SQL cannot keep apart, and too many', () => {
  expect(() => columns([{ close: 1, Close: 2 }])).toThrow(/close and Close/);
  expect(() => columns([{ '': 1 }])).toThrow(/without a name/);
  expect(() => columns([{}])).toThrow(/no columns/);
  expect(() => columns([Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`c${i}`, i]))])).toThrow(
    /500/,
  );
});
