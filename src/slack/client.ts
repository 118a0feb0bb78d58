/**
 * Clients of the Web API and the meaning of its failures. A client never retries by itself: it cannot know
 * whether a message that timed out was posted; the durable steps around it do.
 */
import { ErrorCode, WebClient, type WebClientOptions } from '@slack/web-api';
import { AnalystError } from '../agent/errors.ts';
import type { Installations } from './installations.ts';
import { boltLogger, type Logger } from './logger.ts';
import type { SlackSettings } from './settings.ts';

const TIMEOUT_MS = 10_000;

/** A fresh object each time: Bolt's Socket Mode writes into the one it is given. */
export function clientOptions(apiUrl: string, logger: Logger): WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    timeout: TIMEOUT_MS,
    retryConfig: { retries: 0 },
    // A waiting client would hold back every call of its workspace.
    rejectRateLimitedCalls: true,
    logger: boltLogger(logger),
  };
}

/** Answers the client of an installation (a team or an organisation). */
export interface Clients {
  /** @throws AnalystError unauthorised when the app is not installed there (any more) */
  of(installation: string): Promise<WebClient>;
}

export function createClients(
  settings: SlackSettings,
  installations: Installations | null,
  logger: Logger,
): Clients {
  const byToken = new Map<string, WebClient>();
  const client = (token: string) => {
    const known = byToken.get(token) ?? new WebClient(token, clientOptions(settings.apiUrl, logger));
    byToken.set(token, known);
    return known;
  };
  return {
    async of(installation) {
      if (settings.botToken) return client(settings.botToken);
      const token = await installations?.botToken(installation);
      if (token) return client(token);
      throw new AnalystError('unauthorised', 'The app is not installed in this workspace (any more).');
    },
  };
}

const TRANSIENT = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
]);
const UNAUTHORISED = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
]);

/** Slack's own word for a refusal (`invalid_blocks`), or null when it was none. */
export function slackError(error: unknown): string | null {
  const data = property(error, 'data');
  const word = property(data, 'error');
  return typeof word === 'string' ? word : null;
}

/** A refusal means that nothing was done; after any other failure that is not known. */
export function toAnalystError(error: unknown): AnalystError {
  if (error instanceof AnalystError) return error;
  const code = property(error, 'code');
  if (code === ErrorCode.RateLimitedError) {
    const seconds = Number(property(error, 'retryAfter')) || 1;
    return rateLimited(seconds * 1_000, error);
  }
  const word = slackError(error);
  if (word === 'ratelimited' || word === 'rate_limited') return rateLimited(1_000, error);
  if (word && TRANSIENT.has(word)) return unavailable(word, error);
  if (word && UNAUTHORISED.has(word)) {
    return new AnalystError('unauthorised', `Slack refuses the app: ${word}.`, { cause: error });
  }
  if (word) return new AnalystError('refused', `Slack refused: ${word}.`, { cause: error });
  const status = Number(property(error, 'statusCode'));
  if (code === ErrorCode.HTTPError && status < 500) {
    return new AnalystError('refused', `Slack answered with HTTP ${status}.`, { cause: error });
  }
  if (code === ErrorCode.HTTPError || code === ErrorCode.RequestError) {
    return unavailable(status ? `HTTP ${status}` : 'no answer', error);
  }
  return new AnalystError('internal', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

function rateLimited(retryAfterMs: number, cause: unknown): AnalystError {
  return new AnalystError('rate_limited', 'Slack asks for fewer calls.', {
    retryable: true,
    retryAfterMs,
    cause,
  });
}

function unavailable(word: string, cause: unknown): AnalystError {
  return new AnalystError('unavailable', `Slack does not answer: ${word}.`, { retryable: true, cause });
}

function property(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;
}
