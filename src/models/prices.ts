/**
 * What a call of a Claude model costs. Prices are data: one row a model, US dollars for a million tokens.
 * Source: https://platform.claude.com/docs/en/about-claude/pricing, as of October 2026. Cache writes are
 * those of the 5-minute cache, the only one in use here. A model that is not listed has no known price.
 */
import type { Usage } from '../agent/report.ts';

interface Price {
  input: number;
  cacheWrite: number;
  cacheRead: number;
  output: number;
}

const OPUS: Price = { input: 5, cacheWrite: 6.25, cacheRead: 0.5, output: 25 };
const SONNET: Price = { input: 3, cacheWrite: 3.75, cacheRead: 0.3, output: 15 };

const PRICES = new Map(
  Object.entries<Price>({
    'claude-fable-5-1': { input: 10, cacheWrite: 12.5, cacheRead: 0.25, output: 50 },
    'claude-fable-5': { input: 10, cacheWrite: 12.5, cacheRead: 1, output: 50 },
    'claude-opus-5-5': { input: 4, cacheWrite: 5, cacheRead: 0.2, output: 20 },
    'claude-opus-5': OPUS,
    'claude-opus-4-8': OPUS,
    'claude-opus-4-7': OPUS,
    'claude-opus-4-6': OPUS,
    'claude-opus-4-5': OPUS,
    'claude-sonnet-5-5': { input: 2, cacheWrite: 2.5, cacheRead: 0.1, output: 10 },
    'claude-sonnet-5': { input: 2, cacheWrite: 2.5, cacheRead: 0.2, output: 10 },
    'claude-sonnet-4-6': SONNET,
    'claude-sonnet-4-5': SONNET,
    'claude-haiku-5-5': { input: 0.1, cacheWrite: 0.125, cacheRead: 0.01, output: 0.5 },
    'claude-haiku-4-5': { input: 1, cacheWrite: 1.25, cacheRead: 0.1, output: 5 },
  }),
);

/** Haiku 5.5 has a second, dearer row for prompts over 100,000 tokens. */
const LONG_PROMPTS: Record<string, { above: number; price: Price }> = {
  'claude-haiku-5-5': {
    above: 100_000,
    price: { input: 0.5, cacheWrite: 0.625, cacheRead: 0.05, output: 2.5 },
  },
};

/** US dollars, or null when the price is not known. A date at the end of the name (-20251001) is ignored. */
export function costOf(model: string, tokens: Omit<Usage, 'cost'>): number | null {
  const name = model.replace(/-\d{8}$/, '');
  const prompt = tokens.inputTokens + tokens.cacheReadTokens + tokens.cacheWriteTokens;
  const long = LONG_PROMPTS[name];
  const price = long && prompt > long.above ? long.price : PRICES.get(name);
  if (!price) return null;
  return (
    (tokens.inputTokens * price.input +
      tokens.cacheWriteTokens * price.cacheWrite +
      tokens.cacheReadTokens * price.cacheRead +
      tokens.outputTokens * price.output) /
    1_000_000
  );
}
