import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type ModelServer, startModelServer } from './model-server.fixture.ts';
import { patientFetch } from './patient-fetch.ts';
import { createModel } from './registry.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

/** Sends the same again and again, until nobody listens. */
const forEver =
  (text: string, everyMs: number): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => {
      if (!response.writableNeedDrain) response.write(text);
    }, everyMs);
    response.on('close', () => clearInterval(timer));
  };

const patience = { stallMs: 5_000, replyMs: 60_000, replyBytes: 1_000_000 };
const read = async (more: Partial<typeof patience>) => {
  const response = await patientFetch({ ...patience, ...more })(server.url, { method: 'POST', body: '{}' });
  return await response.text();
};

test('a reply that trickles for ever is given up', async () => {
  server.next(forEver(': ping\n\n', 5));
  await expect(read({ replyMs: 200 })).rejects.toMatchObject({ code: 'time_limit', retryable: false });
});

test('a reply that floods is given up', async () => {
  server.next(forEver('x'.repeat(100_000), 0));
  await expect(read({})).rejects.toMatchObject({ code: 'too_large', retryable: false });
});

test.each([
  ['openai-compatible', 'data: {"choices":[{"index":0,"delta":{"content":"xxxxxxxxxx"}}]}\n\n'],
  [
    'anthropic',
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}\n\n',
  ],
] as const)('a model of %s that never ends is an error of its own kind', async (provider, event) => {
  server.next(forEver(event.repeat(2_000), 0));
  const model = createModel({ provider, model: 'claude-x', apiKey: 'sk-x', baseURL: server.url });
  await expect(
    model.complete({ system: '', messages: [{ role: 'user', text: 'Hello?' }] }),
  ).rejects.toMatchObject({ code: 'too_large', retryable: false });
});
