import { afterEach, describe, expect, it } from 'vitest';
import type { Row } from '../agent/report.ts';
import type { Fault } from '../workspace/faults.ts';
import type { Message } from '../workspace/types.ts';
import { BLOCKS, openRoom, type Room, type RoomOptions, reportOf } from './slack.fixture.ts';

let room: Room;
afterEach(() => room.close());

const open = async (options?: RoomOptions) => {
  room = await openRoom('socket', options);
  return room;
};
const bots = (question: Message) => room.workspace.thread(question).filter((seen) => seen.isBot);

/** Asks, waits until the run is delivered, answers what is in the thread then. */
async function ask(text = 'which rose most?') {
  const question = room.workspace.person('ana').mention('#general', text);
  await room.workspace.until(() => room.engine.asked.length > 0);
  await room.engine.idle();
  await room.workspace.settled();
  // Progress that another process showed goes a moment later.
  await room.workspace.until(() =>
    bots(question).every((seen) => seen.buttons.every((button) => button.actionId !== 'stop_run')),
  );
  return { question, seen: bots(question) };
}

describe('an answer that Slack refuses', () => {
  it('sends plain text and the picture as a file when every form with blocks is refused', async () => {
    await open();
    room.workspace.faults.add('chat.startStream', { kind: 'error', error: 'not_allowed', times: 9 });
    // Progress, then full with a picture, full without, simple.
    room.workspace.faults.add('chat.postMessage', { kind: 'error', error: 'invalid_blocks', times: 4 });
    const { seen } = await ask();
    expect(seen.map((message) => [message.blocks.length, message.files.map((file) => file.name)])).toEqual([
      [0, []],
      [0, ['chart.png', 'ranking.csv']],
    ]);
    expect(seen[0]?.text).toContain('• NVDA: 171.3% ▲ 12.5%');
  });

  it('writes to the asker directly when the channel takes nothing', async () => {
    await open();
    const ana = room.workspace.person('ana');
    room.engine.gate = Promise.resolve().then(async () => {
      room.workspace.channel('general').archived = true;
    });
    ana.mention('#general', 'which rose most?');
    await room.workspace.until(() => room.workspace.history(ana.direct).length > 0);
    expect(room.workspace.history(ana.direct)[0]?.text).toContain('171.3%');
  });
});

describe('kill -9', () => {
  const steps = ['slack:picture:2', 'slack:picture:2:ready', 'slack:post', 'slack:finish'];
  it.each(steps.flatMap((step) => [[step, 'before'] as const, [step, 'after'] as const]))(
    'one answer when killed at %s, %s its record',
    async (step, when) => {
      await open();
      room.engine.kill = { step, when };
      room.restart();
      const { seen } = await ask();
      expect(seen).toHaveLength(1);
      expect(seen[0]?.visible).toContain('171.3%');
      expect(seen[0]?.buttons.map((button) => button.text)).toContain('Re-run');
    },
  );

  it('finds its message again when it died between posting and every record of it', async () => {
    await open();
    room.workspace.faults.add('chat.startStream', { kind: 'error', error: 'not_allowed' });
    const { seen: before } = await ask();
    const runId = room.engine.asked[0] ? `run-${room.engine.asked[0].id.replaceAll(':', '-')}` : '';
    await room.store.delete(`slack:posted:${runId}:0`);
    const question = room.engine.asked[0];
    if (!question) throw new Error('nothing was asked');
    const steps = { run: async <T>(_id: string, _name: string, work: () => Promise<T>) => work() };
    await room.slack.delivery.deliver(question, reportOf(question, runId), steps);
    expect(bots(before[0]?.message as Message)).toHaveLength(1);
  });
});

describe('large answers', () => {
  it('splits what one message does not take, and sends the rest as files', async () => {
    await open();
    const rows = Array.from({ length: 60 }, (_, i) => ({
      name: `row ${i}`,
      text: 'x'.repeat(190),
      value: i,
    }));
    const table = (title: string) => ({
      kind: 'table' as const,
      title,
      columns: [{ name: 'name' }, { name: 'text' }, { name: 'value' }],
      rows,
    });
    room.engine.report = (question, runId) =>
      reportOf(question, runId, {
        blocks: [...BLOCKS, ...Array.from({ length: 12 }, (_, i) => table(`Table ${i}`))],
      });
    const { seen } = await ask();
    const refused = room.workspace.calls.filter(
      ({ method, result }) => result?.ok === false && method !== 'files.info',
    );
    expect(refused.map((call) => [call.method, call.result?.error])).toEqual([]);
    expect(seen.length).toBeGreaterThan(1);
    const titles = seen
      .flatMap((message) => [message.visible, ...message.files.map((file) => file.title)])
      .join('\n');
    for (let i = 0; i < 12; i++) expect(titles).toContain(`Table ${i}`);
    expect(seen[0]?.visible).toContain('of 60 rows');
  });
});

describe('hostile text', () => {
  const HOSTILE = [
    '<!channel> <!here> <!everyone> <!subteam^S1>',
    '<@U000000001> <#C1>',
    '<https://evil.test|click me> https://evil.test/x http://evil.test mailto:a@evil.test',
    '![x](https://evil.test/i.png) [link](https://evil.test)',
    '*bold* _it_ ~no~ `code` ```fence``` > quote',
    '&lt;!channel&gt; &amp;lt;',
    '@channel @here @everyone',
  ].join('\n');

  it('makes nothing of it active, in any form', async () => {
    await open();
    room.engine.progress = [
      { type: 'plan', turn: 1, text: HOSTILE },
      { type: 'start', id: 'a', name: HOSTILE, kind: 'tool' },
      { type: 'fail', id: 'a', name: HOSTILE, message: HOSTILE },
    ];
    const row: Row = { [HOSTILE]: HOSTILE };
    room.engine.report = (question, runId) =>
      reportOf(question, runId, {
        summary: HOSTILE,
        error: { code: 'no_data', message: HOSTILE, hint: HOSTILE },
        program: HOSTILE,
        blocks: [
          { kind: 'metric', label: HOSTILE, value: HOSTILE, unit: HOSTILE, note: HOSTILE },
          { kind: 'table', title: HOSTILE, columns: [{ name: 'a', label: HOSTILE }], rows: [{ a: HOSTILE }] },
          { kind: 'table', title: HOSTILE, columns: [{ name: 'a', label: HOSTILE }], rows: [{ a: HOSTILE }] },
          { kind: 'chart', type: 'line', title: HOSTILE, alt: HOSTILE, spec: {}, rows: [row] },
        ],
        freshness: [{ source: HOSTILE, kind: 'live' }],
      });
    for (const refusals of [0, 1, 2]) {
      const fault: Fault = { kind: 'error', error: 'invalid_blocks', times: refusals };
      if (refusals > 0) room.workspace.faults.add('chat.postMessage', fault);
      const { seen } = await ask(HOSTILE);
      room.workspace.faults.clear();
      const ana = room.workspace.person('ana');
      for (const message of seen) {
        if (message.buttons.some((button) => button.actionId === 'show_program')) {
          await ana.click(message, 'show_program');
          await room.workspace.until(() => room.workspace.calls.some((call) => call.method === 'views.open'));
        }
        expect(message.mentions, `after ${refusals} refusals`).toEqual([]);
        expect(message.links, `after ${refusals} refusals`).toEqual([]);
      }
    }
    expect(room.workspace.notes).toEqual([]);
    expect(room.logs.join('\n')).not.toContain('evil.test');
  });
});

describe('progress', () => {
  it('streams a plan, survives the end of the stream, and leaves no trace', async () => {
    await open();
    const gate = Promise.withResolvers<void>();
    room.engine.gate = gate.promise;
    const question = room.workspace.person('ana').mention('#general', 'which rose most?');
    await room.workspace.until(() => bots(question)[0]?.tasks[0]?.status === 'complete');
    expect(room.workspace.calls.map((call) => call.method)).toContain('assistant.threads.setStatus');
    const [plan] = bots(question);
    if (!plan) throw new Error('no plan');
    expect(plan.visible).toContain('Fetch and compare');
    room.workspace.expireStream(plan);
    const asked = room.engine.asked[0];
    room.slack.progress.emit(`run-${asked?.id.replaceAll(':', '-')}`, {
      type: 'start',
      id: 'b',
      name: 'query prices',
      kind: 'tool',
    });
    await room.workspace.until(() => bots(question)[0]?.visible.includes('Query prices'));
    expect(bots(question)).toHaveLength(1);
    expect(bots(question)[0]?.buttons.map((button) => button.actionId)).toEqual(['stop_run']);
    gate.resolve();
    await room.engine.idle();
    expect(bots(question)).toHaveLength(1);
    expect(bots(question)[0]?.tables).toHaveLength(1);
    expect(room.workspace.status(question).status).toBe('');
  });
});
