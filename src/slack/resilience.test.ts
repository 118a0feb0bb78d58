import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../workspace/types.ts';
import { openRoom, type Room } from './slack.fixture.ts';

let room: Room;
afterEach(() => room.close());

const bots = (question: Message) => room.workspace.thread(question).filter((seen) => seen.isBot);
const answered = (question: Message) =>
  room.workspace.until(() => bots(question).some((seen) => seen.tables.length > 0));

/** Everything that was delivered about a message, once more. */
async function redeliver(question: Message): Promise<void> {
  const about = room.workspace.deliveries.filter(({ body }) => JSON.stringify(body).includes(question.ts));
  for (const record of [...about]) await room.workspace.redeliver(record);
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('several workspaces', () => {
  const KEY = '11'.repeat(32);

  async function install(team: string): Promise<number> {
    const start = await fetch(`${room.url}/slack/install`, { redirect: 'manual' });
    const consent = new URL(start.headers.get('location') ?? '');
    consent.searchParams.set('team', team);
    const agreed = await fetch(consent, { redirect: 'manual' });
    const cookie = start.headers.get('set-cookie')?.split(';')[0] ?? '';
    const back = await fetch(agreed.headers.get('location') ?? '', { headers: { cookie } });
    return back.status;
  }

  it('installs into each, answers each with its own token, forgets what is uninstalled', async () => {
    const port = await freePort();
    const origin = await freePort();
    room = await openRoom('http', {
      workspace: { port: origin },
      settings: {
        botToken: undefined,
        port,
        oauth: {
          clientId: '1.2',
          clientSecret: 'secret',
          stateSecret: 'state',
          encryptionKey: KEY,
          redirectUri: `http://127.0.0.1:${port}/slack/oauth_redirect`,
          authorizationUrl: `http://127.0.0.1:${origin}/oauth/v2/authorize`,
        },
      },
    });
    const { workspace, store, engine } = room;
    const other = workspace.addTeam('Other', { installed: false });
    workspace.channel('sales', { team: other });
    expect(await install(workspace.team.id)).toBe(200);
    expect(await install(other.id)).toBe(200);
    const keys = await store.keys('slack:installation:');
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(JSON.stringify(await store.get(key))).not.toContain('xoxb');

    const here = workspace.person('ana').mention('#general', 'which rose most?');
    const there = workspace.person('bo', { team: other }).mention('sales', 'which rose most?');
    await answered(here);
    await answered(there);
    const posts = workspace.calls.filter((call) => call.method === 'chat.postMessage');
    expect(new Set(posts.map((call) => call.teamId))).toEqual(new Set([workspace.team.id, other.id]));

    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    workspace.person('bo', { team: other }).mention('sales', 'and over five years?');
    await workspace.until(() => engine.asked.length === 3);
    await workspace.settled();
    await workspace.uninstall(other);
    await workspace.until(() => engine.cancelled.length === 1);
    gate.resolve();
    await workspace.settled();
    expect(await store.keys('slack:installation:')).toHaveLength(1);
  });
});

describe('a bad connection', () => {
  it('asks again after the socket dropped, and survives a message without an event', async () => {
    room = await openRoom('socket');
    const { workspace } = room;
    workspace.socket?.drop();
    const question = workspace.person('ana').mention('#general', 'which rose most?');
    await answered(question);
    await room.engine.idle();
    expect(bots(question)).toHaveLength(1);
    void workspace.socket?.attempt({
      kind: 'events_api',
      body: { type: 'app_rate_limited', team_id: workspace.team.id },
      retry: null,
      ackMs: 100,
    });
    const next = workspace.person('ana').mention('#general', 'and now?');
    await answered(next);
    expect(room.logs.join('\n')).toContain('a message of the socket could not be read');
  });

  it.each(['socket', 'http'] as const)(
    'runs a question once, however often it is delivered over %s',
    async (transport) => {
      room = await openRoom(transport);
      const { workspace, engine } = room;
      const gate = Promise.withResolvers<void>();
      engine.gate = gate.promise;
      const question = workspace.person('ana').mention('#general', 'which rose most?');
      await workspace.until(() => engine.asked.length === 1);
      await redeliver(question);
      await redeliver(question);
      gate.resolve();
      await answered(question);
      await engine.idle();
      await redeliver(question);
      await workspace.settled();
      expect(engine.asked).toHaveLength(1);
      expect(bots(question)).toHaveLength(1);
    },
  );
});

describe('after a crash', () => {
  it('a new process starts what waited in a thread', async () => {
    room = await openRoom('socket');
    const { workspace, engine, store } = room;
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    const ana = workspace.person('ana');
    const question = ana.mention('#general', 'first');
    ana.mention('#general', 'second', { thread: question });
    await workspace.until(() => workspace.ephemerals(ana).length === 1);
    // The first run is lost, and with it whoever would start the second.
    const [active] = await store.keys('slack:active:');
    await store.delete(active ?? '');
    const again = await openRoomOn(room);
    await workspace.until(() => engine.asked.length === 2);
    gate.resolve();
    await engine.idle();
    await again.stop();
  });
});

/** Another process on the same store and the same Slack. */
async function openRoomOn(first: Room) {
  const slack = first.another();
  await slack.start(first.engine);
  return slack;
}

describe('roles', () => {
  it('a worker takes no events and serves the engine; an ingress the other way round', async () => {
    const handler = (_request: unknown, response: { end(text: string): void }) => response.end('inngest');
    room = await openRoom('http');
    const worker = room.another({ role: 'worker' });
    const ingress = room.another({ role: 'ingress' });
    const url = async (slack: typeof worker) =>
      `http://127.0.0.1:${(await slack.start(room.engine, handler as never)).port}`;
    const [workerUrl, ingressUrl] = [await url(worker), await url(ingress)];
    const status = async (address: string) => (await fetch(address, { method: 'POST' })).status;
    expect(await status(`${workerUrl}/slack/events`)).toBe(404);
    expect(await (await fetch(`${workerUrl}/api/inngest`)).text()).toBe('inngest');
    expect(await status(`${ingressUrl}/slack/events`)).toBe(401);
    expect(await status(`${ingressUrl}/api/inngest`)).toBe(404);
    await worker.stop();
    await ingress.stop();
  });
});
