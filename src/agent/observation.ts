/**
 * What the model reads after its program ran: the value, the console and the report so far, shortened and
 * saying so; or the error with the line it is on. Data is shown as JSON, so that nothing in it can pass for
 * a message of ours.
 */
import { formatCell } from './format.ts';
import { LIMITS } from './limits.ts';
import type { LogLine } from './ports.ts';
import type { Block, ProgramError } from './report.ts';
import { clip, shorten } from './text.ts';

/** One line a block. */
function outline(blocks: readonly Block[]): string[] {
  return blocks.map(outlineOf);
}

function outlineOf(block: Block): string {
  switch (block.kind) {
    case 'metric':
      return `metric "${block.label}": ${formatCell(block.value, block)}`;
    case 'table':
      return `table "${block.title}": ${block.rows.length} rows, columns ${block.columns.map((c) => c.name).join(', ')}`;
    case 'chart':
      return `${block.type} chart "${block.title}": ${block.alt}`;
  }
}

function consoleLines(logs: LogLine[]): string {
  if (logs.length === 0) return '';
  const text = logs.map((line) => JSON.stringify(`${line.level}: ${line.text}`)).join('\n');
  return `console:\n${clip(text, LIMITS.observationBytes)}\n`;
}

export function describeSuccess(
  value: unknown,
  logs: LogLine[],
  blocks: readonly Block[],
  ignoredFences: number,
): string {
  const report =
    blocks.length === 0
      ? 'report: still empty\n'
      : `report:\n${clip(
          outline(blocks)
            .map((line) => `- ${shorten(line, 300)}`)
            .join('\n'),
          LIMITS.observationBytes,
        )}\n`;
  const ignored = ignoredFences > 0 ? 'note: only the first program of your reply was run\n' : '';
  const next =
    blocks.length > 0
      ? 'The report is finished. Reply with one plain-text line that answers the question; use only numbers shown above.'
      : 'Write the next program, or reply with one plain-text line if the question is answered.';
  return `Observation:\nvalue: ${clip(JSON.stringify(value) ?? 'null', LIMITS.observationBytes)}\n${report}${consoleLines(logs)}${ignored}${next}`;
}

/** ` at line 3, column 14`, as far as it is known. */
export function placeOf({ line, column }: ProgramError): string {
  return line ? ` at line ${line}${column ? `, column ${column}` : ''}` : '';
}

export function describeFailure(error: ProgramError, source: string, logs: LogLine[]): string {
  const line = error.line ? source.split('\n')[error.line - 1] : undefined;
  return [
    `Error: ${error.name}${placeOf(error)}: ${clip(error.message, LIMITS.observationBytes)}`,
    ...(line === undefined ? [] : [`line ${error.line}: ${shorten(line, 200)}`]),
    ...(error.hint ? [`hint: ${error.hint}`] : []),
    ...(logs.length > 0 ? [consoleLines(logs).trimEnd()] : []),
    'Nothing of this program is in the report. Write the whole program again, corrected. Calls that succeeded are answered at once.',
  ].join('\n');
}
