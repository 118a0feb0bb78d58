/**
 * The SDK's own call protocol (inngest 4.24), spoken to its fetch handler in this process: a request carries
 * the event and the finished steps, the response says what to do next. Between two responses the SDK reports
 * finished steps through the client's fetch, which `interceptCheckpoints` answers.
 */
import type { InngestFunction } from 'inngest';
import { serve } from 'inngest/edge';
import type { Client } from '../client.ts';
import type { RunRow, StepRow } from './record.ts';

/** Address that no network call ever leaves for. */
export const DRIVER_URL = 'http://driver.invalid';

/** One thing the function wants, or has done. */
export interface Operation {
  id: string;
  op: string;
  name?: string;
  data?: unknown;
  error?: unknown;
}

export interface CallResponse {
  /** `done` with the function's result, `operations` to carry out, or `error` of the function itself. */
  kind: 'done' | 'operations' | 'error';
  operations: Operation[];
  value: unknown;
  retryable: boolean;
  retryAfterMs?: number;
}

export interface CallOptions {
  /** A planned step to run, or the function from its start. */
  step: string | null;
  attempt: number;
  maxAttempts: number;
}

export type CallFunction = (run: RunRow, steps: StepRow[], options: CallOptions) => Promise<CallResponse>;

export type FunctionList = InngestFunction.Any[];

export function createCall(client: Client, functions: FunctionList): CallFunction {
  const handler = serve({ client, functions });
  return async (run, steps, { step, attempt, maxAttempts }) => {
    const url = new URL('/api/inngest', DRIVER_URL);
    url.searchParams.set('fnId', run.function);
    url.searchParams.set('stepId', step ?? 'step');
    const event: unknown = JSON.parse(run.event);
    const body = {
      version: 2,
      event,
      events: [event],
      steps: Object.fromEntries(
        steps.map(({ id, kind, json }) => [id, { type: kind, [kind]: JSON.parse(json) }]),
      ),
      ctx: {
        run_id: run.id,
        fn_id: run.function,
        qi_id: run.id,
        attempt,
        max_attempts: maxAttempts,
        disable_immediate_execution: step !== null,
        use_api: false,
        stack: { stack: steps.map(({ id }) => id), current: steps.length },
      },
    };
    const headers = {
      host: url.host,
      'content-type': 'application/json',
      'x-inngest-server-kind': 'dev',
      'x-request-id': run.id,
    };
    return readResponse(
      await handler(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) })),
    );
  };
}

async function readResponse(response: Response): Promise<CallResponse> {
  const text = await response.text();
  const value: unknown = text ? JSON.parse(text) : null;
  const retryAfter = response.headers.get('retry-after');
  const common = {
    retryable: response.headers.get('x-inngest-no-retry') !== 'true',
    ...(retryAfter ? { retryAfterMs: parseRetryAfter(retryAfter) } : {}),
  };
  if (response.status === 206) {
    return { kind: 'operations', operations: value as Operation[], value: null, ...common };
  }
  return { kind: response.status === 200 ? 'done' : 'error', operations: [], value, ...common };
}

/** Seconds, or a date. */
function parseRetryAfter(text: string): number {
  const seconds = Number(text);
  return Number.isFinite(seconds) ? seconds * 1_000 : Math.max(0, Date.parse(text) - Date.now());
}

/** @returns false when the run has ended: the function is then halted */
export type OnCheckpoint = (runId: string, operations: Operation[]) => boolean | Promise<boolean>;

/** The client's fetch when this process drives: finished steps are recorded, nothing else is answered. */
export function interceptCheckpoints(onCheckpoint: OnCheckpoint): typeof fetch {
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const runId = /^\/v1\/checkpoint\/([^/]+)\/async$/.exec(pathname)?.[1];
    if (!runId || typeof init?.body !== 'string')
      return new Response('not served in process', { status: 404 });
    const { steps } = JSON.parse(init.body) as { steps: Operation[] };
    const goOn = await onCheckpoint(decodeURIComponent(runId), steps);
    return goOn ? Response.json({}) : new Response('the run has ended', { status: 409 });
  };
}
