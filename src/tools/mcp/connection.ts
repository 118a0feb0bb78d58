/**
 * One kept connection to one server. It is opened on first use and opened again after the server died, hung or
 * flooded us; a server that keeps failing gets longer and longer pauses. Only AnalystErrors leave.
 */
import { setTimeout } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  type CallToolResult,
  CallToolResultSchema,
  ErrorCode,
  type Tool as ListedTool,
  McpError,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { JsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js';
import { z } from 'zod';
import { AnalystError } from '../../agent/errors.ts';
import type { ServerConfig } from './config.ts';
import { connectionFailure, malformed, tooLarge, toolFailure } from './failures.ts';
import { httpTransport } from './http.ts';
import { limits } from './limits.ts';
import { hideSecretsIn } from './secrets.ts';
import { StdioTransport } from './stdio.ts';
import { Turns } from './turns.ts';

interface Live {
  client: Client;
  transport: StdioTransport | StreamableHTTPClientTransport;
  /** What the server listed; absent when it has to be asked (again). */
  tools?: Promise<ListedTool[]> | undefined;
  flooded: boolean;
  /** Its end has been dealt with. */
  ended: boolean;
}

/** What a server is started with. */
export interface LaunchSettings {
  /** Working directory. */
  root: string;
  /** Its environment, apart from what mcp.json says. */
  environment: Record<string, string>;
}

export class Connection {
  readonly #server: ServerConfig;
  readonly #settings: LaunchSettings;
  readonly #turns = new Turns(limits.callsInFlight, limits.callsWaiting);
  #live: Live | undefined;
  /** The one that is being opened. */
  #next: Live | undefined;
  #opening: Promise<Live> | undefined;
  #closed = false;
  #failures = 0;
  #notBefore = 0;
  #lastFailure = '';

  constructor(server: ServerConfig, settings: LaunchSettings) {
    this.#server = server;
    this.#settings = settings;
  }

  get pid(): number | undefined {
    const transport = (this.#live ?? this.#next)?.transport;
    return transport instanceof StdioTransport ? transport.pid : undefined;
  }

  /** What the server offers, asked once until it says that its list has changed. The same array until then. */
  async list(): Promise<ListedTool[]> {
    const live = await this.#connect();
    live.tools ??= this.#listAll(live).catch((error) => {
      live.tools = undefined;
      throw error;
    });
    return live.tools;
  }

  /** Calls a tool by the server's own name for it. The result may be an error of the tool. */
  call(tool: string, args: Record<string, unknown>): Promise<CallToolResult> {
    return this.#turns.take(async () => {
      const live = await this.#connect();
      const timeout = this.#server.timeoutMs;
      const request = { method: 'tools/call' as const, params: { name: tool, arguments: args } };
      const result = await this.#ask(live, tool, () =>
        live.client.request(request, CallToolResultSchema, { timeout }),
      );
      return hideSecretsIn(result, this.#server.secrets) as CallToolResult;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const live = this.#live ?? this.#next;
    if (live === undefined) return;
    live.ended = true;
    if (live.transport instanceof StdioTransport) return live.client.close();
    const goodbye = live.transport.terminateSession().catch(() => {});
    await Promise.race([goodbye, setTimeout(limits.endMs, undefined, { ref: false })]);
    await live.client.close();
  }

  async #listAll(live: Live): Promise<ListedTool[]> {
    const tools: ListedTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < limits.pages && tools.length < limits.tools; page++) {
      const params = cursor === undefined ? {} : { cursor };
      const answer = await this.#ask(live, 'tools/list', () =>
        live.client.listTools(params, { timeout: limits.listMs }),
      );
      tools.push(...answer.tools);
      cursor = answer.nextCursor;
      if (cursor === undefined) break;
    }
    return hideSecretsIn(tools.slice(0, limits.tools), this.#server.secrets) as ListedTool[];
  }

  /** Sends one request and judges how it failed. */
  async #ask<T>(live: Live, what: string, request: () => Promise<T>): Promise<T> {
    try {
      const answer = await request();
      this.#failures = 0;
      if (live.transport instanceof StdioTransport) live.transport.answered();
      if (isDeep(answer)) throw malformed(this.#server, what);
      return answer;
    } catch (error) {
      if (error instanceof AnalystError) throw error;
      if (!isFlooded(live) && error instanceof McpError && !LOST.has(error.code)) {
        throw toolFailure(this.#server, what, error.message.replace(/^MCP error -?\d+: /, ''));
      }
      if (error instanceof z.core.$ZodError) throw malformed(this.#server, what);
      const failure = this.#lost(live, error);
      // A server that works for many at once is not ended because one request of ours takes long.
      const slow = failure.code === 'time_limit' && !(live.transport instanceof StdioTransport);
      throw slow ? failure : this.#failed(live, failure);
    }
  }

  #connect(): Promise<Live> {
    if (this.#closed) throw new AnalystError('unavailable', 'The MCP servers have been closed.');
    if (this.#live) return Promise.resolve(this.#live);
    const wait = this.#notBefore - Date.now();
    if (wait > 0 && !this.#opening) {
      throw new AnalystError('unavailable', this.#lastFailure, { retryable: true, retryAfterMs: wait });
    }
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
      this.#next = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Live> {
    const client = new Client({ name: 'slack-analyst', version: '1.0.0' }, { jsonSchemaValidator });
    const live: Live = {
      client,
      transport: this.#transport(() => this.#flood(live)),
      flooded: false,
      ended: false,
    };
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      live.tools = undefined;
    });
    client.onclose = () => this.#failed(live, this.#lost(live, new Error('connection closed')));
    this.#next = live;
    try {
      await client.connect(live.transport, { timeout: limits.startMs });
    } catch (error) {
      throw this.#failed(live, this.#lost(live, error));
    }
    this.#live = live;
    return live;
  }

  #lost(live: Live, error: unknown): AnalystError {
    return isFlooded(live)
      ? tooLarge(this.#server)
      : connectionFailure(this.#server, error, stderrOf(live.transport));
  }

  #transport(flooded: () => void): Live['transport'] {
    const { launch } = this.#server;
    if (launch.kind === 'http') return httpTransport(launch.url, launch.headers, flooded);
    const { root, environment } = this.#settings;
    return new StdioTransport({
      // "node" is the one that runs us: another one may be first in the search path, or none.
      command: launch.command === 'node' ? process.execPath : launch.command,
      args: launch.args,
      env: { ...environment, ...launch.env },
      cwd: root,
    });
  }

  #flood(live: Live): void {
    live.flooded = true;
    live.client.close().catch(() => {});
  }

  /** Forgets a connection that is of no more use, ends its server, and returns the error. */
  #failed(live: Live, error: AnalystError): AnalystError {
    if (live.ended) return error;
    live.ended = true;
    if (this.#live === live) this.#live = undefined;
    this.#failures += 1;
    const pause = this.#failures < 2 ? 0 : limits.pauseMs * 2 ** (this.#failures - 2);
    this.#notBefore = Date.now() + Math.min(pause, limits.longestPauseMs);
    this.#lastFailure = error.message;
    if (live.transport instanceof StdioTransport) live.transport.kill();
    live.client.close().catch(() => {});
    return error;
  }
}

/** Schemas of strangers are not compiled in this process: a regular expression in one could stop it. */
const jsonSchemaValidator = {
  getValidator<T>(): JsonSchemaValidator<T> {
    return (data) => ({ valid: true, data: data as T, errorMessage: undefined });
  },
};

/** Errors after which nothing is known about the other side. The rest are its answers. */
const LOST: ReadonlySet<number> = new Set([ErrorCode.ConnectionClosed, ErrorCode.RequestTimeout]);

/** Nested deeper than `limits.depth`. Goes level by level, so that it cannot overflow the stack itself. */
function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= limits.depth && level.length > 0; depth++) {
    level = level
      .flatMap((item) => Object.values(item as object))
      .filter((item) => typeof item === 'object' && item !== null);
  }
  return level.length > 0;
}

function isFlooded(live: Live): boolean {
  return live.flooded || (live.transport instanceof StdioTransport && live.transport.flooded);
}

function stderrOf(transport: Live['transport']): string {
  return transport instanceof StdioTransport ? transport.stderr : '';
}
