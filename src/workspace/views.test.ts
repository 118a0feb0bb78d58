/** Modals: triggers, the rules of a view, and writing over a newer one. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Attached, attach, clientOf, refusal } from './bolt.fixture.ts';

let attached: Attached | undefined;
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
describe('modals and triggers', () => {
  const open = async (options = {}) => {
    const triggers: string[] = [];
    attached = await attach(
      'socket',
      (app) => {
        app.shortcut('go', async ({ ack, shortcut }) => {
          triggers.push(shortcut.trigger_id);
          await ack();
        });
      },
      options,
    );
    const { workspace } = attached;
    const ana = workspace.person('ana');
    await ana.shortcut('go');
    return { ana, client: clientOf(workspace), trigger_id: triggers[0] ?? '' };
  };
  const section = (text: string) => ({ type: 'section', text: plain(text) });

  it('a trigger is good once', async () => {
    const { client, trigger_id } = await open();
    await client.views.open({ trigger_id, view: modal() });
    expect((await refusal(client.views.open({ trigger_id, view: modal() }))).error).toBe(
      'exchanged_trigger_id',
    );
    expect((await refusal(client.views.open({ trigger_id: '1.2', view: modal() }))).error).toBe(
      'invalid_trigger_id',
    );
  });

  it('a trigger expires', async () => {
    const { client, trigger_id } = await open({ triggerTtlMs: -1 });
    expect((await refusal(client.views.open({ trigger_id, view: modal() }))).error).toBe(
      'expired_trigger_id',
    );
  });

  it.each([
    [
      'a title of 25',
      { title: plain('x'.repeat(25)) },
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    [
      '101 blocks',
      { blocks: Array.from({ length: 101 }, () => section('x')) },
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [
      'metadata of 3001',
      { private_metadata: 'x'.repeat(3_001) },
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    ['inputs without submit', { blocks: [reason] }, 'missing required field: submit [json-pointer:/view]'],
    [
      'a table',
      { blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }] },
      'unsupported type: table [json-pointer:/view/blocks/0/type]',
    ],
  ])('refuses %s', async (_, more, message) => {
    const { client, trigger_id } = await open();
    const refused = await refusal(client.views.open({ trigger_id, view: modal(more) as never }));
    expect(refused).toMatchObject({
      error: 'invalid_arguments',
      messages: expect.arrayContaining([`[ERROR] ${message}`]),
    });
  });

  it('an update with an old hash conflicts', async () => {
    const { client, trigger_id, ana } = await open();
    const { view } = await client.views.open({ trigger_id, view: modal() });
    const old = { view_id: view?.id ?? '', hash: view?.hash ?? '' };
    await client.views.update({ ...old, view: modal({ blocks: [section('one')] }) });
    expect(
      (await refusal(client.views.update({ ...old, view: modal({ blocks: [section('two')] }) }))).error,
    ).toBe('hash_conflict');
    expect(JSON.stringify(ana.modal.view.blocks)).toContain('one');
    await ana.dismiss();
    expect((await refusal(client.views.update({ view_id: old.view_id, view: modal() }))).error).toBe(
      'not_found',
    );
  });
});
