/** Streamable HTTP: the SDK's transport, with bodies that cannot grow without end, and no floods of events. */
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { limits } from './limits.ts';

const NEWLINE = 10;

/** `flooded` is called when the server has sent more than one answer may hold. */
export function httpTransport(
  url: URL,
  headers: Record<string, string>,
  flooded: () => void,
): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(url, {
    requestInit: { headers },
    fetch: async (input, init) => bounded(await fetch(input, init), flooded),
  });
}

function bounded(response: Response, flooded: () => void): Response {
  if (response.body === null) return response;
  const events = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  let bytes = 0;
  let lines = 0;
  let since = Date.now();
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (Date.now() - since > limits.windowMs) {
          lines = 0;
          since = Date.now();
        }
        if (events) for (const byte of chunk) lines += byte === NEWLINE ? 1 : 0;
        if (bytes <= limits.unansweredBytes && lines <= limits.windowLines) return controller.enqueue(chunk);
        controller.error(new Error('The answer is too large.'));
        flooded();
      },
    }),
  );
  const { status, statusText, headers } = response;
  const copy = new Response(body, { status, statusText, headers });
  // The transport compares it with the address that it asked.
  Object.defineProperty(copy, 'url', { value: response.url });
  return copy;
}
