/**
 * The real bot with an Inngest server: away when a question comes, back in time, cancelling a run from outside.
 * Without INNGEST_BIN only the first is tested.
 */
import { connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePorts, type InngestServer, startInngest } from '../inngest/server.fixture.ts';
import { isAnswer, isProgress, openPlace, type Place } from './bot.fixture.ts';

const binary = process.env.INNGEST_BIN;
if (!binary)
  process.stderr.write('SKIPPED: set INNGEST_BIN to an Inngest binary to test the bot with a server\n');

let place: Place;
afterEach(() => place.close());

const said = (question: Parameters<Place['bots']>[0]) => place.bots(question).map((seen) => seen.text);

it.each(['socket', 'http'] as const)('says over %s that it could not start, once', async (transport) => {
  const [port] = await freePorts(1);
  place = await openPlace(transport, {
    environment: { INNGEST_DEV: `http://127.0.0.1:${port}` },
    workspace: { retryDelaysMs: [50, 100, 100] },
  });
  const bot = await place.start();
  const { workspace } = place;
  const question = workspace.person('ana').mention('#general', 'compare AAPL and MSFT');
  await workspace.until(() => said(question)[0]?.startsWith('I could not start yet'));
  await workspace.until(() => said(question)[0]?.startsWith('I could not start: '));
  await workspace.settled();
  expect(said(question)).toHaveLength(1);
  expect(bot.child.exitCode).toBeNull();
});

describe.skipIf(!binary)('with a server', () => {
  let inngest: InngestServer;
  let proxy: Server | undefined;
  afterEach(async () => {
    proxy?.close();
    await inngest.stop();
  });

  it('answers once when the server comes back before Slack gives up', async () => {
    inngest = await startInngest(binary ?? '');
    const [port = 0] = await freePorts(1);
    place = await openPlace('http', {
      environment: { INNGEST_DEV: `http://127.0.0.1:${port}` },
      workspace: { retryDelaysMs: [500, 4_000, 8_000] },
    });
    await place.start();
    const { workspace, models } = place;
    const question = workspace.person('ana').mention('#general', 'compare AAPL and MSFT');
    await workspace.until(() => said(question)[0]?.startsWith('I could not start yet'));
    const target = Number(new URL(inngest.baseUrl).port);
    proxy = createServer((socket) => {
      const server = connect(target, '127.0.0.1');
      socket.pipe(server).pipe(socket);
      for (const end of [socket, server]) end.on('error', () => [socket, server].map((one) => one.destroy()));
    }).listen(port, '127.0.0.1');
    const seen = await place.answers(question);
    await workspace.settled();
    expect(seen).toHaveLength(1);
    expect(models.received).toHaveLength(2);
    const open = seen[0]?.buttons.find((button) => button.text === 'Open run');
    expect(open?.url).toMatch(/\/run\?runID=/);
  }, 60_000);

  it('clears up after a run that was cancelled on the server, and goes on with the thread', async () => {
    inngest = await startInngest(binary ?? '');
    let first = true;
    place = await openPlace('socket', {
      environment: { INNGEST_DEV: inngest.baseUrl },
      reply: () => {
        if (!first) return 'Hello.';
        first = false;
        return new Promise(() => {});
      },
    });
    await place.start();
    const { workspace, models } = place;
    const ana = workspace.person('ana');
    const question = ana.mention('#general', 'first');
    await workspace.until(() => place.bots(question).some(isProgress) && models.received.length === 1);
    ana.mention('#general', 'second', { thread: question });
    await workspace.until(() => workspace.ephemerals(ana).length === 1);
    const runId = place.bots(question).flatMap((seen) => seen.buttons)[0]?.value;
    await fetch(`${inngest.baseUrl}/v1/runs/${runId}`, { method: 'DELETE' });
    const seen = await place.answers(question, 2);
    expect(seen.map((one) => one.text)).toEqual([
      'This run was cancelled by the people who run me. Ask again to start anew.',
      'Hello.',
    ]);
    expect(seen.every(isAnswer)).toBe(true);
  }, 60_000);
});
