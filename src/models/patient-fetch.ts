/**
 * `fetch` that waits as long as bytes keep coming and gives up when none came for a while, or when a reply never
 * ends. It watches the wire and not the parsed events, because a model that thinks for minutes sends only pings,
 * which the SDKs swallow. Shared by every provider with an HTTP API.
 */
import { AnalystError } from '../agent/errors.ts';

export interface Patience {
  /** Milliseconds without a byte, the wait for the headers included. */
  stallMs: number;
  /** Milliseconds of one reply in all. */
  replyMs: number;
  replyBytes: number;
}

/**
 * The request or the body fails with AnalystError: `unavailable` (retryable) when the server stalls, `time_limit` or
 * `too_large` when it never ends, which it would do again.
 */
export function patientFetch({ stallMs, replyMs, replyBytes }: Patience): typeof fetch {
  return async (input, init) => {
    const watch = new AbortController();
    const timer = setTimeout(() => watch.abort(stalled(stallMs)), stallMs).unref();
    const deadline = setTimeout(() => watch.abort(endless(replyMs)), replyMs).unref();
    const signal = init?.signal ? AbortSignal.any([init.signal, watch.signal]) : watch.signal;
    const response = await fetch(input, { ...init, signal });
    if (!response.body) return response;
    let bytes = 0;
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          timer.refresh();
          bytes += chunk.length;
          if (bytes > replyBytes) watch.abort(tooLarge(replyBytes));
          else controller.enqueue(chunk);
        },
        flush() {
          clearTimeout(timer);
          clearTimeout(deadline);
        },
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

const NARROWER = { hint: 'Ask a narrower question, or look at the log of the model server.' };

function endless(replyMs: number): AnalystError {
  return new AnalystError(
    'time_limit',
    `The model answered for more than ${replyMs / 60_000} minutes.`,
    NARROWER,
  );
}

function tooLarge(replyBytes: number): AnalystError {
  return new AnalystError(
    'too_large',
    `The model sent more than ${replyBytes} bytes in one reply.`,
    NARROWER,
  );
}
