/**
 * `fetch` that waits as long as bytes keep coming and gives up when none came for a while. It watches the
 * wire and not the parsed events, because a model that thinks for minutes sends only pings, which the SDKs
 * swallow. Shared by every provider with an HTTP API.
 */
import { AnalystError } from '../agent/errors.ts';

/**
 * @param stallMs milliseconds without a byte, the wait for the headers included
 * The request or the body fails with AnalystError `unavailable` (retryable) when the server stalls.
 */
export function patientFetch(stallMs: number): typeof fetch {
  return async (input, init) => {
    const watch = new AbortController();
    const timer = setTimeout(() => watch.abort(stalled(stallMs)), stallMs).unref();
    const signal = init?.signal ? AbortSignal.any([init.signal, watch.signal]) : watch.signal;
    const response = await fetch(input, { ...init, signal });
    if (!response.body) return response;
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          timer.refresh();
          controller.enqueue(chunk);
        },
        flush: () => clearTimeout(timer),
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  };
}

function stalled(stallMs: number): AnalystError {
  return new AnalystError('unavailable', `The model server sent nothing for ${stallMs / 1_000} s.`, {
    retryable: true,
    hint: 'Ask again; if it stays silent, look at the status page of the provider.',
  });
}
