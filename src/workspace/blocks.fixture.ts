/** Short ways to write blocks of a given size, for the tests of the limits. */
import type { Block } from './types.ts';

export const x = (length: number) => 'x'.repeat(length);
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
export const plain = (text: string) => ({ type: 'plain_text', text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const section = (text: string): Block => ({ type: 'section', text: mrkdwn(text) });
export const button = (index: number, more = {}) => ({
  type: 'button',
  text: plain('Go'),
  action_id: `a${index}`,
  ...more,
});
export const actions = (...elements: object[]): Block => ({ type: 'actions', elements });
export const raw = (text: string) => ({ type: 'raw_text', text });
export const table = (rows: number, columns: number): Block => ({
  type: 'table',
  rows: times(rows, () => times(columns, () => raw('1'))),
});
export const dataTable = (rows: number, columns: number, more = {}): Block => ({
  type: 'data_table',
  caption: 'Prices',
  rows: times(rows, () => times(columns, () => raw('1'))),
  ...more,
});
export const image = (more = {}): Block => ({
  type: 'image',
  image_url: 'https://example.com/a.png',
  alt_text: 'a',
  ...more,
});
