/**
 * A small MCP server over stdio: the positions of a trading desk, made up, as rows. It stands for a source of
 * your own beside the prices: examples/programs/08-join.ts joins the two, examples/mcp.json registers it.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const position = z.object({ ticker: z.string(), quantity: z.number(), bought: z.string() });
const books: Record<string, z.infer<typeof position>[]> = {
  tech: [
    { ticker: 'AAPL', quantity: 120, bought: '2021-06-01' },
    { ticker: 'NVDA', quantity: 200, bought: '2022-10-15' },
    { ticker: 'INTC', quantity: 500, bought: '2022-01-03' },
  ],
};

const server = new McpServer({ name: 'positions', version: '1.0.0' });
server.registerTool(
  'list_positions',
  {
    description:
      'Open positions of a book: quantity in shares, bought is the day (YYYY-MM-DD) at whose close they were bought. Books: tech.',
    inputSchema: { book: z.string().describe('Name of the book') },
    outputSchema: { positions: z.array(position) },
  },
  async ({ book }) => {
    const positions = books[book];
    if (!positions)
      return { isError: true, content: [{ type: 'text', text: `There is no book "${book}". Books: tech.` }] };
    return {
      structuredContent: { positions },
      content: [{ type: 'text', text: JSON.stringify({ positions }) }],
    };
  },
);
await server.connect(new StdioServerTransport());
