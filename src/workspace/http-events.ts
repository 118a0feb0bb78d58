/**
 * Signed HTTP: every request carries `v0=HMAC-SHA256(secret, "v0:timestamp:body")`. Events are JSON,
 * interactions a form with one `payload` field, slash commands a form of their own. Connections stay open, as
 * Slack's do. Not `fetch`: what it leaves to the garbage collector stops the process that times the answers.
 */
import { createHmac } from 'node:crypto';
import { Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Attempt, AttemptResult, DeliveryKind, Transport } from './delivery.ts';
import type { Fields } from './types.ts';

export class HttpEvents implements Transport {
  readonly #url: () => string | undefined;
  readonly #secret: string;
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });
  #closed = false;

  constructor(url: () => string | undefined, secret: string) {
    this.#url = url;
    this.#secret = secret;
  }

  async attempt(attempt: Attempt): Promise<AttemptResult> {
    const url = this.#url();
    if (!url || this.#closed)
      return { acknowledged: false, reason: 'connection_failed', final: this.#closed };
    const { body, type } = encode(attempt.kind, attempt.body);
    const headers = {
      ...signature(this.#secret, body),
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...(attempt.retry
        ? { 'x-slack-retry-num': String(attempt.retry.num), 'x-slack-retry-reason': attempt.retry.reason }
        : {}),
    };
    const request = url.startsWith('https:')
      ? overHttps(url, { method: 'POST', headers, agent: this.#https })
      : overHttp(url, { method: 'POST', headers, agent: this.#http });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      request.destroy();
    }, attempt.ackMs);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve).on('error', reject).end(body);
      });
      const answer = await text(response);
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return { acknowledged: true, response: decode(answer) };
      const final = response.headers['x-slack-no-retry'] === '1';
      return { acknowledged: false, reason: 'http_error', final };
    } catch {
      return { acknowledged: false, reason: late ? 'timeout' : 'connection_failed', final: this.#closed };
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#closed = true;
    this.#http.destroy();
    this.#https.destroy();
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
