/**
 * A real HTTP server that answers like a model's API, from a script: the tests' provider. Each request takes
 * the next answer. Closing it ends every connection, so that a stalled one keeps no test alive.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (response: ServerResponse) => void;

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

export interface ModelServer {
  url: string;
  received: Received[];
  next(answer: Answer): void;
  close(): Promise<void>;
}

/** @param otherwise answers where the script has nothing (any more) */
export async function startModelServer(otherwise?: (body: Received['body']) => Answer): Promise<ModelServer> {
  const answers: Answer[] = [];
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const parsed = JSON.parse(body) as Received['body'];
      received.push({ path: request.url ?? '', headers: request.headers, body: parsed });
      const answer = answers.shift() ?? otherwise?.(parsed);
      if (answer) answer(response);
      else response.writeHead(500).end('the script has no more answers');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    next: (answer) => void answers.push(answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const STREAM = { 'content-type': 'text/event-stream' };

/** Server-sent events; `end: false` leaves the connection open and silent. */
export function events(data: object[], { named = false, end = true, tail = '' } = {}): Answer {
  return (response) => {
    response.writeHead(200, STREAM);
    for (const event of data) {
      if (named) response.write(`event: ${(event as { type: string }).type}\n`);
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    }
    if (end) response.end(tail);
    else if (tail) response.write(tail);
  };
}

/** Starts a stream, sends the events, and breaks the connection. */
export function broken(data: object[], named = false): Answer {
  return (response) => {
    events(data, { named, end: false })(response);
    setImmediate(() => response.destroy());
  };
}

export function status(code: number, body: object | string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    response.writeHead(code, { 'content-type': type, ...headers }).end(text);
  };
}
