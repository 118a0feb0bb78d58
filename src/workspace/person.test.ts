/** People and the real Bolt app: what is pressed, typed and filled in arrives, over either transport. */
import type { App } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { type Attached, attach, clientOf, refusal } from './bolt.fixture.ts';

let attached: Attached | undefined;
const start = async (transport: 'socket' | 'http', set: (app: App) => void, options = {}) => {
  attached = await attach(transport, set, options);
  return {
    ...attached,
    ana: attached.workspace.person('ana'),
    general: attached.workspace.channel('general'),
  };
};
afterEach(async () => {
  await attached?.stop();
  attached = undefined;
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const modal = (more = {}) => ({ type: 'modal' as const, title: plain('Program'), blocks: [], ...more });
const reason = {
  type: 'input' as const,
  block_id: 'why',
  label: plain('What was wrong?'),
  element: { type: 'plain_text_input' as const, action_id: 'reason', max_length: 20 },
};
const answer = {
  text: 'Done',
  blocks: [
    {
      type: 'actions' as const,
      block_id: 'buttons',
      elements: [
        { type: 'button' as const, text: plain('Program'), action_id: 'program', value: 'run-1' },
        { type: 'button' as const, text: plain('Again'), action_id: 'again', style: 'primary' as const },
      ],
    },
    {
      type: 'context_actions' as const,
      elements: [
        {
          type: 'feedback_buttons' as const,
          action_id: 'feedback',
          positive_button: { text: plain('Good'), value: 'up' },
          negative_button: { text: plain('Bad'), value: 'down' },
        },
      ],
    },
  ],
};

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  it('a button opens a modal, which is filled in, refused, corrected and closed', async () => {
    const got: string[] = [];
    const { workspace, ana, general, app } = await start(transport, (app) => {
      app.action('program', async ({ ack, body, action, client }) => {
        await ack();
        if (body.type !== 'block_actions' || action.type !== 'button') return;
        got.push(`${action.value} by ${body.user.id} on ${body.message?.ts}`);
        await client.views.open({
          trigger_id: body.trigger_id,
          view: modal({ callback_id: 'why', submit: plain('Send'), blocks: [reason] }),
        });
      });
      app.view('why', async ({ ack, view }) => {
        const value = view.state.values.why?.reason?.value;
        if (value === 'bad') return ack({ response_action: 'errors', errors: { why: 'Say more' } });
        got.push(String(value));
        await ack();
      });
    });
    const { ts } = await app.client.chat.postMessage({ channel: general.id, ...answer });
    const [message] = workspace.history(general);
    if (!message) throw new Error('no message');
    expect(message.buttons.map((button) => button.text)).toEqual(['Program', 'Again', 'Good', 'Bad']);
    expect(await ana.click(message, 'program')).toEqual({ acknowledged: true, error: null });
    await workspace.until(() => workspace.world.modals.get(ana.id)?.length);
    await expect(ana.submit()).rejects.toThrow('wants an answer');
    await expect(ana.submit({ reason: 'x'.repeat(21) })).rejects.toThrow('at most 20');
    await ana.submit({ reason: 'bad' });
    expect(ana.modal.errors).toEqual({ why: 'Say more' });
    await ana.submit({ reason: 'units missing' });
    expect(() => ana.modal).toThrow('no modal');
    expect(got).toEqual([`run-1 by ${ana.id} on ${ts}`, 'units missing']);
    await expect(ana.click(message, 'nothing')).rejects.toThrow('nothing to press');
  });

  it('feedback carries the value that was pressed', async () => {
    const got: unknown[] = [];
    const { workspace, ana, general, app } = await start(transport, (app) => {
      app.action('feedback', async ({ ack, action }) => {
        got.push((action as { value?: string }).value);
        await ack();
      });
    });
    await app.client.chat.postMessage({ channel: general.id, ...answer });
    const [message] = workspace.history(general);
    if (message) await ana.click(message, 'feedback', 'down');
    expect(got).toEqual(['down']);
  });

  it('a command answers only the person, even where the bot is no member', async () => {
    const { workspace, ana } = await start(transport, (app) => {
      app.command('/ask', async ({ ack, command, respond }) => {
        await ack({ text: 'One moment' });
        await respond({ text: `${command.text} in ${command.channel_name}`, response_type: 'in_channel' });
      });
    });
    expect(await ana.command('/ask', 'compare', '#random')).toMatchObject({ acknowledged: true });
    await workspace.until(() => workspace.history(workspace.channel('random')).length === 1);
    expect(workspace.ephemerals(ana).map((one) => one.text)).toEqual(['One moment']);
    expect(workspace.ephemerals(workspace.person('ben'))).toEqual([]);
    expect(workspace.history(workspace.channel('random'))[0]?.text).toBe('compare in random');
  });

  it('shortcuts, App Home, edits and deletions', async () => {
    const got: string[] = [];
    const { workspace, ana } = await start(transport, (app) => {
      app.shortcut('analyse', async ({ ack, shortcut }) => {
        got.push(shortcut.type);
        await ack();
      });
      app.event('app_home_opened', async ({ event, client }) => {
        if (event.tab !== 'home') return;
        await client.views.publish({
          user_id: event.user,
          view: { type: 'home', blocks: [{ type: 'header', text: plain('Hello') }] },
        });
      });
      app.event('message', async ({ event }) => void got.push(event.subtype ?? 'message'));
    });
    const message = ana.say('general', 'numbers');
    await workspace.settled();
    ana.edit(message, 'other numbers');
    await workspace.settled();
    ana.remove(message);
    await workspace.settled();
    expect(got).toEqual(['message', 'message_changed', 'message_deleted']);
    await ana.shortcut('analyse');
    const kept = ana.say('general', 'more numbers');
    await ana.shortcut('analyse', kept);
    await workspace.settled();
    expect(got.slice(3).sort()).toEqual(['message', 'message_action', 'shortcut']);
    ana.openApp();
    await workspace.until(() => ana.home);
    expect(ana.home?.view.blocks[0]?.type).toBe('header');
    await workspace.settled();
  });

  it('an app that does not answer leaves a warning sign', async () => {
    const { ana } = await start(transport, () => undefined, { ackMs: 100 });
    const reply = await ana.shortcut('unknown');
    expect(reply.acknowledged).toBe(false);
  });

  it('loops can be tried: the bot hears itself and other bots, marked as bots', async () => {
    const heard: { bot: string | undefined; own: boolean }[] = [];
    const { workspace, general, app } = await start(
      transport,
      (bolt) => {
        bolt.event('message', async ({ event, context }) => {
          const { bot_id, user } = event as { bot_id?: string; user?: string };
          heard.push({ bot: bot_id, own: user === context.botUserId });
        });
      },
      { events: ['message.channels'] },
    );
    const other = workspace.person('ci', { bot: true });
    other.mention('general', 'build failed');
    await app.client.chat.postMessage({ channel: general.id, text: `<@${workspace.botUserId}> me` });
    await workspace.settled();
    expect(workspace.deliveries).toHaveLength(2);
    // Bolt's ignoreSelf drops the app's own message; the other bot's arrives with its bot_id.
    expect(heard).toEqual([{ bot: other.user.botId, own: false }]);
  });
});

describe('several workspaces', () => {
  it('each has its own token and sees only its own', async () => {
    const { workspace } = await start('socket', () => undefined);
    const globex = workspace.addTeam('Globex');
    const theirs = workspace.channel('general', { team: globex });
    const client = clientOf(workspace, globex.botToken);
    expect(await client.auth.test()).toMatchObject({ team_id: globex.id, user_id: globex.botUserId });
    await client.chat.postMessage({ channel: theirs.id, text: 'x' });
    const foreign = await refusal(
      client.chat.postMessage({ channel: workspace.channel('general').id, text: 'x' }),
    );
    expect(foreign.error).toBe('channel_not_found');
    workspace.uninstall(globex);
    expect((await refusal(client.auth.test())).error).toBe('account_inactive');
    expect(workspace.deliveries.map((one) => one.type)).toEqual([
      'message',
      'tokens_revoked',
      'app_uninstalled',
    ]);
  });

  it('somebody of another company is marked as such', async () => {
    const { workspace } = await start('socket', () => undefined, { events: ['app_mention'] });
    const shared = workspace.channel('with-globex', { shared: true });
    workspace.person('eve', { external: true }).mention(shared, 'show me');
    await workspace.settled();
    const body = workspace.deliveries[0]?.body as {
      is_ext_shared_channel: boolean;
      event: { user_team: string };
    };
    expect(body.is_ext_shared_channel).toBe(true);
    expect(body.event.user_team).not.toBe(workspace.team.id);
  });
});

describe('what a reader sees', () => {
  it('finds everything that acts by itself', async () => {
    const { workspace, general } = await start('socket', () => undefined);
    const client = clientOf(workspace);
    await client.chat.postMessage({
      channel: general.id,
      text: 'hello <!channel>',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: '<@U012> <https://evil.example|here>' } },
        { type: 'section', text: plain('<!here> https://harmless.example') },
        { type: 'markdown', text: '![x](https://pixel.example/a.png)' },
        { type: 'table', rows: [[{ type: 'raw_text', text: '<!everyone>' }]] },
      ] as never,
    });
    const [seen] = workspace.history(general);
    expect(seen?.mentions).toEqual(['<!channel>', '<@U012>']);
    expect(seen?.links).toEqual(['https://evil.example', 'https://pixel.example/a.png']);
    expect(seen?.tables).toEqual([[['<!everyone>']]]);
  });
});
