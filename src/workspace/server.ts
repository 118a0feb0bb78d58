/**
 * The HTTP face of the stand-in, on loopback only: Web API, uploads, downloads, response urls, the OAuth page
 * and the upgrade to a WebSocket. Routes are one table; each concern has its own file.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnalystError } from '../agent/errors.ts';
import { type ApiParts, answerApi, sendJson } from './api.ts';
import { isFields } from './arguments.ts';
import type { Fields } from './types.ts';

const BODY_LIMIT = 100_000_000;

interface RouteRequest {
  path: string;
  url: URL;
  request: IncomingMessage;
  response: ServerResponse;
}
/** Answers and returns true, or leaves the request alone. */
export type Route = (route: RouteRequest) => Promise<boolean> | boolean;

export interface Listening {
  server: Server;
  origin: string;
  close(): Promise<void>;
}

/** @throws the error of listening, e.g. EADDRINUSE */
export async function listen(port: number, routes: () => readonly Route[]): Promise<Listening> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const route = { path: url.pathname, url, request, response };
    void handle(route, routes()).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        sendJson(response, 500, {
          ok: false,
          error: 'workspace_bug',
          stack: error instanceof Error ? error.stack : String(error),
        });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    server,
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(route: RouteRequest, routes: readonly Route[]): Promise<void> {
  for (const candidate of routes) if (await candidate(route)) return;
  sendJson(route.response, 404, { ok: false, error: 'not_found' });
}

export const apiRoute =
  (parts: () => ApiParts): Route =>
  async ({ path, url, request, response }) => {
    const method = /^\/api\/([A-Za-z0-9_.]+)$/.exec(path)?.[1];
    if (!method) return false;
    const body = await readBody(request);
    const fields = { ...Object.fromEntries(url.searchParams), ...(await readFields(request, body)) };
    await answerApi(parts(), method, fields, request, response);
    return true;
  };

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new AnalystError('too_large', 'A request to the workspace may have 100 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Fields of a form, a multipart form (files are left out) or a JSON object. */
export async function readFields(request: IncomingMessage, body: Buffer): Promise<Fields> {
  const type = request.headers['content-type'] ?? '';
  if (body.length === 0) return {};
  if (type.startsWith('application/json')) {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isFields(value) ? value : {};
  }
  const form = await parseForm(type, body);
  return Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'));
}

/** The bytes of the only file of a multipart form, or the body itself. */
export async function readUpload(request: IncomingMessage, body: Buffer): Promise<Buffer> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await parseForm(type, body);
  for (const value of form.values())
    if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
  return Buffer.alloc(0);
}

function parseForm(type: string, body: Buffer): Promise<FormData> {
  const content = type === '' ? 'application/x-www-form-urlencoded' : type;
  return new Response(new Uint8Array(body), { headers: { 'content-type': content } }).formData();
}
