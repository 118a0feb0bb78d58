/**
 * The engine when an Inngest server is configured. Runs are started by v2 invoke, which answers the run id at
 * once; where the server has no v2 API, by the event, which deduplicates by id as well.
 */
import { z } from 'zod';
import { AnalystError } from '../src/agent/errors.ts';
import type { Engine } from '../src/agent/ports.ts';
import type { Question } from '../src/agent/question.ts';
import { type Client, questionAsked, questionStopped } from './client.ts';

export interface ServerSettings {
  /** The server's API, e.g. `http://127.0.0.1:8288`. */
  baseUrl: string;
  signingKey?: string;
  /** Page of a run, with `{run}` where its id goes. */
  runUrl: string;
}

/** How long one request to the server may take, and how often the state of a run is asked for. */
const REQUEST_MS = 10_000;
const POLL_MS = 250;

const invoked = z.object({ data: z.object({ runId: z.string() }) });
const runState = z.object({
  data: z.object({ id: z.string(), status: z.string(), endedAt: z.string().nullish(), output: z.unknown() }),
});
const eventRuns = z.object({ data: z.array(z.object({ id: z.string() })) });

export class ServerEngine implements Engine {
  readonly #client: Client;
  readonly #settings: ServerSettings;
  /** Questions asked here, for the stop event. */
  readonly #questions = new Map<string, string>();

  constructor(client: Client, settings: ServerSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async ask(question: Question): Promise<{ runId: string; duplicate: boolean }> {
    const path = `/api/v2/apps/${this.#client.id}/functions/analyze/invoke`;
    const body = { data: { question }, idempotencyKey: question.id };
    const { status, json } = await this.#request('POST', path, body);
    const run = invoked.safeParse(json);
    if (run.success && (status < 300 || status === 409)) {
      this.#questions.set(run.data.data.runId, question.id);
      return { runId: run.data.data.runId, duplicate: status === 409 };
    }
    if (status === 404 || status === 405) return this.#send(question);
    throw new AnalystError('unavailable', `The Inngest server refused the question (${status}).`, {
      retryable: true,
      hint: 'Check that the bot is registered with the server and that its keys are right.',
    });
  }

  /** By event: the run id is known only once the server has scheduled it. */
  async #send(question: Question): Promise<{ runId: string; duplicate: boolean }> {
    const { ids } = await this.#client.send({ ...questionAsked.create({ question }), id: question.id });
    for (let tries = 0; tries < 40; tries++) {
      const { json } = await this.#request('GET', `/v1/events/${ids[0]}/runs?try=${tries}`);
      const run = eventRuns.safeParse(json).data?.data[0];
      if (run) {
        this.#questions.set(run.id, question.id);
        return { runId: run.id, duplicate: false };
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new AnalystError('unavailable', 'The Inngest server has not started the run.', { retryable: true });
  }

  async cancel(runId: string): Promise<void> {
    const { status } = await this.#request('DELETE', `/v1/runs/${encodeURIComponent(runId)}`);
    const id = this.#questions.get(runId);
    if (status >= 300 && id) await this.#client.send(questionStopped.create({ question: { id } }));
  }

  link(runId: string): string {
    return this.#settings.runUrl.replace('{run}', encodeURIComponent(runId));
  }

  /** Resolves when the run has ended. A status without an end can still change. */
  async wait(runId: string, signal?: AbortSignal): Promise<{ status: string; output: unknown }> {
    for (;;) {
      const { json } = await this.#request('GET', `/api/v2/runs/${encodeURIComponent(runId)}`);
      const run = runState.safeParse(json).data?.data;
      if (run?.endedAt) return { status: run.status.toUpperCase(), output: run.output };
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
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
