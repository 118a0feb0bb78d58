/**
 * A report cut into units, each a few blocks that stay together, with the text and the tables they use. Units are
 * in the order in which they matter; `answer.ts` packs them into messages.
 */
import type { KnownBlock } from '@slack/types';
import type { Block, Chart, Metric, Report, Table } from '../../agent/report.ts';
import { ANSWER_LIMITS, BLOCK_LIMITS } from './limits.ts';
import { formatDelta, formatValue } from './numbers.ts';
import { type TableForm, tableBlocks } from './table.ts';
import { fitEscaped, mrkdwn, plain } from './text.ts';
import { describeError } from './words.ts';

export interface Piece {
  blocks: KnownBlock[];
  /** Blocks of the report that this piece shows. */
  shows: Block[];
  /** The same in a form that fits where this one does not. */
  otherwise?: Piece;
}

/** Slack's ids of uploaded pictures, by the chart's place in the report. */
export type Pictures = ReadonlyMap<number, string>;

export interface PieceOptions {
  pictures: Pictures;
  /** Native tables, or text for a reader that refused them. */
  tables: TableForm;
}

/** Summary or error first, then metrics (all of them, they are the headline), then charts and tables as written. */
export function pieces(report: Report, options: PieceOptions): Piece[] {
  const metrics = report.blocks.filter((block) => block.kind === 'metric');
  const rest = report.blocks.flatMap((block, index): Piece[] => {
    if (block.kind === 'chart') return [chartPiece(block, options.pictures.get(index))];
    return block.kind === 'table' ? [tablePiece(block, options.tables)] : [];
  });
  return [...opening(report), ...metricPieces(metrics), ...rest];
}

function opening(report: Report): Piece[] {
  const blocks: KnownBlock[] = [];
  if (report.summary.trim() !== '') {
    blocks.push({ type: 'section', text: plain(report.summary, ANSWER_LIMITS.summaryText) });
  }
  if (report.error) {
    const text = describeError(report.error, report.runId);
    blocks.push({
      type: 'section',
      text: mrkdwn(`:warning: ${fitEscaped(text, ANSWER_LIMITS.summaryText)}`),
    });
  }
  return blocks.length > 0 ? [{ blocks, shows: [] }] : [];
}

function metricPieces(metrics: Metric[]): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < metrics.length; i += BLOCK_LIMITS.sectionFields) {
    const part = metrics.slice(i, i + BLOCK_LIMITS.sectionFields);
    pieces.push({ blocks: [{ type: 'section', fields: part.map(field) }], shows: part });
  }
  return pieces;
}

function field(metric: Metric) {
  const delta = formatDelta(metric);
  const value = fitEscaped(formatValue(metric.value, metric), ANSWER_LIMITS.labelText);
  const lines = [
    `*${fitEscaped(metric.label, ANSWER_LIMITS.labelText)}*`,
    delta ? `${value}  ${fitEscaped(delta, ANSWER_LIMITS.labelText)}` : value,
  ];
  if (metric.note) lines.push(`_${fitEscaped(metric.note, ANSWER_LIMITS.noteText)}_`);
  return mrkdwn(lines.join('\n'));
}

function chartPiece(chart: Chart, picture: string | undefined): Piece {
  const blocks: KnownBlock[] = picture
    ? [
        {
          type: 'image',
          slack_file: { id: picture },
          // No title: it is in the picture.
          alt_text: plain(chart.alt, BLOCK_LIMITS.altText).text,
        },
      ]
    : [
        {
          type: 'section',
          text: mrkdwn(
            `*${fitEscaped(chart.title, ANSWER_LIMITS.labelText)}*\n${fitEscaped(chart.alt, ANSWER_LIMITS.noteText)}`,
          ),
        },
      ];
  return { blocks, shows: [chart] };
}

function tablePiece(table: Table, form: TableForm): Piece {
  const text: Piece = { blocks: tableBlocks(table, 'text'), shows: [table] };
  return form === 'text' ? text : { blocks: tableBlocks(table, 'native'), shows: [table], otherwise: text };
}

/** Every character that Slack counts: all strings of the blocks, structure not counted. */
export function textLength(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textLength(item), 0);
  if (value === null || typeof value !== 'object') return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => (key === 'type' || key === 'action_id' ? sum : sum + textLength(item)),
    0,
  );
}
