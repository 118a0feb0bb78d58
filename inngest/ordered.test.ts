import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decode, encode } from './ordered.ts';

/** What a server that sorts the keys of objects gives back. */
function sorted(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, item: unknown) =>
      item !== null && typeof item === 'object' && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ),
  );
}

const text = (value: unknown) => JSON.stringify(value);
const rows = [
  { ticker: 'AAPL', date: '2024-01-02', close: 1.5 },
  { ticker: 'MSFT', date: '2024-01-03', close: null },
];

it('keeps rows in the order of their columns, in less space', () => {
  const encoded = encode(rows);
  expect(encoded).toEqual({
    $keys: ['ticker', 'date', 'close'],
    $rows: '[["AAPL","2024-01-02",1.5],["MSFT","2024-01-03",null]]',
  });
  const many = Array.from({ length: 100 }, (_, i) => rows[i % 2]);
  expect(JSON.stringify(text(encode(many))).length).toBeLessThan(JSON.stringify(text(many)).length);
  expect(text(encode(many)).length).toBeLessThan(text(many).length);
  expect(text(decode(sorted(encoded)))).toBe(text(rows));
});

it('leaves what is sorted as it is', () => {
  const value = { a: [{ b: 1, c: [2, { d: null }] }], e: 'text' };
  expect(encode(value)).toEqual(value);
});

it.each([
  [{ value: 1, b: undefined, a: () => 1 }],
  [[Number.NaN, undefined, -0, new Date(0)]],
  [{ z: { $keys: ['a'], $values: [1] }, a: [{ $rows: 1 }, { $rows: 2 }] }],
  [[rows[0], { date: 'x', ticker: 'y', close: 1 }, { ticker: 'z' }, 5, []]],
  [JSON.parse('{"z": {"__proto__": 1, "a": 2}, "10": 1, "9": 2}')],
  [undefined],
])('gives back what JSON would: %j', (value) => {
  const expected = text(value) === undefined ? null : JSON.parse(text(value));
  expect(text(decode(sorted(encode(value))))).toBe(text(expected));
});

it('gives back any JSON from a server that sorts keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(text(value));
      expect(text(decode(sorted(encode(json))))).toBe(text(json));
    }),
    { numRuns: 500 },
  );
});
