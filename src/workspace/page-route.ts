/**
 * What the page asks of the server: its three files, a snapshot, a line that tells when to look again, and
 * what the person at the page does. On loopback, for development: it acts as any person without asking.
 */
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { AnalystError } from '../agent/errors.ts';
import { sendJson } from './api.ts';
import { isFields } from './arguments.ts';
import { snapshot } from './page-state.ts';
import { type Route, readBody } from './server.ts';
import type { Fields, Message, StoredView } from './types.ts';
import { fileJson } from './wire.ts';
import type { Workspace } from './workspace.ts';

export interface PageOptions {
  /** People who can be played. */
  people: readonly string[];
  /** The app's message shortcuts. */
  shortcuts: readonly { name: string; callbackId: string }[];
}

const ASSETS: Record<string, { file: URL; type: string }> = {
  '/': { file: new URL('./page/index.html', import.meta.url), type: 'text/html' },
  '/page/page.css': { file: new URL('./page/page.css', import.meta.url), type: 'text/css' },
  '/page/page.js': { file: new URL('./page/page.js', import.meta.url), type: 'text/javascript' },
  '/page/blocks.js': { file: new URL('./page/blocks.js', import.meta.url), type: 'text/javascript' },
  '/page/message.js': { file: new URL('./page/message.js', import.meta.url), type: 'text/javascript' },
  '/page/text.js': { file: new URL('./page/text.js', import.meta.url), type: 'text/javascript' },
};

export function pageRoutes(workspace: Workspace, options: PageOptions): Route[] {
  return [asset, events(workspace), file(workspace), state(workspace, options), acts(workspace)];
}

const asset: Route = async ({ path, response }) => {
  const found = ASSETS[path];
  if (!found) return false;
  response.writeHead(200, {
    'content-type': `${found.type}; charset=utf-8`,
    'content-security-policy':
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' https: data:",
  });
  response.end(await readFile(found.file));
  return true;
};

/** Says "changed" at most ten times a second. */
const events =
  ({ world }: Workspace): Route =>
  ({ path, response }) => {
    if (path !== '/page/events') return false;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.flushHeaders();
    let timer: NodeJS.Timeout | null = null;
    const tell = () => {
      timer ??= setTimeout(() => {
        timer = null;
        response.write('event: changed\ndata: {}\n\n');
      }, 100);
    };
    const stop = world.watch(tell);
    response.on('close', () => {
      stop();
      if (timer) clearTimeout(timer);
    });
    return true;
  };

const file =
  ({ world }: Workspace): Route =>
  ({ path, response }) => {
    const id = /^\/page\/file\/(\w+)$/.exec(path)?.[1];
    if (!id) return false;
    const found = world.files.get(id);
    if (!found?.content) sendJson(response, 404, { error: 'no such file' });
    else {
      const type = String(fileJson(world, found).mimetype) || 'application/octet-stream';
      response
        .writeHead(200, { 'content-type': type, 'x-content-type-options': 'nosniff' })
        .end(found.content);
    }
    return true;
  };

const state =
  (workspace: Workspace, options: PageOptions): Route =>
  ({ path, url, response }) => {
    if (path !== '/page/state') return false;
    sendJson(response, 200, snapshot(workspace, options, Object.fromEntries(url.searchParams)));
    return true;
  };

const acts =
  (workspace: Workspace): Route =>
  async ({ path, request, response }) => {
    if (path !== '/page/act' || request.method !== 'POST') return false;
    const { origin, host } = request.headers;
    if (origin !== undefined && URL.canParse(origin) && new URL(origin).host !== host) {
      sendJson(response, 403, { error: 'Only the page itself may act.' });
      return true;
    }
    const given: unknown = JSON.parse((await readBody(request)).toString('utf8'));
    return answer(response, () => perform(workspace, isFields(given) ? given : {}));
  };

async function answer(response: ServerResponse, work: () => Promise<string | null>): Promise<boolean> {
  try {
    sendJson(response, 200, { error: await work() });
  } catch (error) {
    if (!(error instanceof AnalystError)) throw error;
    sendJson(response, 200, { error: [error.message, error.hint].filter(Boolean).join(' ') });
  }
  return true;
}

/** Returns what to show the person, or null. */
async function perform(workspace: Workspace, fields: Fields): Promise<string | null> {
  const { world } = workspace;
  const text = (name: string) => String(fields[name] ?? '');
  const person = workspace.person(text('as'));
  const message = (): Message => {
    const found = world.message(text('channel'), text('ts'));
    if (found) return found;
    throw new AnalystError('not_found', 'This message is gone.');
  };
  const place = (): Message | StoredView => world.views.get(text('view')) ?? message();
  const kinds: Record<string, () => unknown> = {
    say: () =>
      person.say(
        world.channel(text('channel')),
        text('text').replaceAll('@analyst', `<@${workspace.botUserId}>`),
        {
          ...(fields.thread ? { thread: text('thread') } : {}),
          files: (Array.isArray(fields.files) ? fields.files : []).map((one) => ({
            name: String(one.name),
            content: Buffer.from(String(one.base64), 'base64'),
          })),
        },
      ),
    command: () => person.command(text('name'), text('text'), world.channel(text('channel'))),
    click: () =>
      person.click(place(), text('actionId'), fields.value === undefined ? undefined : text('value')),
    shortcut: () => person.shortcut(text('callbackId'), message()),
    submit: () => person.submit(fields.typed as Record<string, string>),
    dismiss: () => person.dismiss(),
    edit: () => person.edit(message(), text('text')),
    remove: () => person.remove(message()),
    openApp: () => person.openApp(fields.tab === 'home' ? 'home' : 'messages'),
    stop: () => person.stop(message()),
  };
  const act = kinds[text('kind')];
  if (!act) throw new AnalystError('bad_input', `The page cannot "${text('kind')}".`);
  const result = await act();
  if (isFields(result) && result.acknowledged === false) return `The app did not respond (${result.error}).`;
  return isFields(result) && typeof result.error === 'string' ? result.error : null;
}
