import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts } from 'canvas';
import { describe, expect, it } from 'vitest';
import { textWidth, truncate, wrap } from './text.ts';

GlobalFonts.registerFromPath(
  fileURLToPath(new URL('./fonts/Inter-Regular.woff2', import.meta.url)),
  'Measured',
);
const pen = createCanvas(10, 10).getContext('2d');
pen.font = '100px Measured';

describe('the estimated width of a text', () => {
  it.each([
    'Intelligent Cloud and Enterprise Services',
    'AAPL, MSFT and NVDA, indexed to 100',
    '−$1,234.56',
    '12 Mar 2024',
    'Wearables, Home and Accessories',
    '100%',
  ])('is what the font needs or up to a sixth more: %s', (text) => {
    const real = pen.measureText(text).width;
    expect(textWidth(text, 100)).toBeGreaterThan(real * 0.99);
    expect(textWidth(text, 100)).toBeLessThan(real * 1.17);
  });
});

it('truncates with an ellipsis, and only what is too long', () => {
  expect(truncate('AAPL', 100, 12)).toBe('AAPL');
  expect(truncate('Productivity and Business Processes', 100, 12)).toMatch(/^Productivity a?n?d?…$/);
  expect(truncate('wide', 1, 12)).toBe('w…');
});

it('wraps at spaces into at most two lines, the second truncated', () => {
  expect(wrap('short title', 200, 12)).toEqual(['short title']);
  const lines = wrap('a title that is much longer than one line and even longer than two of them', 120, 12);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/…$/);
  for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(120);
});
