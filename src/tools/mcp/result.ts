/** An MCP tool result -> one plain JSON value for the program, and how current it is. */
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { docLine } from '../../agent/doc-text.ts';
import { AnalystError } from '../../agent/errors.ts';
import { LIMITS } from '../../agent/limits.ts';
import type { Freshness } from '../../agent/report.ts';
import type { ServerConfig } from './config.ts';
import { toolFailure } from './failures.ts';

const day = z.iso.date();
const freshnessSchema = z.object({
  source: z.string().min(1),
  lastDate: day.optional(),
  kind: z.enum(['live', 'bundled']),
});
const bundledSchema = z.object({ asOf: day, kind: z.literal('bundled') });
const SOURCE_CHARS = 80;

/**
 * The text of a result, joined; or its structured content, where the tool declares one (`structured`) or there
 * is no text. Pictures and the like are described, not passed on.
 * @throws AnalystError of the tool, or too_large
 */
export function resultValue(
  server: ServerConfig,
  tool: string,
  result: CallToolResult,
  structured: boolean,
): unknown {
  const texts = result.content.map(contentText);
  if (result.isError === true) throw toolFailure(server, tool, texts.join(' '));
  const object = result.structuredContent;
  const value = object !== undefined && (structured || texts.length === 0) ? object : texts.join('\n');
  const bytes = Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
  if (bytes > LIMITS.valueBytes) {
    throw new AnalystError(
      'too_large',
      `${tool} answered with ${bytes} bytes; the limit is ${LIMITS.valueBytes}.`,
      {
        hint: 'Ask for less: a shorter period, fewer rows.',
      },
    );
  }
  return value;
}

/** What the result says about its data; without that, it was fetched from the server just now. */
export function resultFreshness(server: ServerConfig, result: CallToolResult): Freshness {
  const { success, data } = freshnessSchema.safeParse(result._meta);
  if (!success) return { source: server.name, kind: 'live' };
  return { ...data, source: docLine(data.source, SOURCE_CHARS) };
}

/** The last day of bundled data (`YYYY-MM-DD`), as a listed tool states it. */
export function bundledUntil(meta: unknown): string | undefined {
  const { success, data } = bundledSchema.safeParse(meta);
  return success && Date.parse(data.asOf) <= Date.now() ? data.asOf : undefined;
}

function contentText(content: CallToolResult['content'][number]): string {
  switch (content.type) {
    case 'text':
      return content.text;
    case 'image':
    case 'audio':
      return `[${content.type} ${docLine(content.mimeType, SOURCE_CHARS)}, ${Math.floor(content.data.length * 0.75)} bytes, not passed on]`;
    case 'resource_link':
      return `[link ${docLine(content.name, SOURCE_CHARS)}: ${docLine(content.uri, 2 * SOURCE_CHARS)}]`;
    case 'resource':
      return 'text' in content.resource
        ? content.resource.text
        : `[resource ${docLine(content.resource.uri, 2 * SOURCE_CHARS)}, binary, not passed on]`;
  }
}
