import { afterEach, expect, it } from 'vitest';
import { AnalystError } from '../agent/errors.ts';
import type { ReadTable } from './attachments.ts';
import { openRoom, type Room } from './slack.fixture.ts';

let room: Room;
afterEach(() => room.close());

const FILES = [{ name: 'sales.csv', content: 'a\n1\n2\n' }];

/** Each reading of a file waits until the test lets it go on; how often it was begun. */
function slowReader() {
  const begun: PromiseWithResolvers<void>[] = [];
  const readTable: ReadTable = async () => {
    const gate = Promise.withResolvers<void>();
    begun.push(gate);
    await gate.promise;
    return { columns: [{ name: 'a', type: 'BIGINT' }], rows: [{ a: 1 }, { a: 2 }] };
  };
  return { begun, readTable };
}

it.each(['socket', 'http'] as const)(
  'acknowledges a question before its file is read, over %s',
  async (transport) => {
    const { begun, readTable } = slowReader();
    room = await openRoom(transport, { dependencies: { readTable } });
    const { workspace, engine } = room;
    const ana = workspace.person('ana');
    const question = ana.mention('#general', 'total?', { files: FILES });
    await workspace.settled();
    const mine = workspace.deliveries.filter(({ body }) => JSON.stringify(body).includes(question.ts));
    expect(mine.map(({ attempts }) => attempts.map((one) => one.acknowledged))).toEqual([[true], [true]]);
    for (const record of mine) await workspace.redeliver(record);
    const next = ana.mention('#general', 'and the mean?', { thread: question });
    await workspace.settled();
    expect(engine.asked).toEqual([]);
    begun[0]?.resolve();
    await workspace.until(() => engine.asked.length === 2);
    expect(engine.asked.map(({ id }) => id.split(':')[2])).toEqual([question.ts, next.ts]);
    expect(engine.asked.map(({ tables }) => tables.map(({ name }) => name))).toEqual([['sales'], ['sales']]);
    expect(begun).toHaveLength(1);
  },
);

it('reads the file in another process when the one that acknowledged is gone', async () => {
  const { begun, readTable } = slowReader();
  room = await openRoom('socket', { dependencies: { readTable } });
  const { workspace, engine } = room;
  workspace.person('ana').mention('#general', 'total?', { files: FILES });
  await workspace.settled();
  await expect.poll(() => begun.length).toBe(1);
  const other = room.another();
  await other.start(engine);
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.resolve();
  await workspace.until(() => engine.asked.length === 1);
  expect(engine.asked[0]?.tables).toMatchObject([{ name: 'sales', rowCount: 2 }]);
  begun[0]?.resolve();
  await engine.idle();
  await other.stop();
  expect(engine.asked).toHaveLength(1);
});

it('starts a question that a process said to run and did not start', async () => {
  const { begun, readTable } = slowReader();
  room = await openRoom('socket', { dependencies: { readTable } });
  const { workspace, engine, store } = room;
  workspace.person('ana').mention('#general', 'total?', { files: FILES });
  await expect.poll(() => begun.length).toBe(1);
  const [key = ''] = await store.keys('slack:waiting:');
  const { id, thread } = (await store.get<{ id: string; thread: string }>(key)) ?? {};
  await store.set(`slack:active:${thread}`, { questionId: id, at: Date.now() });
  begun[0]?.resolve();
  await workspace.until(() => engine.asked.length === 1);
  await engine.idle();
  await expect.poll(() => store.keys('slack:waiting:')).toEqual([]);
});

it('goes on in the thread after a file that cannot be read, and counts no question for it', async () => {
  const gate = Promise.withResolvers<void>();
  room = await openRoom('http', {
    settings: {
      limits: {
        user: { concurrent: 10, perHour: 2, tokensPerDay: 1_000_000 },
        team: { concurrent: 10, perHour: 10, tokensPerDay: 1_000_000 },
      },
    },
    dependencies: {
      readTable: async () => {
        await gate.promise;
        throw new AnalystError('bad_input', 'The file sales.csv has no rows.');
      },
    },
  });
  const { workspace, engine } = room;
  const ana = workspace.person('ana');
  const question = ana.mention('#general', 'total?', { files: FILES });
  await workspace.settled();
  ana.mention('#general', 'which rose most?', { thread: question });
  await workspace.settled();
  gate.resolve();
  const told = () =>
    workspace.ephemerals(ana).filter(({ text }) => text.startsWith('The file sales.csv has no rows.'));
  await workspace.until(() => told().length > 0 && engine.asked.length === 1);
  expect(engine.asked[0]?.text).toContain('which rose most?');
  await engine.idle();
  ana.mention('#general', 'and now?');
  await workspace.until(() => engine.asked.length === 2);
  expect(told()).toHaveLength(1);
});

it('drops a question that is deleted while its file is read', async () => {
  const { begun, readTable } = slowReader();
  room = await openRoom('socket', { dependencies: { readTable } });
  const { workspace, engine } = room;
  const ana = workspace.person('ana');
  const question = ana.mention('#general', 'total?', { files: FILES });
  await workspace.settled();
  await expect.poll(() => begun.length).toBe(1);
  ana.mention('#general', 'which rose most?', { thread: question });
  await workspace.settled();
  ana.remove(question);
  await workspace.settled();
  begun[0]?.resolve();
  await workspace.until(() => engine.asked.length === 1);
  expect(engine.asked[0]?.text).toContain('which rose most?');
});

it('says so when the file is read and the engine is away', async () => {
  const { begun, readTable } = slowReader();
  room = await openRoom('socket', { dependencies: { readTable } });
  const { workspace, engine } = room;
  const ana = workspace.person('ana');
  ana.mention('#general', 'total?', { files: FILES });
  await expect.poll(() => begun.length).toBe(1);
  engine.away = 1;
  begun[0]?.resolve();
  await workspace.until(() =>
    workspace.ephemerals(ana).some(({ text }) => text.startsWith('I could not start yet')),
  );
  const other = room.another();
  await other.start(engine);
  await workspace.until(() => engine.asked.length === 1);
  await engine.idle();
  await other.stop();
});
