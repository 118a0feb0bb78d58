/** Installing by OAuth, and proving the address for events, with the real Bolt receiver. */
import { afterEach, expect, it } from 'vitest';
import { type Attached, attach, clientOf, refusal } from './bolt.fixture.ts';
import { signature } from './http-events.ts';
import { startWorkspace } from './workspace.ts';

let attached: Attached | undefined;
afterEach(async () => {
  await attached?.stop();
  attached = undefined;
});

it('a code is good once and carries the token of its team', async () => {
  const workspace = await startWorkspace();
  const globex = workspace.addTeam('Globex', { installed: false });
  const back = 'http://127.0.0.1:1/slack/oauth_redirect';
  const page = new URL('/oauth/v2/authorize', workspace.pageUrl);
  page.search = new URLSearchParams({
    redirect_uri: back,
    state: 's1',
    scope: 'chat:write',
    team: globex.id,
  }).toString();
  const answer = await fetch(page, { redirect: 'manual' });
  const target = new URL(answer.headers.get('location') ?? '');
  expect(target.origin + target.pathname).toBe(back);
  expect(target.searchParams.get('state')).toBe('s1');
  const code = target.searchParams.get('code') ?? '';
  const client = clientOf(workspace, '');
  const access = await client.oauth.v2.access({ code, client_id: '1', client_secret: 's' });
  expect(access).toMatchObject({
    access_token: globex.botToken,
    scope: 'chat:write',
    team: { id: globex.id },
  });
  expect((await refusal(client.oauth.v2.access({ code, client_id: '1', client_secret: 's' }))).error).toBe(
    'invalid_code',
  );
  await workspace.close();
});

it('the address for events proves itself, and refuses what is not signed', async () => {
  attached = await attach('http', () => undefined);
  const { workspace } = attached;
  expect(await workspace.verifyUrl()).toBe(true);
  const body = JSON.stringify({ type: 'event_callback', event: { type: 'app_mention' } });
  const headers = { 'content-type': 'application/json', ...signature('another secret', body) };
  const response = await fetch(workspace.eventsUrl ?? '', { method: 'POST', headers, body });
  expect(response.status).toBe(401);
});
