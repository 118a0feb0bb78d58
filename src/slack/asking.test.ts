import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../workspace/types.ts';
import { openRoom, type Room, type RoomOptions } from './slack.fixture.ts';

let room: Room;
afterEach(() => room.close());

const open = async (transport: 'socket' | 'http', options?: RoomOptions) => {
  room = await openRoom(transport, options);
  return room;
};

/** Everything of ours in the thread, once the runs are delivered. */
async function answers(question: Message, count = 1) {
  await room.workspace.until(() => bots(question).length >= count && settled(question));
  await room.engine.idle();
  await room.workspace.settled();
  return bots(question);
}
const bots = (question: Message) => room.workspace.thread(question).filter((seen) => seen.isBot);
const settled = (question: Message) =>
  bots(question).every((seen) => !seen.buttons.some((b) => b.actionId === 'stop_run'));

describe.each(['socket', 'http'] as const)('asking over %s', (transport) => {
  it('answers a mention once, in one message, with numbers, a table, a picture and buttons', async () => {
    const { workspace, engine } = await open(transport);
    const question = workspace.person('ana').mention('#general', 'which rose most?');
    const [answer, ...others] = await answers(question);
    expect(others).toEqual([]);
    expect(engine.asked.map((each) => each.text)).toEqual(['which rose most?']);
    expect(answer?.visible).toContain('171.3%');
    expect(answer?.tables[0]?.[1]).toEqual(['NVDA', '171.3%']);
    expect(answer?.images).toMatchObject([{ alt: 'NVDA rises above MSFT.' }]);
    expect(answer?.buttons.map((each) => each.text)).toEqual(
      expect.arrayContaining(['Open run', 'Program', 'CSV', 'Re-run', 'Good answer', 'Bad answer']),
    );
    expect(answer?.text).toBe('NVDA rose most.');
    expect(workspace.notes).toEqual([]);
  });

  it('answers a command where it was typed, in a thread of its own', async () => {
    const { workspace } = await open(transport);
    const ana = workspace.person('ana');
    expect(await ana.command('/ask', 'which rose most?', '#general')).toMatchObject({ acknowledged: true });
    const root = workspace.history(ana.channel('general')).find((seen) => seen.text.includes('asked'));
    expect(root?.text).toContain('which rose most?');
    expect(await answers(root?.message as Message, 2)).toHaveLength(2);
  });

  it('answers direct messages', async () => {
    const { workspace, engine } = await open(transport);
    const question = workspace.person('ana').dm('which rose most?');
    expect(await answers(question)).toHaveLength(1);
    expect(engine.asked[0]?.id).toBe(`${workspace.team.id}:${question.channel}:${question.ts}`);
  });

  it('keeps a question that the engine could not take, says so, and answers it when Slack delivers again', async () => {
    const { workspace, engine } = await open(transport);
    engine.away = 3;
    const question = workspace.person('ana').mention('#general', 'which rose most?');
    await workspace.until(() => bots(question)[0]?.text.startsWith('I could not start yet'));
    await workspace.until(() => bots(question).some((seen) => seen.text === 'NVDA rose most.'));
    await engine.idle();
    await workspace.settled();
    expect(bots(question)).toHaveLength(1);
    expect(engine.asked).toHaveLength(1);
  });

  it('says that it could not start when the engine stays away', async () => {
    const { workspace, engine } = await open(transport);
    engine.away = 1_000;
    const question = workspace.person('ana').mention('#general', 'which rose most?');
    await workspace.until(() => bots(question).some((seen) => seen.text.startsWith('I could not start: ')));
    await workspace.settled();
    expect(bots(question)).toHaveLength(1);
    expect(engine.asked).toEqual([]);
  });
});

describe('what is meant for the bot', () => {
  it('goes on in the thread without a mention, until people talk to each other', async () => {
    const { workspace, engine } = await open('socket');
    const [ana, bo] = [workspace.person('ana'), workspace.person('bo')];
    const question = ana.mention('#general', 'which rose most?');
    await answers(question);
    ana.say('#general', 'and over five years?', { thread: question });
    await answers(question, 2);
    bo.say('#general', 'nice chart', { thread: question });
    await workspace.settled();
    ana.say('#general', 'thanks, is it?', { thread: question });
    await workspace.settled();
    expect(engine.asked.map((each) => each.text)).toEqual(['which rose most?', 'and over five years?']);
    bo.mention('#general', 'and AAPL?', { thread: question });
    await answers(question, 3);
    expect(engine.asked.at(-1)).toMatchObject({
      text: 'and AAPL?',
      user: bo.id,
      thread: engine.asked[0]?.thread,
    });
  });

  it('leaves replies alone that mention somebody else, and all without a mention when it is always needed', async () => {
    const { workspace, engine } = await open('socket', { settings: { mentionAlways: true } });
    const [ana, bo] = [workspace.person('ana'), workspace.person('bo')];
    const question = ana.mention('#general', 'which rose most?');
    await answers(question);
    ana.say('#general', `<@${bo.id}> look`, { thread: question });
    ana.say('#general', 'and over five years?', { thread: question });
    await workspace.settled();
    expect(engine.asked).toHaveLength(1);
  });

  it('ignores other bots', async () => {
    const { workspace, engine } = await open('socket');
    workspace.person('robot', { bot: true }).mention('#general', 'which rose most?');
    await workspace.settled();
    expect(engine.asked).toEqual([]);
  });

  it('meets an empty mention with help whose examples can be clicked', async () => {
    const { workspace, engine } = await open('socket');
    const ana = workspace.person('ana');
    const question = ana.mention('#general', '');
    await workspace.until(() => bots(question).length === 1);
    const [help] = bots(question);
    await ana.click(help as NonNullable<typeof help>, 'ask_suggested_0');
    await answers(question, 3);
    expect(engine.asked.map((each) => each.text)).toEqual(['Compare AAPL and MSFT']);
  });

  it('gives the model what was said before it was called, as data', async () => {
    const { workspace, engine } = await open('socket');
    const root = workspace.person('bo').say('#general', 'NVDA looks strong');
    workspace.person('ana').mention('#general', 'is that so?', { thread: root });
    await answers(root);
    expect(engine.asked[0]?.text).toContain('> NVDA looks strong');
  });
});

describe('order', () => {
  it('answers two questions of one thread one after the other', async () => {
    const { workspace, engine } = await open('socket');
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    const ana = workspace.person('ana');
    const question = ana.mention('#general', 'first');
    ana.mention('#general', 'second', { thread: question });
    await workspace.until(() => workspace.ephemerals(ana).length === 1);
    expect(engine.asked.map((each) => each.text)).toEqual(['first']);
    gate.resolve();
    await answers(question, 2);
    await workspace.until(() => engine.asked.length === 2);
    expect(engine.asked.map((each) => each.text)).toEqual(['first', 'second']);
  });

  it('answers ten people at once', async () => {
    const { workspace, engine } = await open('socket');
    const questions = Array.from({ length: 10 }, (_, i) =>
      workspace.person(`p${i}`).mention('#general', `question ${i}`),
    );
    for (const question of questions) expect(await answers(question)).toHaveLength(1);
    expect(engine.asked).toHaveLength(10);
  });
});

describe('changes of mind', () => {
  it('offers to run an edited question again', async () => {
    const { workspace, engine } = await open('socket');
    const ana = workspace.person('ana');
    const question = ana.mention('#general', 'which rose most?');
    await answers(question);
    ana.edit(question, `<@${workspace.botUserId}> which fell most?`);
    await workspace.until(() => workspace.ephemerals(ana).length === 1);
    const [offer] = workspace.ephemerals(ana);
    await ana.click(offer as NonNullable<typeof offer>, 'ask_edited');
    await answers(question, 2);
    expect(engine.asked.at(-1)?.text).toBe('which fell most?');
  });

  it('stops the run of a deleted question', async () => {
    const { workspace, engine } = await open('socket');
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    const ana = workspace.person('ana');
    const question = ana.mention('#general', 'which rose most?');
    await workspace.until(() => bots(question).length === 1);
    ana.remove(question);
    await workspace.until(() => engine.cancelled.length === 1);
    gate.resolve();
    await room.engine.idle();
    await workspace.settled();
    expect(bots(question)).toEqual([]);
  });

  it.each(['button', 'native'] as const)('stops on the %s stop and says what was finished', async (how) => {
    const { workspace, engine } = await open('socket');
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    const [ana, bo] = [workspace.person('ana'), workspace.person('bo')];
    const question = ana.mention('#general', 'which rose most?');
    await workspace.until(() => bots(question)[0]?.tasks[0]?.status === 'complete');
    const [working] = bots(question);
    if (!working) throw new Error('no progress');
    await bo.click(working, 'stop_run');
    await workspace.until(() => workspace.ephemerals(bo).length === 1);
    expect(engine.cancelled).toEqual([]);
    if (how === 'button') await ana.click(working, 'stop_run');
    else ana.stop(question);
    await workspace.until(() => bots(question).some((seen) => seen.text.startsWith('Stopped')));
    gate.resolve();
    await room.engine.idle();
    await workspace.until(() => bots(question).length === 1);
    expect(bots(question).map((seen) => seen.text)).toEqual(['Stopped. Finished until then: Fetch NVDA.']);
    ana.mention('#general', 'next', { thread: question });
    engine.gate = null;
    await answers(question, 2);
  });
});
