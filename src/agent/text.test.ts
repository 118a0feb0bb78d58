import { expect, test } from 'vitest';
import { canonicalJson, summariseArguments } from './text.ts';

test.each([
  [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
  [[{ b: [{ d: 1, c: null }] }, 'x', 1], '[{"b":[{"c":null,"d":1}]},"x",1]'],
  [JSON.parse('{"b": 1, "__proto__": {"b": 1, "a": 2}}'), '{"__proto__":{"a":2,"b":1},"b":1}'],
  ['x', '"x"'],
  [null, 'null'],
])('canonical JSON of %j has its keys in order', (value, text) => {
  const before = JSON.stringify(value);
  expect(canonicalJson(value)).toBe(text);
  expect(JSON.stringify(value)).toBe(before);
});

test('canonical JSON of many levels takes one pass', () => {
  let nested: unknown = { b: 1, a: 2 };
  for (let i = 0; i < 500; i++) nested = { nested };
  expect(canonicalJson(nested)).toContain('{"a":2,"b":1}');
});

test('long arguments are named by their hash, entry by entry', () => {
  const long = 'x'.repeat(3_000);
  const hash = () => 'h';
  expect(summariseArguments(['SELECT 1', { AAPL: long, n: 1 }, [long]], hash)).toEqual([
    'SELECT 1',
    { AAPL: '[3000 characters, sha256 h]', n: 1 },
    ['[1 items, 3004 characters, sha256 h]'].join(),
  ]);
});

test('arguments of many levels are written out a few times, not once a level', () => {
  let nested: unknown = 'x'.repeat(100_000);
  for (let i = 0; i < 1_000; i++) nested = { nested };
  let hashed = 0;
  const hash = (text: string) => {
    hashed += text.length;
    return 'h';
  };
  expect(summariseArguments([nested], hash)).toHaveLength(1);
  expect(hashed).toBeLessThan(200_000);
});
