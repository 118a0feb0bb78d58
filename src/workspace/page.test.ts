/** The page's server side: what it shows, what it does, and that it hears of changes. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clientOf } from './bolt.fixture.ts';
import { startWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await startWorkspace({ page: { people: ['ana', 'ben'], shortcuts: [] } });
});
afterEach(() => workspace.close());

const get = (path: string) => fetch(new URL(path, workspace.pageUrl));
const state = async (query = '') =>
  (await (await get(`/page/state?${query}`)).json()) as Record<string, never>;
const act = async (fields: object) => {
  const response = await fetch(new URL('/page/act', workspace.pageUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });
  return (await response.json()) as { error: string | null };
};

it('serves its files, and nothing beside them', async () => {
  const page = await get('/');
  expect(await page.text()).toContain('<main');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  for (const file of ['page.css', 'page.js', 'blocks.js', 'message.js', 'text.js'])
    expect((await get(`/page/${file}`)).status).toBe(200);
  expect((await get('/page/..%2fpage-route.ts')).status).toBe(404);
});

it('shows what a person types, with files, and the private message only to one', async () => {
  const channel = workspace.channel('general').id;
  const files = [{ name: 'a.csv', base64: Buffer.from('a,b').toString('base64') }];
  expect(await act({ kind: 'say', as: 'ana', channel, text: '@analyst look', files })).toEqual({
    error: null,
  });
  const ana = workspace.person('ana');
  await clientOf(workspace).chat.postEphemeral({ channel, user: ana.id, text: 'secret' });
  expect(await state('as=ana')).toMatchObject({
    messages: [
      { author: 'ana', text: `<@${workspace.botUserId}> look`, files: [{ name: 'a.csv', bytes: 3 }] },
      { text: 'secret', private: true },
    ],
  });
  expect(await state('as=ben')).toMatchObject({ messages: [{ author: 'ana' }] });
});

it('says what went wrong in words', async () => {
  expect((await act({ kind: 'submit', as: 'ana', typed: {} })).error).toContain('no modal open');
  expect((await act({ kind: 'dance', as: 'ana' })).error).toContain('cannot "dance"');
});

it('does not act for another site', async () => {
  const response = await fetch(new URL('/page/act', workspace.pageUrl), {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: JSON.stringify({ kind: 'say', as: 'ana', channel: workspace.channel('general').id, text: 'x' }),
  });
  expect(response.status).toBe(403);
  expect(workspace.history(workspace.channel('general'))).toEqual([]);
});

it('is told of every change', async () => {
  const abort = new AbortController();
  const response = await fetch(new URL('/page/events', workspace.pageUrl), { signal: abort.signal });
  const reader = response.body?.getReader();
  workspace.person('ana').say('general', 'hello');
  const { value } = (await reader?.read()) ?? {};
  expect(new TextDecoder().decode(value)).toContain('event: changed');
  abort.abort();
});
