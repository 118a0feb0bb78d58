import { afterAll, describe, expect, it } from 'vitest';
import type { Store } from '../agent/ports.ts';
import type { Chart } from '../agent/report.ts';
import type { Spec } from './chart.ts';
import { line } from './line.ts';
import { createRenderer } from './renderer.ts';

const renderer = createRenderer({ size: 1, store: { setBytes: async () => {} } as unknown as Store });
afterAll(async () => {
  await renderer.close();
  expect(renderer.pids()).toEqual([]);
});

const own = (spec: Spec): Chart => ({ kind: 'chart', type: 'spec', title: 'T', alt: '', spec, rows: [] });
const rows = [{ date: '2024-01-02', close: 1 }];
const ordinary = own(line.build({ title: 'Ordinary', rows, options: {} }).spec);

describe('a specification that got past every check is stopped by the process', () => {
  const loops = 'length(sequence(0, 1e9))';
  const values = [{ a: 'a'.repeat(40), n: 1 }];
  const facets = Array.from({ length: 160_000 }, (_, i) => ({ r: i % 400, c: Math.floor(i / 400) }));
  const x = { field: 'n', type: 'quantitative' };
  it.each<[string, Spec, RegExp]>([
    ['a data url', { data: { url: 'file:///etc/passwd' }, mark: 'bar', encoding: { x } }, /bad_input/],
    [
      'a data url over http',
      { data: { url: 'http://127.0.0.1:1/' }, mark: 'bar', encoding: { x } },
      /bad_input/,
    ],
    [
      'an image, which is left out',
      {
        data: { values: [{ u: 'file:///etc/hostname', n: 1 }] },
        mark: 'image',
        encoding: { x, url: { field: 'u' } },
      },
      /drawn/,
    ],
    [
      'a link, which is left out',
      { data: { values }, mark: 'bar', encoding: { x, href: { value: 'javascript:alert(1)' } } },
      /drawn/,
    ],
    [
      'an escape',
      {
        data: { values },
        transform: [{ calculate: "datum.n.constructor.constructor('return process')()", as: 'z' }],
        mark: 'bar',
        encoding: { x },
      },
      /bad_input/,
    ],
    [
      'a sequence bomb',
      { data: { values }, transform: [{ calculate: loops, as: 'z' }], mark: 'bar', encoding: { x } },
      /memory_limit|time_limit/,
    ],
    [
      'giant facets',
      { data: { values: facets }, mark: 'bar', encoding: { row: { field: 'r' }, column: { field: 'c' } } },
      /too_large|time_limit|memory_limit/,
    ],
    ['a giant picture', { width: 30_000, height: 30_000, data: { values }, mark: 'bar' }, /too_large/],
    [
      'ten million points',
      { data: { sequence: { start: 0, stop: 1e7, as: 'n' } }, mark: 'point', encoding: { x } },
      /memory_limit|time_limit/,
    ],
    ['no specification at all', { nothing: true }, /bad_input/],
  ])('%s', async (_, spec, outcome) => {
    const code = await renderer.render(own(spec)).then(
      () => 'drawn',
      (error: { code?: string }) => String(error.code),
    );
    expect(code).toMatch(outcome);
    expect((await renderer.render(ordinary)).width).toBe(1_600);
  });

  it('a regular expression that never ends, while the parent goes on', async () => {
    const transform = [{ calculate: "test(/^(a+)+$/, datum.a + '!')", as: 'z' }];
    const spec = own({ data: { values }, transform, mark: 'bar', encoding: { x } });
    let turns = 0;
    const beat = setInterval(() => turns++, 10);
    await expect(renderer.render(spec)).rejects.toMatchObject({ code: 'time_limit' });
    clearInterval(beat);
    expect(turns).toBeGreaterThan(50);
    expect((await renderer.render(ordinary)).width).toBe(1_600);
  });
});
