import { describe, expect, it } from 'vitest';
import type { Message } from '../workspace/types.ts';
import { openRoom, type Room } from './slack.fixture.ts';

/** Asks, waits until the run is delivered, answers what is in the thread then. */
async function ask(place: Room, text: string) {
  const question = place.workspace.person('ana').mention('#general', text);
  const bots = () => place.workspace.thread(question as Message).filter((seen) => seen.isBot);
  await place.workspace.until(() => place.engine.asked.length > 0, 25_000);
  await place.engine.idle();
  await place.workspace.settled();
  await place.workspace.until(
    () => bots().every((seen) => seen.buttons.every((button) => button.actionId !== 'stop_run')),
    25_000,
  );
  return bots();
}

describe('silence of Slack', () => {
  const methods = [
    'chat.postMessage',
    'chat.startStream',
    'chat.delete',
    'files.info',
    'files.completeUploadExternal',
    'assistant.threads.setStatus',
  ];
  it.concurrent.each(methods)('one answer, when %s is never answered', async (method) => {
    const place = await openRoom('socket');
    place.workspace.faults.add(method, { kind: 'timeout' });
    const seen = await ask(place, 'which rose most?');
    expect(seen.map((message) => message.text)).toEqual(['NVDA rose most.']);
    await place.close();
  });
});
