/** The one HTTP server: health for whoever runs it, metrics, the engine's endpoint, and Slack's. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface ServerParts {
  port: number;
  metrics: Metrics;
  /** Whether questions can be taken now. */
  ready(): boolean;
  /** By exact path. */
  routes: Map<string, Handler>;
}

export interface HttpServer {
  port: number;
  /** Takes no new connections; resolves when the last request is answered. */
  close(): Promise<void>;
}

export async function startServer(parts: ServerParts): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const handler = parts.routes.get(path);
    if (handler) return void handler(request, response);
    if (path === '/healthz') return send(response, 200, 'ok\n');
    if (path === '/readyz')
      return parts.ready() ? send(response, 200, 'ready\n') : send(response, 503, 'not ready\n');
    if (path === '/metrics') return send(response, 200, parts.metrics.text(), 'text/plain; version=0.0.4');
    return send(response, 404, 'not found\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}
