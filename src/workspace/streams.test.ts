import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientOf, refusal } from './bolt.fixture.ts';
import type { Message } from './types.ts';
import { startWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let client: WebClient;
let question: Message;
let place: { channel: string; thread_ts: string; recipient_user_id: string; recipient_team_id: string };
beforeEach(async () => {
  workspace = await startWorkspace();
  client = clientOf(workspace);
  const ana = workspace.person('ana');
  question = ana.mention('general', 'compare');
  place = {
    channel: question.channel,
    thread_ts: question.ts,
    recipient_user_id: ana.id,
    recipient_team_id: workspace.team.id,
  };
});
afterEach(() => workspace.close());

const start = async (more = {}) => {
  const { ts = '' } = await client.chat.startStream({ ...place, ...more });
  return { channel: place.channel, ts };
};
const task = (id: string, status: string, more = {}) =>
  ({ type: 'task_update', id, title: `Fetch ${id}`, status, ...more }) as never;
const last = () => workspace.thread(question).at(-1);

describe('a stream', () => {
  it('shows its tasks as they change, in one plan, and its text at the end', async () => {
    const stream = await start({
      task_display_mode: 'plan',
      chunks: [{ type: 'plan_update', title: 'Plan' }],
    });
    await client.chat.appendStream({
      ...stream,
      chunks: [task('AAPL', 'in_progress'), task('MSFT', 'pending')],
    });
    await client.chat.appendStream({ ...stream, chunks: [task('AAPL', 'complete', { output: '250 days' })] });
    expect(last()?.stream).toBe('in_progress');
    expect(last()?.tasks.map(({ id, status }) => [id, status])).toEqual([
      ['AAPL', 'complete'],
      ['MSFT', 'pending'],
    ]);
    expect(last()?.blocks.map((block) => block.type)).toEqual(['plan']);
    await client.chat.stopStream({ ...stream, chunks: [{ type: 'markdown_text', text: 'Done.' }] });
    expect(last()).toMatchObject({ stream: 'completed', text: 'Done.' });
    expect(last()?.visible).toContain('250 days');
  });

  it('works through the helper of the official client', async () => {
    const helper = client.chatStream({ ...place, buffer_size: 4 });
    await helper.append({ markdown_text: 'Hello ' });
    await helper.append({ markdown_text: 'world' });
    await helper.stop({ blocks: [{ type: 'divider' }] });
    expect(last()).toMatchObject({ text: 'Hello world', stream: 'completed' });
  });

  it('wants a thread, and a recipient outside a direct conversation', async () => {
    const { recipient_team_id, recipient_user_id, ...bare } = place;
    expect((await refusal(client.chat.startStream(bare))).error).toBe('missing_recipient_team_id');
    expect((await refusal(client.chat.startStream({ ...bare, recipient_team_id }))).error).toBe(
      'missing_recipient_user_id',
    );
    expect(
      (await refusal(client.apiCall('chat.startStream', { ...place, thread_ts: undefined }))).error,
    ).toBe('invalid_arguments');
    const dm = workspace.person('ana').dm('hello');
    expect((await refusal(client.chat.startStream({ channel: dm.channel, thread_ts: dm.ts }))).error).toBe(
      'accepted',
    );
    expect(recipient_user_id).toBeTruthy();
  });

  it('does not mix text and chunks', async () => {
    const text = await start({ markdown_text: 'x' });
    const chunks = await start({ chunks: [task('A', 'pending')] });
    const mixed = [
      client.chat.appendStream({ ...text, chunks: [task('A', 'pending')] }),
      client.chat.appendStream({ ...chunks, markdown_text: 'x' }),
    ];
    for (const call of mixed) expect((await refusal(call)).error).toBe('streaming_mode_mismatch');
  });

  it('refuses chunks that break a rule', async () => {
    const stream = await start();
    const cases: object[] = [
      { type: 'task_update', id: 'A', title: 'x'.repeat(257), status: 'pending' },
      { type: 'task_update', id: 'A', title: 'x', status: 'running' },
      { type: 'plan_update', title: 'x'.repeat(257) },
      { type: 'plan' },
    ];
    for (const chunk of cases) {
      expect((await refusal(client.chat.appendStream({ ...stream, chunks: [chunk as never] }))).error).toBe(
        'invalid_chunks',
      );
    }
    const blocks = {
      type: 'blocks',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    };
    expect((await refusal(client.chat.appendStream({ ...stream, chunks: [blocks as never] }))).error).toBe(
      'invalid_blocks',
    );
    expect(
      (await refusal(client.chat.appendStream({ ...stream, markdown_text: 'x'.repeat(12_001) }))).error,
    ).toBe('msg_too_long');
  });

  it('cannot be edited or deleted while it is open', async () => {
    const stream = await start({ markdown_text: 'x' });
    expect((await refusal(client.chat.update({ ...stream, text: 'y' }))).error).toBe(
      'streaming_state_conflict',
    );
    expect((await refusal(client.chat.delete(stream))).error).toBe('cant_delete_message');
    await client.chat.stopStream(stream);
    await client.chat.update({ ...stream, text: 'y', blocks: [] });
    expect(last()).toMatchObject({ text: 'y', visible: 'y' });
    expect((await refusal(client.chat.appendStream({ ...stream, markdown_text: 'z' }))).error).toBe(
      'message_not_in_streaming_state',
    );
  });

  it('expires, and can be edited then', async () => {
    const stream = await start({ markdown_text: 'x' });
    const seen = last();
    if (seen) workspace.expireStream(seen);
    for (const call of [
      client.chat.appendStream({ ...stream, markdown_text: 'y' }),
      client.chat.stopStream(stream),
    ]) {
      expect((await refusal(call)).error).toBe('message_not_in_streaming_state');
    }
    await client.chat.update({ ...stream, text: 'y' });
    expect(last()?.text).toBe('y');
  });

  it('expires by itself', async () => {
    const brief = await startWorkspace({ streamExpiresMs: 0 });
    const dm = brief.person('ana').dm('x');
    const quick = clientOf(brief);
    const { ts = '' } = await quick.chat.startStream({
      channel: dm.channel,
      thread_ts: dm.ts,
      markdown_text: 'x',
    });
    expect((await refusal(quick.chat.stopStream({ channel: dm.channel, ts }))).error).toBe(
      'message_not_in_streaming_state',
    );
    await brief.close();
  });

  it('is ended by the native stop button, which is only there when something runs', async () => {
    const ana = workspace.person('ana');
    expect(() => ana.stop(question)).toThrow('no stop button');
    const stream = await start({ markdown_text: 'x' });
    ana.stop(question);
    expect((await refusal(client.chat.appendStream({ ...stream, markdown_text: 'y' }))).error).toBe(
      'stopped_by_user',
    );
    const event = workspace.deliveries.find((one) => one.type === 'agent_session_stopped')?.body.event;
    expect(event).toMatchObject({ user: ana.id, thread_ts: question.ts, streaming_message_ts: [stream.ts] });
  });
});

describe('the signs of work', () => {
  it('has a status until the next message', async () => {
    const at = { channel_id: place.channel, thread_ts: place.thread_ts };
    await client.assistant.threads.setStatus({ ...at, status: 'is thinking', loading_messages: ['Reading'] });
    expect(workspace.status(question)).toMatchObject({ status: 'is thinking', loadingMessages: ['Reading'] });
    const many = Array.from({ length: 11 }, () => 'x');
    expect(
      (await refusal(client.assistant.threads.setStatus({ ...at, status: 'x', loading_messages: many })))
        .error,
    ).toBe('invalid_arguments');
    await client.chat.postMessage({ channel: place.channel, thread_ts: place.thread_ts, text: 'done' });
    expect(workspace.status(question).status).toBe('');
  });

  it('has sessions, prompts and titles', async () => {
    const at = { channel_id: place.channel, thread_ts: place.thread_ts };
    await client.agents.sessions.setStatus({ ...at, status: 'processing' });
    expect(workspace.status(question).session).toBe('processing');
    expect((await refusal(client.agents.sessions.setStatus({ ...at, status: 'busy' }))).error).toBe(
      'invalid_arguments',
    );
    const dm = workspace.person('ana').direct.id;
    const prompts = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ title: `t${i}`, message: 'm' }));
    await client.assistant.threads.setSuggestedPrompts({ channel_id: dm, prompts: prompts(4) });
    expect(workspace.world.status(dm, undefined).prompts).toHaveLength(4);
    expect(
      (await refusal(client.assistant.threads.setSuggestedPrompts({ channel_id: dm, prompts: prompts(5) })))
        .error,
    ).toBe('invalid_arguments');
  });
});
