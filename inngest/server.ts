/**
 * The engine when an Inngest server is configured. Runs are started by v2 invoke, which answers the run id at
 * once; where the server has no v2 API, by the event. One run for a question is the function's own doing (its
 * `idempotency`): an idempotency key on the invoke would not hold for the event that the invoke publishes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AnalystError } from '../src/agent/errors.ts';
import type { Engine } from '../src/agent/ports.ts';
import type { Question } from '../src/agent/question.ts';
import { type Client, questionAsked } from './client.ts';

export interface ServerSettings {
  /** The server's API, e.g. `http://127.0.0.1:8288`. */
  baseUrl: string;
  signingKey?: string;
  /** Page of a run, with `{run}` where its id goes. */
  runUrl: string;
  /** The run of a question that has started. */
  runOf(questionId: string): Promise<string | null>;
}

/** How long one request to the server may take, and how often the state of a run is asked for. */
const REQUEST_MS = 10_000;
const POLL_MS = 250;
/** How long a run may take to start. */
const START_MS = 10_000;

const invoked = z.object({ data: z.object({ runId: z.string() }) });
const runState = z.object({
  data: z.object({ status: z.string(), endedAt: z.string().nullish() }),
});

export class ServerEngine implements Engine {
  readonly #client: Client;
  readonly #settings: ServerSettings;

  constructor(client: Client, settings: ServerSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async ask(question: Question): Promise<{ runId: string; duplicate: boolean }> {
    const path = `/api/v2/apps/${this.#client.id}/functions/analyze/invoke`;
    const { status, json } = await this.#request('POST', path, { data: { question } });
    const run = invoked.safeParse(json);
    if (status < 300 && run.success) return { runId: run.data.data.runId, duplicate: false };
    // The function's idempotency answers so: there is a run of this question already.
    if (status === 422) return { runId: await this.#runOf(question), duplicate: true };
    if (status === 404 || status === 405 || status === 501) {
      await this.#client.send({ ...questionAsked.create({ question }), id: question.id });
      return { runId: await this.#runOf(question), duplicate: false };
    }
    throw new AnalystError('unavailable', `The Inngest server refused the question (${status}).`, {
      retryable: true,
      hint: 'Check that the bot is registered with the server and that its keys are right.',
    });
  }

  /** The run says so itself as its first step. */
  async #runOf(question: Question): Promise<string> {
    for (let waited = 0; waited < START_MS; waited += POLL_MS) {
      const runId = await this.#settings.runOf(question.id);
      if (runId) return runId;
      await sleep(POLL_MS);
    }
    throw new AnalystError('unavailable', 'The Inngest server has not started the run.', { retryable: true });
  }

  async cancel(runId: string): Promise<void> {
    await this.#request('DELETE', `/v1/runs/${encodeURIComponent(runId)}`);
  }

  link(runId: string): string {
    return this.#settings.runUrl.replace('{run}', encodeURIComponent(runId));
  }

  /** Resolves when the run has ended. A status without an end can still change. */
  async wait(runId: string, signal?: AbortSignal): Promise<{ status: string }> {
    for (;;) {
      const { json } = await this.#request('GET', `/api/v2/runs/${encodeURIComponent(runId)}`);
      const run = runState.safeParse(json).data?.data;
      if (run?.endedAt) return { status: run.status };
      signal?.throwIfAborted();
      await sleep(POLL_MS);
    }
  }

  /** @throws AnalystError unavailable when the server cannot be reached */
  async #request(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
    const { baseUrl, signingKey } = this.#settings;
    try {
      const response = await fetch(new URL(path, baseUrl), {
        method,
        headers: {
          'content-type': 'application/json',
          ...(signingKey ? { authorization: `Bearer ${signingKey}` } : {}),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      const text = await response.text();
      return { status: response.status, json: parseJson(text) };
    } catch (cause) {
      throw new AnalystError(
        'unavailable',
        `The Inngest server at ${new URL(baseUrl).host} cannot be reached.`,
        {
          retryable: true,
          hint: 'Start it, or unset INNGEST_DEV and INNGEST_BASE_URL to run without a server.',
          cause,
        },
      );
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
