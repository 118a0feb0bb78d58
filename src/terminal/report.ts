/** A report as text for a terminal. Pure: pictures are named by their paths, and drawn by whoever prints. */
import { formatCell, formatNumber } from '../agent/format.ts';
import type { Block, Chart, Metric, Receipt, Report } from '../agent/report.ts';
import { printable, type Style } from './style.ts';
import { displayWidth, pad, tableLines } from './table.ts';

export interface ReportView {
  report: Report;
  /** Path of each chart's PNG. */
  images: Map<Chart, string>;
  link: string | null;
  showProgram: boolean;
  width: number;
  style: Style;
  /** The picture itself, where the terminal can show it: escape sequences for the chart. */
  picture(chart: Chart): string;
}

export function renderReport(view: ReportView): string {
  const { report, style, link } = view;
  const parts: string[] = [];
  if (report.summary) parts.push(style('bold', wrap(printable(report.summary), view.width)));
  if (report.error) {
    parts.push(style('red', wrap(`Error: ${printable(report.error.message)}`, view.width)));
    const line = failedLine(report.receipt);
    if (line) parts.push(style('dim', line));
    if (report.error.hint) parts.push(wrap(printable(report.error.hint), view.width));
  }
  const metrics = report.blocks.filter((block) => block.kind === 'metric');
  if (metrics.length > 0) parts.push(metricLines(metrics, style).join('\n'));
  for (const block of report.blocks) {
    if (block.kind !== 'metric') parts.push(renderBlock(block, view));
  }
  if (view.showProgram && report.program !== null) {
    parts.push(`${style('bold', 'Program')}\n${printable(report.program.trim())}`);
  }
  const footer = freshnessLines(report);
  if (report.runId) {
    footer.push(`Run ${report.runId}${link ? ` · ${link}` : ''}`, receiptLine(report.receipt));
  }
  if (footer.length > 0) parts.push(footer.map((line) => style('dim', printable(line))).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

/** The line of the last program that its error is on. */
function failedLine({ programs }: Receipt): string {
  const last = programs.at(-1);
  const line = last?.error?.line;
  const text = line === undefined ? undefined : last?.source.split('\n')[line - 1]?.trim();
  return text ? printable(`${line} | ${text}`) : '';
}

function renderBlock(block: Exclude<Block, Metric>, view: ReportView): string {
  const { style } = view;
  const title = style('bold', printable(block.title));
  if (block.kind === 'table') {
    const lines = tableLines(block, view.width).map(printable);
    return [title, ...lines].join('\n');
  }
  const path = view.images.get(block);
  const place = path
    ? `${style('dim', 'chart')} ${path}`
    : style('dim', wrap(printable(block.alt), view.width));
  return `${title}\n${view.picture(block)}${place}`;
}

function metricLines(metrics: Metric[], style: Style): string[] {
  const values = metrics.map((metric) => printable(formatCell(metric.value, metric)));
  const labels = metrics.map((metric) => printable(metric.label));
  const labelWidth = Math.max(...labels.map(displayWidth));
  const valueWidth = Math.max(...values.map(displayWidth));
  return metrics.map((metric, i) => {
    const value = style('bold', pad(values[i] ?? '', valueWidth, true));
    return [
      pad(labels[i] ?? '', labelWidth, false),
      value,
      delta(metric, style),
      metric.note ? style('dim', printable(metric.note)) : '',
    ]
      .filter(Boolean)
      .join('  ');
  });
}

function delta(metric: Metric, style: Style): string {
  if (metric.delta === undefined) return '';
  const text = formatNumber(metric.delta, { unit: metric.deltaUnit ?? metric.unit, signed: true });
  return style(metric.delta < 0 ? 'red' : 'green', printable(text));
}

function freshnessLines(report: Report): string[] {
  return report.freshness.map(({ source, lastDate, kind }) => {
    return `Data: ${[source, lastDate ? `to ${lastDate}` : '', kind].filter(Boolean).join(' · ')}`;
  });
}

/** Turns, calls, cache hits, tokens, cost, time. */
function receiptLine({ model, turns, calls, usage, askedAt, finishedAt }: Receipt): string {
  const hits = calls.filter((call) => call.cached).length;
  const tokens = usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const cost = usage.cost === null ? 'cost unknown' : `$${usage.cost.toFixed(usage.cost < 1 ? 4 : 2)}`;
  return [
    model,
    plural(turns, 'turn'),
    `${plural(calls.length, 'call')} (${hits} cached)`,
    `${formatNumber(tokens)} tokens`,
    cost,
    `${((finishedAt - askedAt) / 1000).toFixed(1)} s`,
  ].join(' · ');
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Breaks lines at spaces. */
function wrap(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => {
      const lines = [''];
      for (const word of line.split(' ')) {
        const last = lines.at(-1) ?? '';
        if (last && displayWidth(last) + 1 + displayWidth(word) > width) lines.push(word);
        else lines[lines.length - 1] = last ? `${last} ${word}` : word;
      }
      return lines.join('\n');
    })
    .join('\n');
}
