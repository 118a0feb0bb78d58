/** Streamable HTTP: the SDK's transport, with bodies that cannot grow without end. */
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { limits } from './limits.ts';

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
  let bytes = 0;
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes <= limits.unansweredBytes) return controller.enqueue(chunk);
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
