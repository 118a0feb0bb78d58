/** The Inngest client and the typed events. What happens between two of them is in analyze.ts. */
import { eventType, Inngest, Middleware, staticSchema } from 'inngest';
import type { Question } from '../src/agent/question.ts';

/** A question was asked. Its id makes it one run, however often it is delivered. Parsed by the function. */
export const questionAsked = eventType('analyst/question.asked', {
  schema: staticSchema<{ question: Question }>(),
});

/** Somebody stopped the run of the question with this id. */
export const questionStopped = eventType('analyst/question.stopped', {
  schema: staticSchema<{ question: { id: string } }>(),
});

/**
 * Gives every request to a function a signal that ends with it. The engine suspends a handler by never
 * settling what it awaits, so a `finally` in the handler would not run; this one does.
 */
class EndWithRequest extends Middleware.BaseMiddleware {
  readonly id = 'end-with-request';
  readonly #request = new AbortController();

  override transformFunctionInput(args: Middleware.TransformFunctionInputArgs) {
    return { ...args, ctx: { ...args.ctx, signal: this.#request.signal } };
  }

  override async wrapRequest({ next }: Middleware.WrapRequestArgs) {
    try {
      return await next();
    } finally {
      this.#request.abort();
    }
  }
}

export interface ClientSettings {
  /** The app's name on the server. The terminal uses another than the bot, so that it never takes its place. */
  id: string;
  /** Where the server is; absent when the in-process driver plays its part. */
  baseUrl?: string;
  /** A development server: no keys, no signatures. */
  isDev: boolean;
  eventKey?: string;
  signingKey?: string;
  fetch?: typeof fetch;
  middleware?: Middleware.Class[];
  logger: Pick<Console, 'info' | 'warn' | 'error' | 'debug'>;
}

export function createClient(settings: ClientSettings) {
  const { middleware = [], ...rest } = settings;
  // The cast keeps the type of what ours adds to a handler's context.
  return new Inngest({ ...rest, middleware: [EndWithRequest, ...middleware] as [typeof EndWithRequest] });
}

export type Client = ReturnType<typeof createClient>;
