import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../workspace/faults.ts';
import type { Message } from '../workspace/types.ts';
import { openRoom, type Room } from './slack.fixture.ts';

let room: Room | null = null;
afterEach(async () => {
  await room?.close();
  room = null;
});

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

describe('faults of Slack', () => {
  const faults: [string, Fault][] = [
    ['429', { kind: '429', retryAfter: 0 }],
    ['500', { kind: '500' }],
    ['a lost answer', { kind: 'lost' }],
    ['a dropped connection', { kind: 'drop' }],
    ['invalid_blocks', { kind: 'error', error: 'invalid_blocks' }],
    ['an unknown refusal', { kind: 'error', error: 'streaming_state_conflict' }],
    ['an expired stream', { kind: 'error', error: 'message_not_in_streaming_state' }],
  ];
  const methods = [
    'chat.postMessage',
    'chat.startStream',
    'chat.appendStream',
    'chat.stopStream',
    'chat.delete',
    'chat.update',
    'files.getUploadURLExternal',
    'upload',
    'files.completeUploadExternal',
    'files.info',
    'assistant.threads.setStatus',
    'agents.sessions.setStatus',
  ];

  it.each(methods)('one answer, whatever %s fails with', async (method) => {
    room = await openRoom('socket');
    for (const [name, fault] of faults) {
      for (const times of [1, 3]) {
        room.workspace.faults.add(method, { ...fault, times });
        room.engine.asked.length = 0;
        const seen = await ask(room, `${name} ${times}`);
        room.workspace.faults.clear();
        const given = seen.filter(
          (message) => message.visible.includes('171.3%') || message.text.includes('171.3%'),
        );
        expect(given, `${method} fails with ${name}, ${times} times`).toHaveLength(1);
        expect(
          seen
            .filter((message) => message.files.length === 0 && !given.includes(message))
            // A message that Slack does not let go says that it is over.
            .filter((message) => method !== 'chat.delete' || message.text !== 'Done.')
            .map((message) => message.text),
          `${method} ${name} ${times}`,
        ).toEqual([]);
      }
    }
  });
});
