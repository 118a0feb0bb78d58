/** The official SDK's server over real streamable HTTP on a local port. */
import { randomUUID } from 'node:crypto';
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CANARY, call, closeAll, failure, start, toolNamed } from './fixtures/harness.ts';

const KEY = `\${CANARY}`;
const servers: HttpServer[] = [];

afterEach(async () => {
  await closeAll();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(handler: Handler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

function mcpServer(): McpServer {
  const server = new McpServer({ name: 'http', version: '1' });
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
  server.registerTool('double', { inputSchema: { value: z.number() } }, ({ value }) =>
    text(String(2 * value)),
  );
  server.registerTool('large', { inputSchema: {} }, () => text('x'.repeat(20_000_000)));
  server.registerTool('slow', { inputSchema: {} }, () => new Promise<never>(() => {}));
  return server;
}

/** One session for each client, as the protocol has it. `forget` ends all sessions without a word. */
function sessions(): { handler: Handler; seen: IncomingMessage[]; forget(): void } {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const seen: IncomingMessage[] = [];
  const handler: Handler = async (request, response) => {
    seen.push(request);
    const id = request.headers['mcp-session-id'];
    let transport = transports.get(String(id));
    if (id !== undefined && transport === undefined) {
      response.writeHead(404).end('no such session');
      return;
    }
    if (transport === undefined) {
      const created = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (session) => void transports.set(session, created),
      });
      await mcpServer().connect(created);
      transport = created;
    }
    await transport.handleRequest(request, response);
  };
  return { handler, seen, forget: () => transports.clear() };
}

test('tools are listed and called, with the headers of mcp.json and one session', async () => {
  const { handler, seen } = sessions();
  const mcp = start({
    web: { command: undefined, url: await listen(handler), headers: { Authorization: `Bearer ${KEY}` } },
  });
  const double = await toolNamed(mcp, 'double');
  expect(await Promise.all([1, 2, 3].map((value) => call(double, { value })))).toEqual(['2', '4', '6']);
  expect(new Set(seen.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${CANARY}`]));
  const sessionIds = seen.map(({ headers }) => headers['mcp-session-id']).filter((id) => id !== undefined);
  expect(new Set(sessionIds).size).toBe(1);
  expect(mcp.pids()).toEqual([]);
  await mcp.close();
  expect(seen.at(-1)?.method).toBe('DELETE');
});

test('a session that the server has forgotten is opened again', async () => {
  const { handler, forget } = sessions();
  const mcp = start({ web: { command: undefined, url: await listen(handler) } });
  const double = await toolNamed(mcp, 'double');
  forget();
  expect(await failure(call(double, { value: 1 }))).toMatchObject({ code: 'unavailable', retryable: true });
  expect(await call(double, { value: 2 })).toBe('4');
});

test('an answer that is too large is stopped, and the next call works', async () => {
  const { handler } = sessions();
  const mcp = start({ web: { command: undefined, url: await listen(handler) } });
  expect(await failure(call(await toolNamed(mcp, 'large')))).toMatchObject({
    code: 'too_large',
    retryable: false,
  });
  expect(await call(await toolNamed(mcp, 'double'), { value: 2 })).toBe('4');
});

test('a flood of events in place of an answer is stopped', async () => {
  const event = `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/x' })}\n\n`;
  const url = await listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(event.repeat(10_000));
  });
  const { unavailable } = await start({ web: { command: undefined, url } }).tools();
  expect(unavailable).toEqual([{ server: 'web', reason: 'The MCP server "web" sent too much.' }]);
});

test('one slow call does not end the others', async () => {
  const { handler } = sessions();
  const mcp = start({ web: { command: undefined, url: await listen(handler), timeoutMs: 300 } });
  const [slow, double] = [await toolNamed(mcp, 'slow'), await toolNamed(mcp, 'double')];
  const stuck = failure(call(slow));
  expect(await call(double, { value: 4 })).toBe('8');
  expect(await stuck).toMatchObject({ code: 'time_limit', retryable: true });
  expect(await call(double, { value: 5 })).toBe('10');
});

describe('a server that refuses', () => {
  test.each([
    [401, /refused our key/],
    [429, /later/],
    [500, /is not available/],
  ])('with %i', async (status, reason) => {
    const url = await listen((_request, response) => {
      response.writeHead(status).end(`later, not with ${CANARY}`);
    });
    const mcp = start({ web: { command: undefined, url: `${url}?key=${KEY}` } });
    const { tools, unavailable } = await mcp.tools();
    expect(tools).toEqual([]);
    expect(unavailable[0]?.reason).toMatch(reason);
    expect(unavailable[0]?.reason).not.toContain(CANARY);
  });

  test('by not being there', async () => {
    const { unavailable } = await start({
      web: { command: undefined, url: 'http://127.0.0.1:1/mcp' },
    }).tools();
    expect(unavailable[0]?.reason).toContain('"web" is not available');
  });

  test('by sending us elsewhere: our key does not go there', async () => {
    const { handler, seen } = sessions();
    const elsewhere = await listen(handler);
    const url = await listen((_request, response) => {
      response.writeHead(307, { location: elsewhere }).end();
    });
    const headers = { Authorization: `Bearer ${KEY}` };
    const { tools } = await start({ web: { command: undefined, url, headers } }).tools();
    expect([tools, seen]).toEqual([[], []]);
  });
});
