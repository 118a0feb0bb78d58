import { afterEach, describe, expect, it } from 'vitest';
import { AnalystError } from '../agent/errors.ts';
import type { Seen } from '../workspace/seen.ts';
import type { Message } from '../workspace/types.ts';
import { BLOCKS, openRoom, type Room, type RoomOptions, reportOf } from './slack.fixture.ts';

let room: Room;
afterEach(() => room.close());

const bots = (question: Message) => room.workspace.thread(question).filter((seen) => seen.isBot);

/** A room with one answered question of Ana's. */
async function answered(options?: RoomOptions, transport: 'socket' | 'http' = 'socket') {
  room = await openRoom(transport, options);
  const ana = room.workspace.person('ana');
  const question = ana.mention('#general', 'which rose most?');
  await room.workspace.until(() => bots(question).some((seen) => seen.tables.length > 0));
  await room.engine.idle();
  const answer = bots(question)[0];
  if (!answer) throw new Error('no answer');
  return { ana, question, answer, ...room };
}

describe.each(['socket', 'http'] as const)('the buttons of an answer over %s', (transport) => {
  it('Program shows program, calls and receipt', async () => {
    const { ana, answer, workspace } = await answered({}, transport);
    expect(await ana.click(answer, 'show_program')).toMatchObject({ acknowledged: true });
    await workspace.until(() => workspace.world.modals.get(ana.id)?.length);
    const text = JSON.stringify(ana.modal.view);
    expect(text).toContain('return 1 + 1;');
    expect(text).toContain('query prices (cached, 3 rows)');
    expect(text).toContain('900 in, 100 out');
  });

  it('CSV brings every row of tables and charts into the thread, once', async () => {
    const { ana, answer, question, workspace } = await answered({}, transport);
    await ana.click(answer, 'upload_csv');
    await workspace.until(() => bots(question).some((seen) => seen.files.length === 3));
    const files = bots(question).flatMap((seen) => seen.files);
    expect(files.map((file) => file.name)).toEqual(['metrics.csv', 'ranking.csv', 'indexed-to-100.csv']);
    expect(files[1]?.content.toString()).toBe('\uFEFFticker,return\r\nNVDA,171.3\r\nMSFT,12.1\r\n');
    await ana.click(answer, 'upload_csv');
    await workspace.until(() => workspace.ephemerals(ana).length === 1);
    expect(workspace.ephemerals(ana)[0]?.text).toBe('The full data is in the thread.');
    expect(bots(question).filter((seen) => seen.files.length > 0)).toHaveLength(1);
  });

  it('Re-run runs the same program without a model and says what changed', async () => {
    const { ana, answer, question, workspace, engine } = await answered({}, transport);
    engine.report = (asked, runId) =>
      reportOf(asked, runId, {
        blocks: [{ kind: 'metric', label: 'NVDA', value: 180, unit: '%' }, ...BLOCKS.slice(1)],
      });
    await ana.click(answer, 'run_again');
    await workspace.until(() => bots(question).some((seen) => seen.visible.includes('Since the last run')));
    expect(engine.asked.at(-1)).toMatchObject({
      program: 'return 1 + 1;',
      rerun: expect.stringContaining('run-'),
    });
    expect(bots(question).at(-1)?.visible).toContain('• NVDA: 171.3% → 180% (+5.1%)');
  });

  it('a thumb is kept, and its reason asked for', async () => {
    const { ana, answer, workspace, store } = await answered({}, transport);
    const thumb = answer.buttons.find((button) => button.value?.startsWith('bad:'))?.value ?? '';
    await ana.click(answer, 'feedback', thumb);
    await workspace.until(() => workspace.world.modals.get(ana.id)?.length);
    await ana.submit({ text: 'The period is wrong.' });
    const [key] = await store.keys('slack:feedback:');
    expect(await store.get(key ?? '')).toMatchObject({
      verdict: 'bad',
      reason: 'The period is wrong.',
      user: ana.id,
    });
  });
});

describe('private answers', () => {
  it('come as a direct message and are shared by their asker alone', async () => {
    room = await openRoom('socket');
    const { workspace } = room;
    const [ana] = [workspace.person('ana')];
    expect(await ana.command('/ask', '--private which rose most?', '#general')).toMatchObject({
      acknowledged: true,
    });
    expect(workspace.ephemerals(ana)[0]?.text).toContain('direct message');
    const withTable = (seen: Seen[]) => seen.find((message) => message.tables.length > 0);
    const answer = await workspace.until(() => withTable(workspace.history(ana.direct)));
    expect(workspace.history(ana.channel('general'))).toEqual([]);
    await ana.click(answer, 'share_answer');
    const shared = await workspace.until(() => withTable(workspace.history(ana.channel('general'))));
    expect(shared.images).toHaveLength(1);
    expect(shared.buttons.map((button) => button.actionId)).not.toContain('share_answer');
    await ana.click(answer, 'share_answer');
    await workspace.settled();
    expect(workspace.history(ana.channel('general'))).toHaveLength(1);
  });
});

describe('who may ask', () => {
  it('denies people who are not on the list, once, and their clicks', async () => {
    room = await openRoom('socket');
    const allowed = room.workspace.person('ana').id;
    await room.close();
    const { ana, answer, workspace, engine } = await answered({
      settings: { access: { teams: [], channels: [], users: [allowed], allowExternal: false } },
    });
    expect(ana.id).toBe(allowed);
    const bo = workspace.person('bo');
    bo.mention('#general', 'and me?');
    await workspace.until(() => workspace.ephemerals(bo).length === 1);
    await bo.click(answer, 'show_program');
    await workspace.until(() => workspace.ephemerals(bo).length === 2);
    await workspace.settled();
    expect(workspace.ephemerals(bo).map((seen) => seen.text)).toEqual([
      'You are not on the list of people I may answer. Ask whoever runs me to add it.',
      'You are not on the list of people I may answer. Ask whoever runs me to add it.',
    ]);
    expect(workspace.world.modals.get(bo.id) ?? []).toEqual([]);
    expect(engine.asked).toHaveLength(1);
  });

  it('denies channels shared with other companies, to their people and to ours', async () => {
    room = await openRoom('socket');
    const { workspace, engine } = room;
    const shared = workspace.channel('partners', { shared: true });
    const stranger = workspace.person('eve', { external: true });
    const ana = workspace.person('ana');
    stranger.mention(shared, 'which rose most?');
    ana.mention(shared, 'which rose most?');
    await workspace.until(
      () => workspace.ephemerals(ana).length + workspace.ephemerals(stranger).length === 2,
    );
    await ana.command('/ask', 'which rose most?', shared);
    await workspace.settled();
    expect(engine.asked).toEqual([]);
    expect(workspace.history(shared).filter((seen) => seen.isBot)).toEqual([]);
    expect(workspace.ephemerals(ana).at(-1)?.text).toContain('shared with other companies');
  });

  it('keeps to the limits of a person, in words', async () => {
    const allowance = { concurrent: 1, perHour: 2, tokensPerDay: 1_000_000 };
    const limits = { user: allowance, team: { concurrent: 9, perHour: 9, tokensPerDay: 9e9 } };
    const { ana, workspace, engine } = await answered({ settings: { limits } });
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    ana.mention('#general', 'second');
    await workspace.until(() => engine.asked.length === 2);
    ana.mention('#general', 'third');
    await workspace.until(() => workspace.ephemerals(ana).length === 1);
    gate.resolve();
    await engine.idle();
    ana.mention('#general', 'fourth');
    await workspace.until(() => workspace.ephemerals(ana).length === 2);
    expect(workspace.ephemerals(ana).map((seen) => seen.text)).toEqual([
      'You have 1 question running already. Wait for an answer, or stop one of them.',
      expect.stringMatching(
        /^You have asked 2 questions in the last hour, which is the limit\. Ask again in \d+ minutes\.$/,
      ),
    ]);
    expect(engine.asked).toHaveLength(2);
  });
});

describe('entries', () => {
  it('shows a Home with sources, questions and usage', async () => {
    const { ana, workspace } = await answered({
      dependencies: {
        capabilities: async () => [{ name: 'Prices', description: 'Daily closes', state: 'ready' }],
      },
    });
    ana.openApp('home');
    await workspace.until(() => ana.home);
    const text = JSON.stringify(ana.home?.view);
    for (const part of ['Prices', 'which rose most?', '1 of 100 questions', '1,000 of 1,000,000 tokens']) {
      expect(text).toContain(part);
    }
    ana.openApp('messages');
    await workspace.until(() =>
      workspace.calls.some((call) => call.method === 'assistant.threads.setSuggestedPrompts'),
    );
    await ana.click(ana.home as NonNullable<typeof ana.home>, 'ask_suggested_1');
    await workspace.until(() => workspace.history(ana.direct).some((seen) => seen.tables.length > 0));
  });

  it('analyses a message by its shortcut', async () => {
    room = await openRoom('http');
    const { workspace, engine } = room;
    const message = workspace.person('bo').say('#general', 'NVDA beat MSFT by far');
    expect(await workspace.person('ana').shortcut('analyse_message', message)).toMatchObject({
      acknowledged: true,
    });
    await workspace.until(() => bots(message).some((seen) => seen.tables.length > 0));
    expect(engine.asked[0]?.text).toBe('Analyse this message:\nNVDA beat MSFT by far');
  });

  it('says where it is not when a command is typed there', async () => {
    room = await openRoom('socket');
    const ana = room.workspace.person('ana');
    await ana.command('/ask', 'which rose most?', '#random');
    expect(room.workspace.ephemerals(ana)[0]?.text).toContain('Invite me first');
    expect(room.engine.asked).toEqual([]);
  });

  it('reads an attached file into a table, for the whole thread', async () => {
    room = await openRoom('socket', {
      dependencies: {
        readTable: async (bytes, filename) => {
          const [head = '', ...lines] = Buffer.from(bytes).toString().trim().split('\n');
          if (lines.length === 0) throw new AnalystError('bad_input', `The file ${filename} has no rows.`);
          const rows = lines.map((line) => ({ [head]: line }));
          return { columns: [{ name: head, type: 'VARCHAR' }], rows };
        },
      },
    });
    const { workspace, engine, store } = room;
    const ana = workspace.person('ana');
    const question = ana.mention('#general', 'total?', {
      files: [{ name: 'Sales 2026.csv', content: 'a\n1\n2\n' }],
    });
    await workspace.until(() => bots(question).some((seen) => seen.tables.length > 0));
    const [table] = engine.asked[0]?.tables ?? [];
    expect(table).toMatchObject({ name: 'sales_2026', file: 'Sales 2026.csv', rowCount: 2 });
    expect(await store.get(table?.key ?? '')).toEqual([{ a: '1' }, { a: '2' }]);
    await engine.idle();
    ana.say('#general', 'and the mean?', { thread: question });
    await workspace.until(() => engine.asked.length === 2);
    expect(engine.asked[1]?.tables).toEqual([table]);
    for (const [name, content, reason] of [
      ['notes.pdf', 'x', 'I cannot read the file notes.pdf.'],
      ['empty.csv', 'a\n', 'The file empty.csv has no rows.'],
      ['large.csv', 'a\n'.repeat(600_000), 'The file large.csv is too large'],
    ] as const) {
      ana.mention('#general', 'total?', { files: [{ name, content }] });
      await workspace.until(() => workspace.ephemerals(ana).some((seen) => seen.text.startsWith(reason)));
    }
    expect(engine.asked).toHaveLength(2);
  });
});

describe('running it', () => {
  it('serves health, metrics and the engine, and drains', async () => {
    const { url, slack, workspace, question } = { ...(await answered()), ...room };
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('slack_questions_total{by="started"} 1');
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
    await slack.stop();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(workspace.thread(question)).toHaveLength(2);
  });

  it('refuses unsigned and replayed-by-others requests', async () => {
    room = await openRoom('http');
    const response = await fetch(`${room.url}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-slack-signature': 'v0=0',
        'x-slack-request-timestamp': '1',
      },
      body: JSON.stringify({ type: 'event_callback' }),
    });
    expect(response.status).toBe(401);
    expect(room.engine.asked).toEqual([]);
  });

  it('names a wrong token at start', async () => {
    room = await openRoom('socket');
    await expect(openRoom('socket', { settings: { botToken: 'xoxb-wrong' } })).rejects.toThrow(
      'Slack does not accept the bot token.',
    );
  });

  it('logs no text of a message', async () => {
    await answered();
    expect(room.logs.join('\n')).not.toContain('which rose most');
  });
});
