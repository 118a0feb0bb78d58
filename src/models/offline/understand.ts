/**
 * A question, and the plan before it -> the next plan, or a line that says why there is none. A follow-up
 * changes only what it mentions; a question that stands on its own starts afresh.
 */
import * as help from './help.ts';
import type { Period } from './period.ts';
import { type Plan, VIEWS, type View } from './plan.ts';
import { type Reading, readQuestion } from './read.ts';
import { KNOWN } from './tickers.ts';

export type Understanding = { plan: Plan; unknown: string[] } | { line: string };

export function understand(question: string, before: Plan | null, today: string): Understanding {
  const reading = readQuestion(question, today);
  const { unknown } = reading;
  const standsAlone =
    before === null ||
    (reading.symbols.length > 0 &&
      !reading.followsUp &&
      (reading.views.length > 0 || (reading.compares && reading.symbols.length > 1)));
  if (unknown.length > 0 && reading.symbols.length === 0 && reading.removed.length === 0) {
    return { line: help.unknownTickers(unknown) };
  }
  if (/^\W*(?:help|examples?|what can you do)\b/i.test(question)) return { line: help.capabilities() };
  if (reading.beyond !== null) return { line: help.beyondPrices(reading.beyond) };
  if (reading.chart === 'pie' || reading.chart === 'candlestick') {
    return { line: help.noSuchChart(reading.chart) };
  }
  const draft = standsAlone ? begin(reading) : change(before, reading);
  if (draft === null) return { line: help.notUnderstood() };
  if (draft.symbols.length === 0) return { line: help.nothingLeft() };
  const plan = tidy(draft);
  if (plan.views.includes('correlation') && plan.symbols.length === 1) {
    return { line: help.needsTwo(plan.symbols.join('')) };
  }
  return { plan, unknown };
}

/** A question on its own; null when it names nothing to show. */
function begin(reading: Reading): Plan | null {
  const named = reading.symbols.length > 0;
  const saysWhat = reading.views.length > 0 || reading.compares || reading.chart !== null;
  if (!named && !(saysWhat && reading.general)) return null;
  if (!saysWhat && reading.symbols.length === 1 && !reading.aboutPrices) return null;
  const symbols = (named ? reading.symbols : KNOWN).filter((symbol) => !reading.removed.includes(symbol));
  const views: View[] =
    reading.views.length > 0 ? reading.views : symbols.length > 1 ? ['indexed'] : ['price'];
  const plan: Plan = { symbols, period: reading.period ?? usualPeriod(views, reading), views };
  return restyle(withDetails(plan, reading), reading.chart);
}

/** The plan before with what the question mentions changed; null when it mentions nothing. */
function change(before: Plan, reading: Reading): Plan | null {
  const { symbols, removed, views, period, rank, chart, windows, by, ascending, top } = reading;
  const mentions =
    symbols.length > 0 ||
    removed.length > 0 ||
    views.length > 0 ||
    windows.length > 0 ||
    [period, rank, chart, by, ascending, top].some((part) => part !== null);
  if (!mentions) return null;
  const joined = reading.joins === 'add' ? [...before.symbols, ...symbols] : symbols;
  const chosen = symbols.length === 0 ? before.symbols : joined;
  const next: View[] = views.length === 0 ? before.views : reading.also ? [...before.views, ...views] : views;
  const plan: Plan = {
    ...before,
    symbols: [...new Set(chosen)].filter((symbol) => !removed.includes(symbol)),
    period: period ?? before.period,
    views: next,
    // The look belonged to the pictures before.
    chart: views.length === 0 ? before.chart : undefined,
  };
  // One ticker's price becomes a comparison when a second one joins.
  if (plan.symbols.length > 1 && before.symbols.length === 1 && views.length === 0) {
    plan.views = plan.views.map((view) => (view === 'price' ? 'indexed' : view));
  }
  return restyle(withDetails(plan, reading), chart);
}

function withDetails(plan: Plan, reading: Reading): Plan {
  return {
    ...plan,
    ...(reading.rank === null ? {} : { rank: reading.rank }),
    ...(reading.ascending === null ? {} : { ascending: reading.ascending }),
    ...(reading.top === null ? {} : { top: reading.top }),
    ...(reading.windows.length === 0 ? {} : { windows: reading.windows }),
    ...(reading.by === null ? {} : { by: reading.by }),
  };
}

function usualPeriod(views: View[], reading: Reading): Period {
  if (views.includes('returns') && reading.by !== 'month') return { span: '10y' };
  return { span: views.includes('averages') ? '2y' : '1y' };
}

/** A look that belongs to another view changes the view: bars compare totals, lines show time. */
function restyle(plan: Plan, chart: string | null): Plan {
  const replace = (from: View[], to: View): Plan => ({
    ...plan,
    views: plan.views.map((view) => (from.includes(view) ? to : view)),
  });
  const ranked = (next: Plan): Plan =>
    plan.views.includes('volatility') ? { ...next, rank: 'volatility' } : next;
  switch (chart) {
    case 'bar':
      return { ...ranked(replace(['price', 'indexed', 'volatility', 'risk'], 'ranking')), chart: 'bar' };
    case 'line':
      return { ...replace(['ranking', 'risk'], 'indexed'), chart: 'line' };
    case 'area':
      return { ...replace(['ranking', 'risk'], 'indexed'), chart: 'area' };
    case 'table':
      return { ...replace(['price', 'indexed', 'risk'], 'ranking'), chart: 'table' };
    case 'heatmap':
      return plan.views.includes('returns')
        ? { ...plan, chart: 'heatmap' }
        : { ...plan, views: ['correlation'] };
    case 'scatter':
      return { ...plan, views: ['risk'] };
    case 'histogram':
      return { ...plan, views: ['distribution'] };
    default:
      return plan;
  }
}

/** Views in their usual order, each once, and no details that no view uses. */
function tidy(plan: Plan): Plan {
  // One bar is no ranking.
  const wanted = plan.views.map((view) =>
    view === 'ranking' && plan.symbols.length === 1 ? 'indexed' : view,
  );
  const views = VIEWS.filter((view) => wanted.includes(view));
  const { symbols, period, rank, ascending, top, windows, by, chart } = plan;
  const several = symbols.length > 1;
  const compares = views.some((view) => ['price', 'indexed', 'ranking', 'risk'].includes(view));
  return {
    symbols,
    period,
    views,
    ...(compares && rank && (several || rank === 'sharpe') ? { rank } : {}),
    ...(compares && several && ascending !== undefined ? { ascending } : {}),
    ...(compares && several && top ? { top } : {}),
    ...(windows && views.some((view) => view === 'averages' || view === 'volatility') ? { windows } : {}),
    ...(views.includes('returns') ? { by: by ?? 'month' } : {}),
    ...(chart ? { chart } : {}),
  };
}
