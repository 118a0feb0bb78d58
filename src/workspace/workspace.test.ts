import type { App } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { type Attached, attach } from './bolt.fixture.ts';

let attached: Attached | undefined;
const start = async (...args: Parameters<typeof attach>) => {
  attached = await attach(...args);
  return attached;
};
afterEach(async () => {
  await attached?.stop();
  attached = undefined;
});

const echo = (app: App) => {
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: `heard ${event.text}`, thread_ts: event.ts });
  });
};

describe.each(['socket', 'http'] as const)('a real Bolt app over %s', (transport) => {
  it('answers a mention in the thread', async () => {
    const { workspace } = await start(transport, echo);
    const question = workspace.person('ana').mention('#general', 'compare');
    await workspace.until(() => workspace.thread(question).length === 2);
    const [, answer] = workspace.thread(question);
    expect(answer?.text).toBe(`heard <@${workspace.botUserId}> compare`);
    expect(answer?.user).toBe(workspace.botUserId);
    await workspace.settled();
    expect(workspace.deliveries.every((one) => one.attempts.at(-1)?.acknowledged)).toBe(true);
  });

  it('delivers a mention twice, with different event ids and the same ts', async () => {
    const seen: { type: string; id: string; ts: string }[] = [];
    const { workspace } = await start(transport, (app) => {
      const note = async ({
        event,
        body,
      }: {
        event: { type: string; ts: string };
        body: { event_id: string };
      }) => {
        seen.push({ type: event.type, id: body.event_id, ts: event.ts });
      };
      app.event('app_mention', note as never);
      app.event('message', note as never);
    });
    workspace.person('ana').mention('#general', 'twice');
    await workspace.settled();
    expect(seen.map((one) => one.type).sort()).toEqual(['app_mention', 'message']);
    expect(new Set(seen.map((one) => one.id)).size).toBe(2);
    expect(new Set(seen.map((one) => one.ts)).size).toBe(1);
  });
});
