/**
 * Words that go into a doc comment. Text from an MCP server is data that nobody has read: it must not be able
 * to close the comment or a code fence, hide characters from a reader, or fill the prompt.
 */
import type { JsonSchema } from './tool.ts';

export const DOC_LIMITS = {
  /** Characters of a server's description of a tool, of a property, of a literal. Our own text is never cut. */
  toolText: 2_000,
  propertyText: 300,
  literal: 80,
};

/** Invisible, private and control characters, bidirectional overrides and line separators; not the line feed. */
const HIDDEN = /[^\P{C}\n]|[\u2028\u2029]/gu;

/** Makes text safe inside a doc comment inside a fenced block. `limit` in characters. */
export function docText(text: string, limit = Number.POSITIVE_INFINITY): string {
  const shown = text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(HIDDEN, '')
    .replaceAll('*/', '*\\/')
    .replaceAll(/`{3,}|~{3,}/g, "'''")
    .trim();
  return shown.length > limit ? `${shown.slice(0, limit).trimEnd()} … (cut)` : shown;
}

/** The same on one line. */
export function docLine(text: string, limit?: number): string {
  return docText(text.replaceAll(/\s+/g, ' '), limit);
}

/** What a type cannot say about a value: its description, range, format and default, on one line. */
export function schemaNotes(schema: unknown, limit?: number): string {
  if (typeof schema !== 'object' || schema === null) return '';
  const s = schema as JsonSchema;
  const notes = [range(s), ...constraints(s)].filter((note) => note !== '');
  if (s.default !== undefined) notes.push(`default ${literal(s.default)}`);
  const description = typeof s.description === 'string' ? docLine(s.description, limit) : '';
  const extra = docLine(notes.join(', '), limit);
  if (description === '') return extra;
  return extra === '' ? description : `${description.replace(/\.$/, '')} (${extra})`;
}

/** A value as JSON, shortened. */
function literal(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > DOC_LIMITS.literal ? `${text.slice(0, DOC_LIMITS.literal)}…` : text;
}

function constraints(s: JsonSchema): string[] {
  const notes: string[] = [];
  if (s.type === 'integer') notes.push('integer');
  if (typeof s.format === 'string') notes.push(s.format);
  else if (typeof s.pattern === 'string') notes.push(`matches ${literal(s.pattern).slice(1, -1)}`);
  if (typeof s.multipleOf === 'number') notes.push(`multiple of ${s.multipleOf}`);
  const length = span(s.minLength, s.maxLength);
  if (length !== '' && length !== 'at least 0') notes.push(`length ${length}`);
  const items = span(s.minItems, s.maxItems);
  if (items !== '' && items !== 'at least 0') notes.push(`items ${items}`);
  return notes;
}

/** The range of a number. Bounds at the edge of the safe integers say nothing and are left out. */
function range(s: JsonSchema): string {
  const bound = (value: unknown) =>
    typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
  const below = bound(s.exclusiveMinimum);
  const above = bound(s.exclusiveMaximum);
  return [
    span(bound(s.minimum), bound(s.maximum)),
    below === undefined ? '' : `above ${below}`,
    above === undefined ? '' : `below ${above}`,
  ]
    .filter((note) => note !== '')
    .join(', ');
}

function span(least: unknown, most: unknown): string {
  const from = typeof least === 'number' ? least : undefined;
  const to = typeof most === 'number' ? most : undefined;
  if (from !== undefined && to !== undefined) return from === to ? `${from}` : `${from} to ${to}`;
  if (from !== undefined) return `at least ${from}`;
  return to === undefined ? '' : `at most ${to}`;
}
