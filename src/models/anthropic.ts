/**
 * Claude by Anthropic's own SDK. The answer is streamed, so that a long one never meets a time-out, and the
 * system prompt is cached by the provider, because it is the same for every question of the day. The SDK
 * never retries: the durable engine does, and counts each try. The SDK's own environment variables are
 * overridden by what is passed here.
 */
import type Anthropic from '@anthropic-ai/sdk';
import { AnalystError } from '../agent/errors.ts';
import type { Model, ModelReply, ModelRequest } from '../agent/ports.ts';
import { brokenReply, type ServerContext, toAnalystError } from './failures.ts';
import { limits } from './limits.ts';
import { patientFetch } from './patient-fetch.ts';
import { costOf } from './prices.ts';

const DEFAULT_CLAUDE = 'claude-opus-4-8';

export interface AnthropicSettings {
  apiKey: string;
  model?: string;
  baseURL?: string;
  /** Milliseconds without a byte before the call is given up. */
  stallMs?: number;
}

export function createAnthropic(settings: AnthropicSettings): Model {
  const model = settings.model ?? DEFAULT_CLAUDE;
  if (!settings.apiKey) {
    throw new AnalystError('unauthorised', `There is no key for ${model}.`, {
      hint: 'Set ANTHROPIC_API_KEY.',
    });
  }
  const client = connect(settings);
  return {
    name: model,
    async complete(request) {
      const context: ServerContext = {
        server: 'Anthropic',
        model,
        keySetting: 'ANTHROPIC_API_KEY',
        secrets: [settings.apiKey],
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
async function connect(settings: AnthropicSettings): Promise<Anthropic> {
  const { default: Client } = await import('@anthropic-ai/sdk');
  return new Client({
    apiKey: settings.apiKey,
    authToken: null,
    baseURL: settings.baseURL ?? 'https://api.anthropic.com',
    maxRetries: 0,
    logLevel: 'off',
    fetch: patientFetch({ ...limits, stallMs: settings.stallMs ?? limits.stallMs }),
  });
}

async function ask(
  client: Anthropic,
  model: string,
  request: ModelRequest,
  context: ServerContext,
): Promise<ModelReply> {
  const stream = await client.messages.create(
    {
      model,
      max_tokens: limits.outputTokens,
      ...(thinksAdaptively(model) ? { thinking: { type: 'adaptive' } } : {}),
      system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
      // The API refuses an empty message.
      messages: request.messages
        .filter((message) => message.text.trim() !== '')
        .map((message) => ({ role: message.role, content: message.text })),
      stream: true,
    },
    { signal: request.signal },
  );
  let text = '';
  let stop: Anthropic.StopReason | null = null;
  let finished = false;
  const tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  // The counts of a stream are cumulative: a later one replaces an earlier one.
  const count = (usage: Anthropic.Usage | Anthropic.MessageDeltaUsage) => {
    tokens.inputTokens = usage.input_tokens ?? tokens.inputTokens;
    tokens.outputTokens = usage.output_tokens ?? tokens.outputTokens;
    tokens.cacheReadTokens = usage.cache_read_input_tokens ?? tokens.cacheReadTokens;
    tokens.cacheWriteTokens = usage.cache_creation_input_tokens ?? tokens.cacheWriteTokens;
  };
  for await (const event of stream) {
    if (event.type === 'message_start') count(event.message.usage);
    else if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
      text += event.delta.text;
    } else if (event.type === 'message_delta') {
      stop = event.delta.stop_reason ?? stop;
      if (event.usage) count(event.usage);
    } else if (event.type === 'message_stop') finished = true;
  }
  if (!finished) throw brokenReply(context, 'broke off in the middle of its answer');
  return { text, stop: stopOf(stop), usage: { ...tokens, cost: costOf(model, tokens) } };
}

/** Adaptive thinking came with Claude 4.6; earlier models refuse a request that asks for it. */
function thinksAdaptively(model: string): boolean {
  return !/^claude-(?:\d|instant|(?:opus|sonnet|haiku)-4(?:-[0-5])?(?:-\d{8})?$)/.test(model);
}

function stopOf(reason: Anthropic.StopReason | null): ModelReply['stop'] {
  if (reason === 'refusal') return 'refusal';
  return reason === 'max_tokens' || reason === 'model_context_window_exceeded' ? 'length' : 'end';
}
