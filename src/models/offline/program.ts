/**
 * A plan -> the TypeScript program that carries it out, written to be read: fetch everything at once, let
 * SQL do the sums over the table, let the statistics tools do the finance, then report. All numbers, and the
 * dates of every title, come from the data. The first line holds the plan itself (see plan.ts).
 */
import { calendarReturns, distribution } from './calendar.ts';
import { comparison } from './comparison.ts';
import { type Fragment, fetchSeries, type Lines, type Writing } from './fragment.ts';
import { correlation, drawdown, extremes, rollingVolatility } from './measures.ts';
import { type Plan, planComment, type View } from './plan.ts';
import { movingAverages, singlePrice } from './prices.ts';

type Writer = (writing: Writing) => Fragment;

/** Views that share one table of return and risk are one writer, called once. */
const WRITERS: Record<View, Writer> = {
  price: (writing) => (writing.single ? singlePrice(writing) : comparison(writing)),
  indexed: comparison,
  ranking: comparison,
  risk: comparison,
  volatility: rollingVolatility,
  correlation,
  averages: movingAverages,
  drawdown,
  returns: calendarReturns,
  extremes,
  distribution,
};
const COMPARING: View[] = ['indexed', 'ranking', 'risk', 'price'];
/** They need days before the period, and fetch for themselves. */
const FETCHING: View[] = ['averages', 'returns'];

/** @param unknown names in the question that are no known ticker: the summary says so */
export function writeProgram(plan: Plan, unknown: string[], today: string): string {
  const writing: Writing = { plan, today, single: plan.symbols.length === 1 };
  const comparing = COMPARING.find((view) => plan.views.includes(view));
  const views = plan.views.filter((view) => view === comparing || !COMPARING.includes(view));
  const fragments = views.map((view) => WRITERS[view](writing));
  const sections = [
    writing.single ? [] : [`const symbols = [${plan.symbols.map((symbol) => `'${symbol}'`).join(', ')}];`],
    views.every((view) => FETCHING.includes(view)) ? [] : fetchSeries(writing, 'series', plan.period),
    ...fragments.map((fragment) => fragment.lines),
    summary([...missing(unknown), ...fragments.flatMap((fragment) => fragment.clauses)]),
  ];
  return [
    planComment(plan),
    ...sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`),
  ].join('\n');
}

function missing(unknown: string[]): string[] {
  return unknown.length > 0 ? [`no prices of ${unknown.join(', ').replace(/[`$\\]/g, '')}`] : [];
}

function summary(clauses: string[]): Lines {
  return [
    'const summary = [',
    // A clause that is one variable needs no quotes.
    ...clauses.map((clause) => `  ${/^\$\{(\w+)\}$/.exec(clause)?.[1] ?? `\`${clause}\``},`),
    '];',
    `return { summary: \`\${summary.join('; ')}.\` };`,
  ];
}
