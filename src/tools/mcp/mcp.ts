/**
 * The tools of the servers in mcp.json. A server that cannot be reached costs its own tools, never an answer;
 * two tools of one name are refused when the bot starts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js';
import { AnalystError, toErrorRecord } from '../../agent/errors.ts';
import type { Tool } from '../../agent/tool.ts';
import { readMcpConfig, type ServerConfig, type Variables } from './config.ts';
import { Connection } from './connection.ts';
import { bundledUntil } from './result.ts';
import { type CallServer, listedSource, mcpTool, type ToolSource } from './tool.ts';
import { yahooChart } from './yahoo-chart.ts';

/** Adapters that mcp.json may name: each makes one tool out of what its server lists. */
const adapters: Record<string, { wraps: string; adapt(server: ServerConfig, call: CallServer): ToolSource }> =
  {
    'yahoo-chart': { wraps: 'chart', adapt: yahooChart },
  };

export interface McpSettings {
  /** mcp.json, parsed as JSON. */
  config: unknown;
  /** For `${NAME}` and `when`. `PATH` is also the servers' search path. */
  variables: Variables;
  /** Working directory of the servers: the project's root. */
  root: string;
  /** Names of our own tools. */
  reserved: Iterable<string>;
}

export interface McpToolList {
  tools: Tool[];
  /** Servers whose tools are missing, and why; the texts are safe to show. */
  unavailable: { server: string; reason: string }[];
  /** Last day of bundled data, `YYYY-MM-DD`: "today" of a run over it. */
  asOf?: string;
}

export interface McpTools {
  /**
   * Connects what is not connected and lists what has changed.
   * @throws AnalystError bad_input when, at the first time, two tools have one name
   */
  tools(): Promise<McpToolList>;
  /** Ends every server. */
  close(): Promise<void>;
  /** Processes of the servers that run. */
  pids(): number[];
}

interface Member {
  server: ServerConfig;
  connection: Connection;
  /** The tools made of the last listing, so that they stay the same objects. */
  made?: { listed: ListedTool[]; tools: Tool[]; missing: string[]; asOf: string | undefined };
}

/** @throws AnalystError bad_input: mcp.json is wrong, or a variable is missing */
export function createMcpTools(settings: McpSettings): McpTools {
  const servers = readMcpConfig(settings.config, settings.variables);
  for (const { name, adapter } of servers) {
    if (adapter !== undefined && !Object.hasOwn(adapters, adapter)) {
      const known = Object.keys(adapters).join(', ');
      throw new AnalystError(
        'bad_input',
        `mcp.json: the server "${name}" names the adapter "${adapter}"; there is ${known}.`,
      );
    }
  }
  // Servers keep cookies and caches in their home; ours holds keys.
  const home = mkdtempSync(join(tmpdir(), 'slack-analyst-mcp-'));
  const environment = {
    PATH: settings.variables.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    TZ: 'UTC',
  };
  const members: Member[] = servers.map((server) => ({
    server,
    connection: new Connection(server, { root: settings.root, environment }),
  }));
  const reserved = new Set(settings.reserved);
  let started = false;

  return {
    async tools() {
      const listings = await Promise.all(members.map((member) => make(member)));
      const list = compose(listings, reserved, !started);
      started = true;
      return list;
    },
    async close() {
      await Promise.all(members.map(({ connection }) => connection.close().catch(() => {})));
      rmSync(home, { recursive: true, force: true });
    },
    pids: () => members.flatMap(({ connection }) => connection.pid ?? []),
  };
}

type Listing = { server: ServerConfig; tools: Tool[]; reasons: string[]; asOf: string | undefined };

async function make(member: Member): Promise<Listing> {
  const { server, connection } = member;
  try {
    const listed = await connection.list();
    if (member.made?.listed !== listed) member.made = { listed, ...toTools(member, listed) };
    return { server, tools: member.made.tools, reasons: member.made.missing, asOf: member.made.asOf };
  } catch (error) {
    return { server, tools: [], reasons: [toErrorRecord(error).message], asOf: undefined };
  }
}

function toTools({ server, connection }: Member, listed: ListedTool[]) {
  const call: CallServer = (tool, args) => connection.call(tool, args);
  const adapter = server.adapter === undefined ? undefined : adapters[server.adapter];
  const wanted = adapter ? [adapter.wraps] : (server.filter ?? listed.map(({ name }) => name));
  const found = listed.filter(({ name }) => wanted.includes(name));
  const missing = wanted
    .filter((name) => !found.some((tool) => tool.name === name))
    .map((name) => `it lists no tool "${name}"`);
  const sources = adapter
    ? found.slice(0, 1).map(() => adapter.adapt(server, call))
    : found.map((tool) => listedSource(server, tool, call));
  const tools = sources.map((source) => mcpTool(server, source));
  const asOf = found
    .map(({ _meta }) => bundledUntil(_meta))
    .filter((day) => day !== undefined)
    .sort()
    .at(-1);
  return { tools, missing, asOf };
}

/** @param strict refuse a name that is there twice; else the server that came with it loses its tools */
function compose(listings: Listing[], reserved: ReadonlySet<string>, strict: boolean): McpToolList {
  const owners = new Map<string, string>([...reserved].map((name) => [name, 'a tool of our own']));
  const list: McpToolList = { tools: [], unavailable: [] };
  for (const { server, tools, reasons, asOf } of listings) {
    const names = new Map(owners);
    const clashes: string[] = [];
    for (const { name } of tools) {
      const owner = names.get(name);
      if (owner !== undefined)
        clashes.push(`the name ${name} belongs to ${owner} and to the MCP server "${server.name}"`);
      names.set(name, `the MCP server "${server.name}"`);
    }
    if (clashes.length > 0 && strict) {
      throw new AnalystError('bad_input', `Two tools have one name: ${clashes.join('; ')}.`, {
        hint: 'Give the server a prefix of its own in mcp.json, or leave the tool out with a filter.',
      });
    }
    for (const reason of [...reasons, ...clashes]) list.unavailable.push({ server: server.name, reason });
    if (clashes.length > 0) continue;
    for (const [name, owner] of names) owners.set(name, owner);
    list.tools.push(...tools);
    if (asOf !== undefined && asOf > (list.asOf ?? '')) list.asOf = asOf;
  }
  return list;
}
