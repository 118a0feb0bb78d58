/**
 * Whether the numbers of a line come from somewhere: from the report, from what the model was shown, or from simple
 * arithmetic on the headline numbers. A model that makes a number up is asked again, and then not believed. Errs on
 * the side of the line: a number that could have been read off is taken to have been. Pure.
 */
import { figuresIn, numbersIn, type WrittenNumber } from './numbers.ts';
import type { Block } from './report.ts';

export interface Evidence {
  blocks: readonly Block[];
  /** What the model was shown of its programs: values as JSON, consoles, errors. Empty when none has run. */
  observed: readonly string[];
  /** The question, earlier exchanges, the prompt, the programs: their whole numbers may be repeated as counts. */
  context: readonly string[];
}

/** Numbers whose differences and ratios may be in the line; with more of them anything could be. */
const HEADLINES = 12;
/** How many are named to the model. */
const NAMED = 5;

/** @returns the numbers of `line`, as they stand there, that nothing supports */
export function unsupportedNumbers(line: string, question: string, evidence: Evidence): string[] {
  const figures = figuresIn(line);
  if (figures.length === 0) return [];
  const { blocks, observed, context } = evidence;
  const asked = new Set(numbersIn(question));
  const said = new Set(context.flatMap(numbersIn));
  const computed = blocks.length > 0 || observed.length > 0;
  const values = observed.flatMap(numbersIn);
  const shown = [...blocks.flatMap(numbersOf), ...values];
  const headlines = [...blocks.flatMap(headlinesOf), ...(values.length <= HEADLINES ? values : [])];
  const unsupported = figures.filter((figure) => {
    if (figure.readings.some(({ value }) => asked.has(value))) return false;
    if (figure.isWhole && figure.unit === 'none' && figure.readings.some(({ value }) => said.has(value))) {
      return false;
    }
    // Without any program it is conversation, in which only what looks like data must come from somewhere.
    if (!computed) return !(figure.isWhole && figure.unit !== 'money') && !matches(figure, [...said]);
    return !matches(figure, shown) && !matches(figure, arithmetic(headlines, figure.unit));
  });
  return [...new Set(unsupported.map(({ text }) => text))].slice(0, NAMED);
}

function matches({ readings, unit }: WrittenNumber, numbers: readonly number[]): boolean {
  return readings.some(({ value, step, slack }) => {
    // Rounded, or cut off after the last digit.
    const near = (candidate: number) => {
      const beyond = candidate - value;
      return Math.abs(beyond) <= Math.max(step / 2, slack) * 1.0001 || (beyond > 0 && beyond < step);
    };
    return numbers.some((number) => {
      if (near(number)) return true;
      // Fractions are shown as percent, an index of 100 as a change.
      if (unit === 'percent') {
        return near(number * 100) || near(Math.abs(number - 1) * 100) || near(Math.abs(number - 100));
      }
      if (unit === 'basis points') return near(number * 100) || near(number * 1e4);
      return unit === 'times' && near(number + 1);
    });
  });
}

function numbersOf(block: Block): number[] {
  if (block.kind === 'metric') {
    const { label, note = '' } = block;
    return [...headlinesOf(block), ...numbersIn(`${label} ${note}`), ...numbersIn(String(block.value ?? ''))];
  }
  const text = block.kind === 'chart' ? `${block.title} ${block.alt}` : block.title;
  const cells = block.rows.flatMap((row) => Object.values(row));
  return [
    ...numbersIn(text),
    block.rows.length,
    ...cells.flatMap((cell) =>
      typeof cell === 'number' ? [Math.abs(cell)] : typeof cell === 'string' ? numbersIn(cell) : [],
    ),
  ];
}

function headlinesOf(block: Block): number[] {
  if (block.kind !== 'metric') return [];
  return [block.value, block.delta].filter((value) => typeof value === 'number').map(Math.abs);
}

/** What can be said of each two numbers: their difference, how many times one is the other, the change in percent. */
function arithmetic(headlines: readonly number[], unit: WrittenNumber['unit']): number[] {
  const few = [...new Set(headlines)].slice(0, HEADLINES);
  const derive = (a: number, b: number) => {
    if (unit === 'times') return a / b;
    return unit === 'percent' && a < 1e6 ? [Math.abs(a - b), Math.abs(a / b - 1) * 100] : Math.abs(a - b);
  };
  return few.flatMap((a) => few.flatMap((b) => (a === b || b === 0 ? [] : derive(a, b))));
}

export function describeUnsupported(numbers: readonly string[]): string {
  return [
    `Error: nothing in the report or in the values of your programs shows ${numbers.join(', ')}.`,
    'Reply with the line again, as one line of plain text: use only numbers that are there, rounded as you like, or none.',
  ].join('\n');
}
