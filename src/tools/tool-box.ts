/** Our own tools and those of the MCP servers as one box. */
import type { Tool, ToolBox } from '../agent/tool.ts';
import type { McpTools } from './mcp/mcp.ts';

export function createToolBox(own: readonly Tool[], mcp: McpTools): ToolBox {
  return {
    own,
    async open() {
      const { tools, unavailable, asOf } = await mcp.tools();
      // Data comes first: a reader of the prompt meets the functions in the order of their use.
      return { tools: [...tools, ...own], unavailable, ...(asOf ? { asOf } : {}) };
    },
  };
}
