import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spread } from './labels.ts';

it('leaves labels where they are wanted while there is room', () => {
  expect(spread([10, 50, 90], 15, 0, 100)).toEqual([10, 50, 90]);
});

it('moves touching labels apart around their mean, in their order', () => {
  expect(spread([50, 52], 15, 0, 100)).toEqual([43.5, 58.5]);
  expect(spread([52, 50], 15, 0, 100)).toEqual([58.5, 43.5]);
});

it('never lets two labels overlap, and stays within the plot while they fit', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 20 }), (wanted) => {
      const placed = spread(wanted, 15, 0, 300).sort((a, b) => a - b);
      for (let i = 1; i < placed.length; i++) {
        expect((placed[i] ?? 0) - (placed[i - 1] ?? 0)).toBeGreaterThanOrEqual(15 - 1e-6);
      }
      expect(placed[0] ?? 0).toBeGreaterThanOrEqual(-1e-6);
      expect(placed.at(-1) ?? 0).toBeLessThanOrEqual(300 + 1e-6);
    }),
  );
});
