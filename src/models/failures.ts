/**
 * Whatever a model SDK throws -> AnalystError. Both SDKs describe a failure with the same fields (status,
 * headers, type, error), so the mapping is here once and imports neither. Invariant: no message contains a
 * key. The SDK's error is not kept as cause, because its body may repeat the key that was sent.
 */
import { AnalystError, type ErrorCode } from '../agent/errors.ts';
import { limits } from './limits.ts';

export interface ServerContext {
  /** Who answered, as a person would say it: "Anthropic", "The model server at localhost:8000". */
  server: string;
  model: string;
  /** Settings that a person would mend. */
  keySetting: string;
  secrets: string[];
  signal: AbortSignal | undefined;
}

interface SdkError {
  status?: number;
  type?: string | null;
  code?: string | null;
  headers?: Headers;
  error?: unknown;
  cause?: unknown;
}

/** `error.type` as both APIs name it, for errors that arrive inside a stream and have no status. */
const STATUS_OF_TYPE = new Map(
  Object.entries({
    invalid_request_error: 400,
    authentication_error: 401,
    billing_error: 402,
    permission_error: 403,
    not_found_error: 404,
    request_too_large: 413,
    rate_limit_error: 429,
    api_error: 500,
    timeout_error: 504,
    overloaded_error: 529,
  }),
);

export function toAnalystError(thrown: unknown, context: ServerContext): AnalystError {
  if (context.signal?.aborted) return new AnalystError('stopped', 'The model call was stopped.');
  const ours = ownError(thrown);
  if (ours) return ours;
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as SdkError;
  const status = error.status ?? STATUS_OF_TYPE.get(error.type ?? '');
  if (status !== undefined) return fromStatus(status, error, context);
  if (thrown instanceof SyntaxError) return brokenReply(context, 'sent text that is not JSON');
  if (error.error !== undefined) return fromStatus(500, error, context);
  return new AnalystError('unavailable', `${context.server} cannot be reached.`, {
    retryable: true,
    hint: 'Check the network and the base URL of the model.',
  });
}

/** A server that answered 200 and then something that is not an answer. */
export function brokenReply(context: ServerContext, what: string): AnalystError {
  return new AnalystError('unavailable', `${context.server} ${what}.`, {
    retryable: true,
    hint: 'Ask again; if it stays so, check the base URL of the model and the log of its server.',
  });
}

function fromStatus(status: number, error: SdkError, context: ServerContext): AnalystError {
  const { server, model, keySetting } = context;
  const fail = (code: ErrorCode, message: string, hint: string, retryAfterMs?: number) =>
    new AnalystError(code, message, {
      hint,
      retryable: code === 'unavailable' || (code === 'rate_limited' && error.code !== 'insufficient_quota'),
      retryAfterMs,
    });
  if (status === 401 || status === 403) {
    return fail('unauthorised', `${server} refused the key (${status}).`, `Check ${keySetting}.`);
  }
  if (status === 402) {
    return fail('unauthorised', `${server} asks for payment (402).`, 'Check the credit of the account.');
  }
  if (status === 404) {
    return fail(
      'bad_input',
      `${server} does not know the model ${model} (404).`,
      'Check the name of the model and the base URL.',
    );
  }
  if (status === 413) {
    return fail('too_large', `The question is too large for ${server} (413).`, 'Ask for less at once.');
  }
  if (status === 429) {
    return fail(
      'rate_limited',
      `${server} says: too many requests (429).`,
      'Wait a little, or raise the limits of the account.',
      retryAfterMs(error.headers),
    );
  }
  if (status === 408 || status === 409 || status === 425 || status >= 500) {
    return fail(
      'unavailable',
      `${server} is ${status === 529 ? 'overloaded' : 'not available'} (${status}).`,
      'Ask again in a minute.',
      retryAfterMs(error.headers),
    );
  }
  return fail(
    'bad_input',
    `${server} refused the request (${status})${quote(error, context)}.`,
    `Check that ${model} is the right model for this API.`,
  );
}

/** Retry-After is seconds or an HTTP date (RFC 9110, 10.2.3); both APIs also send retry-after-ms. */
function retryAfterMs(headers: Headers | undefined): number | undefined {
  const exact = headers?.get('retry-after-ms');
  if (exact && Number.isFinite(Number(exact))) return Math.max(0, Number(exact));
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const ms = Number.isFinite(Number(value)) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, Math.round(ms));
}

/** The server's own words, without keys and without markup. */
function quote(error: SdkError, context: ServerContext): string {
  const body = error.error as { message?: unknown; error?: { message?: unknown } } | undefined;
  const words = body?.error?.message ?? body?.message;
  if (typeof words !== 'string' || words.includes('<')) return '';
  const clean = context.secrets
    .reduce((text, secret) => text.replaceAll(secret, '[key]'), words)
    .replace(/\b(sk|key|pk)-[\w*.-]+/g, '[key]')
    .replace(/\s+/g, ' ')
    .replace(/\.$/, '');
  return `: ${clean.slice(0, limits.quotedCharacters)}`;
}

/** An AnalystError that an SDK wrapped. */
function ownError(thrown: unknown): AnalystError | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof AnalystError) return error;
  }
  return undefined;
}
