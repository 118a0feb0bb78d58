/** The list of model providers: settings -> Model. Adding one is a file beside this and a line here. */
import { AnalystError } from '../agent/errors.ts';
import type { Model } from '../agent/ports.ts';
import { createAnthropic } from './anthropic.ts';
import { createOffline } from './offline.ts';
import { createOpenAICompatible } from './openai-compatible.ts';

export type Provider = 'anthropic' | 'openai-compatible' | 'offline';

export interface ModelSettings {
  provider: Provider;
  /** As its provider calls it. Anthropic has a default. */
  model?: string;
  apiKey?: string;
  baseURL?: string;
  /** Milliseconds without a byte before a call is given up. */
  stallMs?: number;
}

/** `claude-…` is Anthropic's, `offline` the planner, any other name a chat-completions server's. */
export function providerOf(model: string): Provider {
  if (model === 'offline') return 'offline';
  return model.startsWith('claude-') ? 'anthropic' : 'openai-compatible';
}

/** Throws AnalystError `unauthorised` without a key, `bad_input` without a model or with a bad URL. */
export function createModel(settings: ModelSettings): Model {
  const { provider, model, apiKey, baseURL, stallMs } = settings;
  switch (provider) {
    case 'anthropic':
      return createAnthropic({ apiKey: apiKey ?? '', model, baseURL, stallMs });
    case 'openai-compatible':
      if (!model) {
        throw new AnalystError('bad_input', 'The model server needs the name of a model.', {
          hint: 'Name one that it serves; GET /v1/models lists them.',
        });
      }
      return createOpenAICompatible({ model, apiKey, baseURL, stallMs });
    case 'offline':
      return createOffline();
  }
}
