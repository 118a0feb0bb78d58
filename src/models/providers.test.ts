import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnalystError, toErrorRecord } from '../agent/errors.ts';
import type { Model, ModelReply } from '../agent/ports.ts';
import {
  type Answer,
  broken,
  events,
  type ModelServer,
  startModelServer,
  status,
} from './model-server.fixture.ts';
import { createModel, type ModelSettings, providerOf } from './registry.ts';

const KEY = 'sk-test-canary-4242424242';
const REQUEST = { system: 'You are an analyst.', messages: [{ role: 'user' as const, text: 'AAPL?' }] };

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

async function failure(model: Model, answer: Answer): Promise<AnalystError> {
  server.next(answer);
  const error = await model.complete(REQUEST).then(
    () => new Error('it answered'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AnalystError)) throw error;
  expect(JSON.stringify([toErrorRecord(error), error.stack, String(error.cause)])).not.toContain('canary');
  return error;
}

function answered(model: Model, answer: Answer): Promise<ModelReply> {
  server.next(answer);
  return model.complete(REQUEST);
}

const start = (usage: object = {}) => ({
  type: 'message_start',
  message: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-4-8',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 1, ...usage },
  },
});
const block = (index: number, type: 'text' | 'thinking') => ({
  type: 'content_block_start',
  index,
  content_block: type === 'text' ? { type, text: '' } : { type, thinking: '', signature: '' },
});
const text = (words: string, index = 0) => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'text_delta', text: words },
});
const finish = (reason: string, usage: object = { output_tokens: 5 }) => [
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage },
  { type: 'message_stop' },
];
const claudeSays = (...data: object[]) => events(data, { named: true });

describe('anthropic', () => {
  const claude = (more: Partial<ModelSettings> = {}) =>
    createModel({ provider: 'anthropic', apiKey: KEY, baseURL: server.url, ...more });

  it('joins the text, drops the thinking, counts tokens and what they cost', async () => {
    const reply = await answered(
      claude(),
      claudeSays(
        start({ cache_creation_input_tokens: 1_000, cache_read_input_tokens: 20_000 }),
        block(0, 'thinking'),
        { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
        { type: 'ping' },
        block(1, 'text'),
        text('AAPL ', 1),
        text('rose.', 1),
        ...finish('end_turn', { output_tokens: 400, input_tokens: 50 }),
      ),
    );
    expect(reply).toEqual({
      text: 'AAPL rose.',
      stop: 'end',
      usage: {
        inputTokens: 50,
        outputTokens: 400,
        cacheReadTokens: 20_000,
        cacheWriteTokens: 1_000,
        cost: expect.closeTo((50 * 5 + 1_000 * 6.25 + 20_000 * 0.5 + 400 * 25) / 1e6, 12),
      },
    });
    expect(server.received.at(-1)).toMatchObject({
      path: '/v1/messages',
      headers: { authorization: `Bearer ${KEY}` },
      body: {
        model: 'claude-opus-4-8',
        stream: true,
        thinking: { type: 'adaptive' },
        system: [{ type: 'text', text: REQUEST.system, cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content: 'AAPL?' }],
      },
    });
  });

  it('asks older models for no adaptive thinking, and knows no price of unknown ones', async () => {
    const answer = claudeSays(start(), block(0, 'text'), text('Yes.'), ...finish('end_turn'));
    expect((await answered(claude({ model: 'claude-haiku-4-5-20251001' }), answer)).usage.cost).toBeCloseTo(
      28e-6,
      12,
    );
    expect(server.received.at(-1)?.body).not.toHaveProperty('thinking');
    expect((await answered(claude({ model: 'claude-next-9' }), answer)).usage.cost).toBeNull();
    expect(server.received.at(-1)?.body).toHaveProperty('thinking');
  });

  it.each([
    ['refusal', 'refusal'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['stop_sequence', 'end'],
  ])('maps the stop reason %s to %s', async (reason, stop) => {
    const reply = await answered(
      claude(),
      claudeSays(start(), block(0, 'text'), text('I'), ...finish(reason)),
    );
    expect(reply).toMatchObject({ text: 'I', stop });
  });

  const body = (type: string, message: string) => ({ type: 'error', error: { type, message } });
  it.each([
    [401, body('authentication_error', `invalid x-api-key ${KEY}`), 'unauthorised', false],
    [403, body('permission_error', 'not allowed'), 'unauthorised', false],
    [400, body('invalid_request_error', `prompt is too long (${KEY})`), 'bad_input', false],
    [404, body('not_found_error', 'model: claude-x'), 'bad_input', false],
    [413, body('request_too_large', 'too large'), 'too_large', false],
    [500, body('api_error', 'oops'), 'unavailable', true],
    [503, '<html>down</html>', 'unavailable', true],
    [529, body('overloaded_error', 'Overloaded'), 'unavailable', true],
  ])('maps %i', async (code, answer, expected, retryable) => {
    const before = server.received.length;
    expect(await failure(claude(), status(code, answer))).toMatchObject({ code: expected, retryable });
    expect(server.received.length - before, 'the SDK does not retry').toBe(1);
  });

  it('quotes what is wrong with a request', async () => {
    const error = await failure(claude(), status(400, body('invalid_request_error', 'prompt is too long')));
    expect(error.message).toBe('Anthropic refused the request (400): prompt is too long.');
  });

  it('reads Retry-After as seconds and as a date', async () => {
    const limited = (value: string) =>
      status(429, body('rate_limit_error', 'slow'), { 'retry-after': value });
    expect(await failure(claude(), limited('7'))).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      retryAfterMs: 7_000,
    });
    const error = await failure(claude(), limited(new Date(Date.now() + 60_000).toUTCString()));
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect((await failure(claude(), limited('soon'))).retryAfterMs).toBeUndefined();
  });

  it('maps an error inside the stream', async () => {
    const error = (type: string) => claudeSays(start(), body(type, 'x'));
    expect(await failure(claude(), error('overloaded_error'))).toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    expect(await failure(claude(), error('rate_limit_error'))).toMatchObject({ code: 'rate_limited' });
    expect(await failure(claude(), error('brand_new_error'))).toMatchObject({ code: 'unavailable' });
  });

  const half = [start(), block(0, 'text'), text('AAPL ro')];
  it.each<[string, Answer]>([
    ['ends early', events(half, { named: true })],
    ['loses the connection', broken(half, true)],
    ['sends invalid JSON', events(half, { named: true, tail: 'event: message_delta\ndata: {"type":\n\n' })],
    ['sends HTML', status(200, '<html>Welcome to the proxy</html>')],
    ['sends nothing at all', status(200, '')],
  ])('fails, and may be tried again, when the server %s', async (_, answer) => {
    expect(await failure(claude(), answer)).toMatchObject({ code: 'unavailable', retryable: true });
  });

  it.each<[string, Answer]>([
    ['in its answer', events(half, { named: true, end: false })],
    ['before its answer', () => {}],
  ])('gives up a server that stalls %s', async (_, answer) => {
    const error = await failure(claude({ stallMs: 50 }), answer);
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(error.message).toMatch(/sent nothing for 0.05 s/);
  });

  it('waits as long as pings come', async () => {
    const slowly: Answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: message_start\ndata: ${JSON.stringify(start())}\n\n`);
      let pings = 0;
      const timer = setInterval(() => {
        response.write('event: ping\ndata: {"type":"ping"}\n\n');
        if (++pings < 40) return;
        clearInterval(timer);
        for (const event of [block(0, 'text'), text('Done.'), ...finish('end_turn')]) {
          response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
        }
        response.end();
      }, 25);
    };
    expect((await answered(claude({ stallMs: 900 }), slowly)).text).toBe('Done.');
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    server.next(events(half, { named: true, end: false }));
    const reply = claude().complete({ ...REQUEST, signal: stop.signal });
    setImmediate(() => stop.abort());
    await expect(reply).rejects.toMatchObject({ code: 'stopped', retryable: false });
  });

  it('names a server that is not there', async () => {
    const gone = createModel({ provider: 'anthropic', apiKey: KEY, baseURL: 'http://127.0.0.1:1' });
    await expect(gone.complete(REQUEST)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });
});

const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'qwen',
  choices: [{ index: 0, delta, finish_reason }],
});
const usage = (details: object = {}) => ({
  ...chunk({}),
  choices: [],
  usage: { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150, ...details },
});
const DONE = { tail: 'data: [DONE]\n\n' };

describe('openai-compatible', () => {
  const open = (more: Partial<ModelSettings> = {}) =>
    createModel({
      provider: 'openai-compatible',
      model: 'qwen',
      apiKey: KEY,
      baseURL: `${server.url}/v1`,
      ...more,
    });

  it('joins the text, drops the reasoning and counts tokens', async () => {
    const reply = await answered(
      open(),
      events(
        [
          chunk({ role: 'assistant', reasoning_content: 'Let me see.' }),
          chunk({ content: '<think>\nHm.' }),
          chunk({ content: '</think>\n\nAAPL ' }),
          chunk({ content: 'rose.' }),
          chunk({}, 'stop'),
          usage({ prompt_tokens_details: { cached_tokens: 100 } }),
        ],
        DONE,
      ),
    );
    expect(reply).toEqual({
      text: 'AAPL rose.',
      stop: 'end',
      usage: { inputTokens: 20, outputTokens: 30, cacheReadTokens: 100, cacheWriteTokens: 0, cost: null },
    });
    expect(server.received.at(-1)).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${KEY}` },
      body: {
        model: 'qwen',
        stream: true,
        stream_options: { include_usage: true },
        messages: [
          { role: 'system', content: REQUEST.system },
          { role: 'user', content: 'AAPL?' },
        ],
      },
    });
  });

  it.each([
    ['opened by the server', 'Hm.</think>Yes.', 'Yes.'],
    ['never closed', '<think>Hm. Still', ''],
    ['part of a program', 'const tag = "<think>x</think>";', 'const tag = "<think>x</think>";'],
  ])('handles reasoning that is %s', async (_, content, expected) => {
    expect((await answered(open(), events([chunk({ content }), chunk({}, 'stop')], DONE))).text).toBe(
      expected,
    );
  });

  it('works without usage, without the last marker and without a key', async () => {
    const reply = await answered(
      open({ apiKey: undefined }),
      events([chunk({ content: 'Yes.' }), chunk({}, 'stop')]),
    );
    expect(reply).toMatchObject({ text: 'Yes.', usage: { inputTokens: 0, cost: null } });
    expect(server.received.at(-1)?.headers.authorization).not.toContain(KEY);
  });

  it.each([
    ['length', {}, 'length'],
    ['content_filter', {}, 'refusal'],
    ['stop', { refusal: 'I cannot.' }, 'refusal'],
  ])('maps the finish reason %s', async (reason, delta, stop) => {
    expect(await answered(open(), events([chunk(delta), chunk({}, reason)], DONE))).toMatchObject({ stop });
  });

  const body = (message: string, code: string | null = null) => ({ error: { message, type: 'x', code } });
  it.each([
    [401, body(`Incorrect API key provided: ${KEY}`), 'unauthorised', false],
    [403, body('no'), 'unauthorised', false],
    [400, body(`context of ${KEY} exceeded`), 'bad_input', false],
    [404, body('The model `qwen` does not exist.'), 'bad_input', false],
    [429, body('slow down'), 'rate_limited', true],
    [429, body('no credit left', 'insufficient_quota'), 'rate_limited', false],
    [500, 'Internal Server Error', 'unavailable', true],
    [502, '<html>Bad gateway</html>', 'unavailable', true],
    [529, body('overloaded'), 'unavailable', true],
  ])('maps %i', async (code, answer, expected, retryable) => {
    const before = server.received.length;
    const error = await failure(open(), status(code, answer, { 'retry-after': '3' }));
    expect(error).toMatchObject({ code: expected, retryable });
    if (code === 429) expect(error.retryAfterMs).toBe(3_000);
    expect(server.received.length - before, 'the SDK does not retry').toBe(1);
  });

  const half = [chunk({ content: 'AAPL ro' })];
  it.each<[string, Answer]>([
    ['ends early', events(half)],
    ['ends early with the last marker', events(half, DONE)],
    ['loses the connection', broken(half)],
    ['sends invalid JSON', events(half, { tail: 'data: {"choices": [\n\n' })],
    ['reports an error in the stream', events([...half, { error: { message: `engine died ${KEY}` } }])],
    ['sends HTML', status(200, '<html>Welcome</html>')],
    ['sends one JSON body', status(200, { choices: [{ message: { content: 'Hi' } }] })],
    ['sends JSON that is something else', events([{ hello: 'world' }])],
    ['sends nothing at all', events([])],
  ])('fails, and may be tried again, when the server %s', async (_, answer) => {
    expect(await failure(open(), answer)).toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('gives up a server that stalls', async () => {
    const error = await failure(open({ stallMs: 50 }), events(half, { end: false }));
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(error.message).toMatch(/sent nothing/);
  });

  it('names a server that is not there', async () => {
    const gone = open({ baseURL: 'http://127.0.0.1:1/v1' });
    await expect(gone.complete(REQUEST)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The model server at 127.0.0.1:1 cannot be reached.',
    });
  });
});

describe('the registry', () => {
  it('finds the provider of a name', () => {
    expect(['claude-opus-4-8', 'offline', 'gpt-5', 'Qwen/Qwen3-Coder'].map(providerOf)).toEqual([
      'anthropic',
      'offline',
      'openai-compatible',
      'openai-compatible',
    ]);
  });

  it('says what is missing', () => {
    const create = (settings: ModelSettings) => () => createModel(settings);
    expect(create({ provider: 'anthropic' })).toThrow(/no key for claude-opus-4-8/);
    expect(create({ provider: 'openai-compatible' })).toThrow(/name of a model/);
    expect(create({ provider: 'openai-compatible', model: 'm', baseURL: 'localhost' })).toThrow(/not a URL/);
    expect(createModel({ provider: 'offline' }).name).toBe('offline planner');
  });
});
