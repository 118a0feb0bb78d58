import { expect, test } from 'vitest';
import { parsePrices } from './prices.ts';
import { scanPrices } from './scan.ts';

const parse = (text: string) => {
  const { days, close } = parsePrices('AAPL', Buffer.from(text));
  return { days: [...days], close: [...close] };
};
/** 2024-01-02 */
const DAY = 19_724;

test.each([
  ['epoch milliseconds', '{"1704153600000":185.64,"1704240000000":184.25}', [DAY, DAY + 1], [185.64, 184.25]],
  ['a time of day in milliseconds', '{"1704205800000":1}', [DAY], [1]],
  ['ISO dates', '{"2024-01-02": 1.5, "2024-01-03": 2}', [DAY, DAY + 1], [1.5, 2]],
  [
    'ISO timestamps',
    '{"2024-01-02T14:30:00.000Z": 1, "2024-01-03T14:30:00-05:00": 2}',
    [DAY, DAY + 1],
    [1, 2],
  ],
  ['nulls', '{"2024-01-02": null, "2024-01-03": 2}', [DAY + 1], [2]],
  ['pretty-printed text', '\n{\n\t"2024-01-02" : 1 ,\r\n  "2024-01-03":2\n}\n', [DAY, DAY + 1], [1, 2]],
  ['exponents', '{"2024-01-02": 1.5e2, "2024-01-03": 2E-3}', [DAY, DAY + 1], [150, 0.002]],
  ['negative numbers', '{"2024-01-02": -1.25, "2024-01-03": -0}', [DAY, DAY + 1], [-1.25, -0]],
  ['many digits', '{"2024-01-02": 182.00999450683594}', [DAY], [182.00999450683594]],
  ['newest first', '{"2024-01-03": 2, "2024-01-02": 1}', [DAY + 1, DAY], [2, 1]],
  ['no order', '{"2024-01-03": 2, "2024-01-02": 1, "2024-01-04": 3}', [DAY + 1, DAY, DAY + 2], [2, 1, 3]],
  ['a date that stands twice', '{"2024-01-02": 1, "2024-01-02": 2}', [DAY], [2]],
  ['escapes', '{"\\u0032024-01-02": 1}', [DAY], [1]],
  ['times before 1970', '{"-86400000": 1}', [-1], [1]],
  ['nothing', ' {} ', [], []],
  ['only nulls', '{"2024-01-02": null}', [], []],
])('reads %s', (_what, text, days, close) => {
  expect(parse(text)).toEqual({ days, close });
});

test.each([
  ['a message', 'Symbol XYZ is not known', /is a message, not prices: "Symbol XYZ/],
  ['broken JSON', '{"2024-01-02": 1,', /AAPL is not valid JSON: it begins with "{\\"2024/],
  ['an empty text', '', /not valid JSON/],
  ['an array', '[1, 2]', /not a price series/],
  ['a number', '5', /not a price series/],
  ['an object of something else', '{"error": "no"}', /its entry "error"/],
  ['text as a price', '{"2024-01-02": "1"}', /its entry "2024-01-02"/],
  ['a day that does not exist', '{"2024-02-30": 1}', /its entry "2024-02-30"/],
  ['a leading zero', '{"2024-01-02": 01}', /not valid JSON/],
  ['a dot without digits', '{"2024-01-02": 1.}', /not valid JSON/],
  ['something after the end', '{"2024-01-02": 1} x', /not valid JSON/],
])('refuses %s', (_what, text, message) => {
  expect(() => parse(text)).toThrow(message);
});

test('gives the numbers of JSON.parse, bit for bit', () => {
  // A linear congruential generator: the same numbers in every run.
  let state = 12_345;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const numbers = Array.from({ length: 30_000 }, (_, i) => {
    const x = random() * 10 ** (Math.floor(random() * 9) - 2) + random() * 1e-9;
    return (
      [String(x), x.toFixed(i % 12), String(-x), String(Math.fround(x)), x.toPrecision(18)][i % 5] ?? '0'
    );
  }).filter((text) => !text.includes('e'));
  const text = `{${numbers.map((number, i) => `"${1e11 + i * 86_400_000}":${number}`).join(',')}}`;
  const scanned = scanPrices(Buffer.from(text));
  expect(scanned).not.toBeNull();
  const parsed = Object.values(JSON.parse(text) as Record<string, number>);
  expect([...(scanned?.close ?? [])].findIndex((value, i) => !Object.is(value, parsed[i]))).toBe(-1);
  expect(scanned?.close.length).toBe(parsed.length);
});
