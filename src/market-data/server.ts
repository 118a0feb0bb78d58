/**
 * An MCP server over stdio with one tool, for a first run without keys: real prices that end on a known day.
 * A separate program, started from mcp.json like any other server; it knows nothing of the bot.
 */
import { flushCompileCache } from 'node:module';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';
import { AnalystError } from '../agent/errors.ts';
import { isoDay, PRICE_ARGUMENTS, PRICE_DESCRIPTION, PRICE_TOOL, priceText } from './price-tool.ts';
import { Prices } from './prices.ts';

const prices = Prices.bundled();
const asOf = isoDay(prices.lastDay);
const source = 'Big Tech Stock Prices';

const server = new Server({ name: 'market-data', version: '1.0.0' }, { capabilities: { tools: {} } });

server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [
    {
      name: PRICE_TOOL,
      description: `${PRICE_DESCRIPTION}
Tickers: ${prices.tickers.join(', ')}. The data ends on ${asOf}: periods count back from that day.`,
      inputSchema: PRICE_ARGUMENTS,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      _meta: { source, asOf, kind: 'bundled' },
    },
  ],
}));

server.setRequestHandler(CallToolRequestSchema, ({ params }): CallToolResult => {
  if (params.name !== PRICE_TOOL) throw new McpError(ErrorCode.InvalidParams, `Unknown tool ${params.name}`);
  try {
    const answer = prices.answer(params.arguments ?? {});
    const lastDate = isoDay(answer.at(-1)?.[0] ?? prices.lastDay);
    return {
      content: [{ type: 'text', text: priceText(answer) }],
      _meta: { source, lastDate, kind: 'bundled' },
    };
  } catch (error) {
    if (!(error instanceof AnalystError)) throw error;
    return {
      isError: true,
      content: [{ type: 'text', text: `${error.message} ${error.hint ?? ''}`.trim() }],
    };
  }
});

// The transport does not notice that its client has gone.
process.stdin.on('end', () => process.exit(0));
await server.connect(new StdioServerTransport());
// Node itself would do it at the end of a process that is not killed.
flushCompileCache();
