/**
 * Any server that speaks OpenAI's chat completions: OpenAI itself, vLLM, Ollama, a gateway. Many of these are
 * only nearly compatible, so nothing is taken on trust: a body that is no event stream, a stream without an
 * end and an answer without usage are all expected. Reasoning is dropped, in whichever way it is sent.
 * The SDK never retries: the durable engine does.
 */
import type OpenAI from 'openai';
import { AnalystError } from '../agent/errors.ts';
import type { Model, ModelReply, ModelRequest } from '../agent/ports.ts';
import { NO_USAGE, type Usage } from '../agent/report.ts';
import { brokenReply, type ServerContext, toAnalystError } from './failures.ts';
import { limits } from './limits.ts';
import { patientFetch } from './patient-fetch.ts';

const OPENAI_URL = 'https://api.openai.com/v1';

export interface OpenAICompatibleSettings {
  model: string;
  /** Servers of one's own often need none. */
  apiKey?: string;
  baseURL?: string;
  /** Milliseconds without a byte before the call is given up. */
  stallMs?: number;
}

export function createOpenAICompatible(settings: OpenAICompatibleSettings): Model {
  const { model, apiKey, baseURL = OPENAI_URL } = settings;
  if (!URL.canParse(baseURL)) {
    throw new AnalystError('bad_input', 'The base URL of the model is not a URL.', {
      hint: 'It looks like http://localhost:8000/v1.',
    });
  }
  const client = connect({ ...settings, baseURL });
  return {
    name: model,
    async complete(request) {
      const context: ServerContext = {
        server: baseURL === OPENAI_URL ? 'OpenAI' : `The model server at ${new URL(baseURL).host}`,
        model,
        keySetting: 'the key of the model server',
        secrets: apiKey ? [apiKey] : [],
        signal: request.signal,
      };
      try {
        return await ask(await client, model, request, context);
      } catch (error) {
        throw toAnalystError(error, context);
      }
    },
  };
}

/** Loads the SDK, which those who use another model need not wait for, nor hold in memory. */
async function connect({ apiKey, baseURL, stallMs }: OpenAICompatibleSettings): Promise<OpenAI> {
  const { default: Client } = await import('openai');
  return new Client({
    // The SDK insists on a key; a server without keys ignores it.
    apiKey: apiKey || 'none',
    baseURL,
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch: patientFetch({ ...limits, stallMs: stallMs ?? limits.stallMs }),
  });
}

async function ask(
  client: OpenAI,
  model: string,
  request: ModelRequest,
  context: ServerContext,
): Promise<ModelReply> {
  const { data: stream, response } = await client.chat.completions
    .create(
      {
        model,
        messages: [
          { role: 'system', content: request.system },
          ...request.messages.map(({ role, text }) => ({ role, content: text })),
        ],
        stream: true,
        stream_options: { include_usage: true },
      },
      { signal: request.signal },
    )
    .withResponse();
  if (!/event-stream/.test(response.headers.get('content-type') ?? '')) {
    stream.controller.abort();
    throw brokenReply(context, 'answered with something that is not a stream of chat completions');
  }
  let text = '';
  let finish: string | null = null;
  let refused = false;
  let usage: Usage = { ...NO_USAGE, cost: null };
  for await (const chunk of stream) {
    const choice = chunk.choices?.[0];
    text += choice?.delta?.content ?? '';
    refused ||= Boolean(choice?.delta?.refusal);
    finish = choice?.finish_reason ?? finish;
    if (chunk.usage) usage = usageOf(chunk.usage);
  }
  if (finish === null) throw brokenReply(context, 'broke off in the middle of its answer');
  const stop = refused || finish === 'content_filter' ? 'refusal' : finish === 'length' ? 'length' : 'end';
  return { text: withoutReasoning(text), stop, usage };
}

/** Here the prompt's count includes what came from the cache; ours does not. Prices are not known. */
function usageOf(usage: OpenAI.CompletionUsage): Usage {
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
  return {
    inputTokens: usage.prompt_tokens - cached,
    outputTokens: usage.completion_tokens,
    cacheReadTokens: cached,
    cacheWriteTokens: 0,
    cost: null,
  };
}

/**
 * Open models put their reasoning before the answer as `<think>…</think>`; some servers swallow the opening
 * tag, and an answer that was cut off has no closing one.
 */
function withoutReasoning(text: string): string {
  const close = text.indexOf('</think>');
  const open = text.indexOf('<think>');
  if (open > 0 && text.slice(0, open).trim() !== '') return text;
  if (close >= 0) return text.slice(close + '</think>'.length).trimStart();
  return open >= 0 ? '' : text;
}
