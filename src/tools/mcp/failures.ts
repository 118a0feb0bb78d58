/**
 * What went wrong with a server, as an AnalystError. A failure that may pass is retryable; what a server says
 * about the arguments is not. Its words are quoted, shortened and without secrets.
 */
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { docLine } from '../../agent/doc-text.ts';
import { AnalystError } from '../../agent/errors.ts';
import type { ServerConfig } from './config.ts';
import { limits } from './limits.ts';
import { hideSecrets } from './secrets.ts';

const RATE_LIMITED = /too many requests|rate.?limit|\b429\b/i;
const PASSING =
  /fetch failed|timed? ?out|ECONN|ENOTFOUND|EAI_AGAIN|socket hang up|network error|temporar|\b50[0234]\b/i;
const NOT_FOUND = /no data|not found|no prices|unknown (symbol|ticker)|delisted/i;

/** A server's words on one line. */
function quoted(server: ServerConfig, text: string): string {
  return docLine(hideSecrets(text, server.private), limits.messageChars);
}

/** What a tool said when it failed (`isError`, or an error of the protocol). */
export function toolFailure(server: ServerConfig, tool: string, text: string): AnalystError {
  const message = `${tool}: ${quoted(server, text) || 'failed without a word.'}`;
  if (RATE_LIMITED.test(text)) return new AnalystError('rate_limited', message, { retryable: true });
  if (PASSING.test(text)) return new AnalystError('unavailable', message, { retryable: true });
  return new AnalystError(NOT_FOUND.test(text) ? 'not_found' : 'bad_input', message);
}

export function tooLarge(server: ServerConfig): AnalystError {
  return new AnalystError('too_large', `The MCP server "${server.name}" sent too much.`, {
    hint: 'Ask for less: a shorter period, fewer rows.',
  });
}

/** What the client or its transport threw. `detail`: what the server wrote to stderr. */
export function connectionFailure(server: ServerConfig, error: unknown, detail: string): AnalystError {
  const said = quoted(server, `${error instanceof Error ? error.message : String(error)} ${detail}`);
  const who = `The MCP server "${server.name}"`;
  const status = error instanceof StreamableHTTPError ? error.code : undefined;
  if (status === 401 || status === 403) {
    return new AnalystError('unauthorised', `${who} refused our key: ${said}`, {
      hint: 'Check its headers in mcp.json.',
    });
  }
  if (status === 429) return new AnalystError('rate_limited', `${who}: ${said}`, { retryable: true });
  if (error instanceof McpError && error.code === ErrorCode.RequestTimeout) {
    return new AnalystError('time_limit', `${who} did not answer in time.`, { retryable: true });
  }
  return new AnalystError('unavailable', `${who} is not available: ${said}`, { retryable: true });
}

/** An answer that is not what the protocol says. Asking again would bring the same. */
export function malformed(server: ServerConfig, tool: string): AnalystError {
  return new AnalystError(
    'unavailable',
    `The MCP server "${server.name}" answered ${tool} with something else.`,
  );
}
