/** A listed MCP tool -> a Tool of ours: one object of arguments, checked before it leaves. Always durable. */
import type { CallToolResult, Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js';
import { AnalystError } from '../../agent/errors.ts';
import type { Freshness } from '../../agent/report.ts';
import { schemaType } from '../../agent/schema-type.ts';
import type { JsonSchema, Tool } from '../../agent/tool.ts';
import { checkArguments, withoutUndefined } from './arguments.ts';
import type { ServerConfig } from './config.ts';
import { functionName } from './names.ts';
import { resultFreshness, resultValue } from './result.ts';

/** What one call came to. */
export interface Answer {
  value: unknown;
  freshness: Freshness;
}

/** A tool as programs see it, whoever answers it. */
export interface ToolSource {
  /** The name without prefix. */
  name: string;
  description: string;
  /** JSON Schema of the object of arguments. */
  inputSchema: JsonSchema;
  /** TypeScript type of the awaited result. */
  returns: string;
  answer(args: Record<string, unknown>): Promise<Answer>;
}

/** Sends a call to the server. */
export type CallServer = (tool: string, args: Record<string, unknown>) => Promise<CallToolResult>;

/** The tool as the server describes it. */
export function listedSource(server: ServerConfig, listed: ListedTool, call: CallServer): ToolSource {
  const structured = listed.outputSchema !== undefined;
  return {
    name: listed.name,
    description: listed.description ?? listed.title ?? '',
    inputSchema: listed.inputSchema,
    returns: structured ? schemaType(listed.outputSchema as JsonSchema, { foreign: true }) : 'string',
    async answer(args) {
      const result = await call(listed.name, args);
      return {
        value: resultValue(server, listed.name, result, structured),
        freshness: resultFreshness(server, result),
      };
    },
  };
}

export function mcpTool(server: ServerConfig, source: ToolSource): Tool {
  const name = functionName(server.prefix, source.name);
  const schema = source.inputSchema;
  return {
    name,
    description: source.description,
    parameters: [
      { name: 'args', schema, optional: !Array.isArray(schema.required) || schema.required.length === 0 },
    ],
    returns: source.returns,
    origin: server.name,
    durable: true,
    title: ([args]) => title(name, args),
    parse(args) {
      const [first = {}, ...rest] = args;
      const object = first ?? {};
      if (rest.length > 0 || typeof object !== 'object' || Array.isArray(object)) {
        const example = Object.keys((schema.properties ?? {}) as object)
          .slice(0, 3)
          .join(', ');
        throw new AnalystError('bad_input', `${name} takes one object: ${name}({ ${example} }).`);
      }
      const given = withoutUndefined(schema, object as JsonSchema);
      checkArguments(name, schema, given);
      return [given];
    },
    async run([args], context) {
      const { value, freshness } = await source.answer(args as Record<string, unknown>);
      context.note({ freshness, ...(Array.isArray(value) ? { rows: value.length } : {}) });
      return value;
    },
  };
}

const TITLE_VALUE_CHARS = 30;
const TITLE_VALUES = 4;

/** "yf_get_historical_stock_prices AAPL 1y": the short values, in the order given. */
function title(name: string, args: unknown): string {
  const values = Object.values(typeof args === 'object' && args !== null ? args : {});
  const short = values
    .filter((value) => typeof value === 'number' || typeof value === 'string')
    .map((value) => String(value).replaceAll(/\s+/g, ' '))
    .filter((value) => value.length <= TITLE_VALUE_CHARS);
  return [name, ...short.slice(0, TITLE_VALUES)].join(' ');
}
