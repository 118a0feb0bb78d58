/** The line above a report: the model's, tidied, or one made of the blocks when the model gave none. */
import { formatCell } from './format.ts';
import type { Block } from './report.ts';
import { shorten } from './text.ts';

/** Characters of the line above a report, and of an answer that is only text. */
const LINE_CHARACTERS = 800;
const TEXT_CHARACTERS = 3_000;

/** With blocks below it, one line; without, the model's text with its paragraphs. */
export function finalLine(text: string, hasBlocks: boolean): string {
  return hasBlocks
    ? shorten(text, LINE_CHARACTERS)
    : text
        .replace(/[ \t]+/g, ' ')
        .replace(/\n{3,}/g, '\n\n')
        .slice(0, TEXT_CHARACTERS)
        .trim();
}

/** Says what the report holds, with numbers that tools computed. */
export function fallbackSummary(blocks: readonly Block[]): string {
  const metrics = blocks.filter((block) => block.kind === 'metric').slice(0, 3);
  if (metrics.length > 0) {
    return shorten(
      metrics.map((metric) => `${metric.label}: ${formatCell(metric.value, metric)}`).join('; '),
      LINE_CHARACTERS,
    );
  }
  const titles = blocks.flatMap((block) => ('title' in block ? [block.title] : []));
  return titles.length > 0
    ? shorten(titles.join('; '), LINE_CHARACTERS)
    : 'The program ran; the report is empty.';
}

/** In place of a line whose numbers nothing has computed. */
export function withheldLine(blocks: readonly Block[]): string {
  return blocks.length > 0
    ? fallbackSummary(blocks)
    : 'The model named numbers that nothing here has computed, so its answer is not shown. Ask for the data behind it, for example for the prices of a period.';
}
