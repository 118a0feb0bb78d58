import { describe, expect, it } from 'vitest';
import { FAINT, GROUND, INK, MUTED, PALETTE, STRONG } from './theme.ts';

const rgb = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = rgb(hex).map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (hex: string) => (luminance(GROUND) + 0.05) / (luminance(hex) + 0.05);

/** Deuteranopia after Viénot, Brettel and Mollon (1999), in linear RGB. */
function deuteranope(hex: string): number[] {
  const [r = 0, g = 0, b = 0] = rgb(hex).map(linear);
  const seen = [0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b];
  return seen.map((part) => Math.max(0, part) ** (1 / 2.2));
}

describe('colours', () => {
  it('of text are readable on the ground', () => {
    expect(contrast(INK)).toBeGreaterThan(12);
    expect(contrast(MUTED)).toBeGreaterThan(4.5);
    expect(contrast(FAINT)).toBeGreaterThan(3);
  });
  it.each(PALETTE.slice(0, STRONG))('%s of a series stands out from the ground', (colour) => {
    expect(contrast(colour)).toBeGreaterThan(3);
  });
  it('of the first four series stay apart for the colour-blind', () => {
    const seen = PALETTE.slice(0, 4).map(deuteranope);
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(i + 1)) {
        expect(Math.hypot(...a.map((part, k) => part - (b[k] ?? 0)))).toBeGreaterThan(0.12);
      }
    }
  });
});
