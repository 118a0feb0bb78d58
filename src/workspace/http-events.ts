/**
 * Signed HTTP: every request carries `v0=HMAC-SHA256(secret, "v0:timestamp:body")`. Events are JSON,
 * interactions a form with one `payload` field, slash commands a form of their own.
 */
import { createHmac } from 'node:crypto';
import type { Attempt, AttemptResult, DeliveryKind, Transport } from './delivery.ts';
import type { Fields } from './types.ts';

export class HttpEvents implements Transport {
  readonly #url: () => string | undefined;
  readonly #secret: string;
  readonly #abort = new AbortController();

  constructor(url: () => string | undefined, secret: string) {
    this.#url = url;
    this.#secret = secret;
  }

  async attempt(attempt: Attempt): Promise<AttemptResult> {
    const url = this.#url();
    if (!url) return { acknowledged: false, reason: 'connection_failed', final: false };
    const { body, type } = encode(attempt.kind, attempt.body);
    const headers = {
      ...signature(this.#secret, body),
      'content-type': type,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...(attempt.retry
        ? { 'x-slack-retry-num': String(attempt.retry.num), 'x-slack-retry-reason': attempt.retry.reason }
        : {}),
    };
    const timeout = AbortSignal.timeout(attempt.ackMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        signal: AbortSignal.any([timeout, this.#abort.signal]),
      });
      const text = await response.text();
      if (response.ok) return { acknowledged: true, response: decode(text) };
      return {
        acknowledged: false,
        reason: 'http_error',
        final: response.headers.get('x-slack-no-retry') === '1',
      };
    } catch {
      const reason = timeout.aborted ? 'timeout' : 'connection_failed';
      return { acknowledged: false, reason, final: this.#abort.signal.aborted };
    }
  }

  close(): void {
    this.#abort.abort();
  }
}

/** Headers that prove a body comes from Slack. `at` is in seconds. */
export function signature(
  secret: string,
  body: string,
  at = Math.floor(Date.now() / 1_000),
): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(at), 'x-slack-signature': `v0=${digest}` };
}

function encode(kind: DeliveryKind, body: Fields): { body: string; type: string } {
  if (kind === 'events_api') return { body: JSON.stringify(body), type: 'application/json' };
  const form =
    kind === 'interactive'
      ? new URLSearchParams({ payload: JSON.stringify(body) })
      : new URLSearchParams(
          Object.fromEntries(Object.entries(body).map(([key, value]) => [key, String(value)])),
        );
  return { body: form.toString(), type: 'application/x-www-form-urlencoded' };
}

function decode(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
