import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError, type WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attach, clientOf, refusal } from './bolt.fixture.ts';
import { startWorkspace, type Workspace } from './workspace.ts';

describe('faults on demand', () => {
  let workspace: Workspace;
  let client: WebClient;
  beforeEach(async () => {
    workspace = await startWorkspace();
    client = clientOf(workspace);
  });
  afterEach(() => workspace.close());
  const channel = () => workspace.channel('general');
  const post = () => client.chat.postMessage({ channel: channel().id, text: 'x' });
  const posted = () => workspace.history(channel()).length;

  it('429 says when to come back', async () => {
    workspace.failNext('chat.postMessage', { kind: '429', retryAfter: 7 });
    const error = await post().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WebAPIRateLimitedError);
    expect(error).toMatchObject({ retryAfter: 7 });
    expect(posted()).toBe(0);
    await post();
    expect(posted()).toBe(1);
  });

  it('500, a broken connection, and no answer at all: nothing was done', async () => {
    workspace.failNext('chat.postMessage', { kind: '500' });
    await expect(post()).rejects.toBeInstanceOf(WebAPIHTTPError);
    workspace.failNext('chat.postMessage', { kind: 'drop' });
    await expect(post()).rejects.toBeInstanceOf(WebAPIRequestError);
    workspace.failNext('chat.postMessage', { kind: 'timeout' });
    await expect(post()).rejects.toBeInstanceOf(WebAPIRequestError);
    expect(posted()).toBe(0);
  });

  it('lost: the work is done, the answer never comes', async () => {
    workspace.failNext('chat.postMessage', { kind: 'lost' });
    await expect(post()).rejects.toBeInstanceOf(WebAPIRequestError);
    expect(posted()).toBe(1);
    expect(workspace.calls.at(-1)).toMatchObject({
      method: 'chat.postMessage',
      fault: 'lost',
      result: { ok: true },
    });
  });

  it('any error of Slack, as often as wanted', async () => {
    workspace.failNext('chat.postMessage', {
      kind: 'error',
      error: 'invalid_blocks',
      messages: ['made up'],
      times: 2,
    });
    expect(await refusal(post())).toEqual({ error: 'invalid_blocks', messages: ['[ERROR] made up'] });
    expect((await refusal(post())).error).toBe('invalid_blocks');
    expect((await refusal(post())).error).toBe('accepted');
  });

  it('loses an upload', async () => {
    workspace.failNext('upload', { kind: '500' });
    await expect(client.filesUploadV2({ content: 'x', filename: 'x.csv' })).rejects.toThrow();
  });
});

describe.each(['socket', 'http'] as const)('delivery over %s', (transport) => {
  it('sends an event again until it is acknowledged, with the same id and a count', async () => {
    const tries: { id: string; num: number | undefined; reason: string | undefined }[] = [];
    const attached = await attach(
      transport,
      (app) => {
        app.use(async ({ body, context, next }) => {
          tries.push({
            id: (body as { event_id: string }).event_id,
            num: context.retryNum,
            reason: context.retryReason,
          });
          if (tries.length < 3) throw new Error('the queue is away');
          await next();
        });
        app.event('app_mention', async () => undefined);
        app.error(async (error) => {
          throw error;
        });
      },
      { retryDelaysMs: [0, 1, 1], events: ['app_mention'] },
    );
    const { workspace } = attached;
    workspace.person('ana').mention('general', 'x');
    await workspace.settled();
    // Bolt's Socket Mode acknowledges before the listeners run, so only HTTP sees the failure.
    expect(tries).toHaveLength(transport === 'http' ? 3 : 1);
    expect(new Set(tries.map((one) => one.id)).size).toBe(1);
    if (transport === 'http') {
      expect(tries.map((one) => one.num)).toEqual([undefined, 1, 2]);
      expect(tries[1]?.reason).toBe('http_error');
    }
    await attached.stop();
  });

  it('gives up after the last retry', async () => {
    const workspace = await startWorkspace({ transport, ackMs: 20, retryDelaysMs: [0, 1, 1] });
    workspace.person('ana').dm('is anybody there?');
    await workspace.settled();
    expect(workspace.deliveries[0]?.attempts.map((one) => one.acknowledged)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    await workspace.close();
  });

  it('sends copies at once, and again on demand', async () => {
    const ids: string[] = [];
    const attached = await attach(
      transport,
      (app) => {
        app.event('app_mention', async ({ body }) => void ids.push(body.event_id));
      },
      { events: ['app_mention'] },
    );
    const { workspace } = attached;
    workspace.deliverCopies(3);
    workspace.person('ana').mention('general', 'x');
    await workspace.settled();
    const [record] = workspace.deliveries;
    if (record) await workspace.redeliver(record);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(1);
    await attached.stop();
  });
});

describe('Socket Mode', () => {
  it('loses its connection, comes back, and gets what it missed', async () => {
    const heard: string[] = [];
    const attached = await attach(
      'socket',
      (app) => {
        app.event('app_mention', async ({ event }) => void heard.push(event.text));
      },
      { events: ['app_mention'] },
    );
    const { workspace } = attached;
    const { socket } = workspace;
    socket?.drop();
    expect(socket?.connections).toBe(0);
    workspace.person('ana').mention('general', 'still there?');
    await workspace.until(() => heard.length === 1);
    socket?.refresh();
    await workspace.until(
      () => workspace.calls.filter((call) => call.method === 'apps.connections.open').length === 3,
    );
    workspace.person('ana').mention('general', 'and now?');
    await workspace.until(() => heard.length === 2);
    await attached.stop();
  });
});
