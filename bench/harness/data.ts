/** Price series as the price tool returns them: JSON text of epoch milliseconds to close. Always the same. */

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2006, 0, 2);

/** Tickers T000, T001, … */
export function priceSeries(tickers: number, rows: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: tickers }, (_, i) => [`T${String(i).padStart(3, '0')}`, priceText(rows, i)]),
  );
}

/** A walk on a sine, to the cent. @param variant another walk */
export function priceText(rows: number, variant: number): string {
  return JSON.stringify(Object.fromEntries(prices(rows, variant)));
}

export function prices(rows: number, variant: number): [dayMs: number, close: number][] {
  const random = lcg(variant + 1);
  let close = 100;
  return Array.from({ length: rows }, (_, i) => {
    close = Math.max(1, close * (1 + (random() - 0.498) / 25));
    return [FIRST_DAY + i * DAY_MS, Math.round(close * 100) / 100];
  });
}

/** Numerical Recipes' linear congruential generator, 0 to 1. */
export function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
