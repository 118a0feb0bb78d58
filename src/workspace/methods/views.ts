/**
 * views.*: modals opened with a trigger that is good once and for three seconds, and App Homes. `hash`
 * guards against writing over a newer view.
 */
import { randomUUID } from 'node:crypto';
import { checkView, withIds } from '../blocks.ts';
import { SLACK } from '../limits.ts';
import { showsFile } from '../posting.ts';
import { Refusal } from '../refusal.ts';
import type { Block, Fields, StoredView, Team } from '../types.ts';
import { viewJson } from '../wire.ts';
import type { Trigger, World } from '../world.ts';
import type { Method, Request } from './method.ts';

function readView(request: Request, kind: 'modal' | 'home'): Fields {
  const view = request.args.object('view');
  if (!view) throw Refusal.withMessages('invalid_arguments', ['missing required field: view']);
  checkView(view, kind, showsFile(request.world, request.team));
  return view;
}

/** Keeps a checked view; the previous one of a stack is its `below`. */
export function storeView(
  world: World,
  team: Team,
  kind: 'modal' | 'home',
  user: string,
  view: Fields,
  below?: StoredView,
): StoredView {
  const id = world.id('V');
  const stored: StoredView = {
    id,
    teamId: team.id,
    type: kind,
    user,
    hash: '',
    view: { blocks: [] },
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
    externalId: null,
    errors: {},
    values: {},
  };
  world.views.set(id, stored);
  fill(world, stored, view);
  return stored;
}

/** Gives a stored view new content. What people have typed into blocks that remain is kept by Slack, too. */
export function fill(world: World, stored: StoredView, view: Fields): void {
  stored.view = { ...structuredClone(view), blocks: withIds(view.blocks as Block[], () => world.id('b')) };
  stored.hash = `${world.nextTs()}.${randomUUID().slice(0, 8)}`;
  stored.externalId =
    typeof view.external_id === 'string' && view.external_id !== '' ? view.external_id : null;
  stored.errors = {};
  world.changed();
}

/** @throws Refusal invalid_trigger_id, exchanged_trigger_id, expired_trigger_id */
function redeem({ args, world, team }: Request): Trigger {
  const trigger = world.triggers.get(args.text('trigger_id'));
  if (!trigger || trigger.teamId !== team.id) throw new Refusal('invalid_trigger_id');
  if (trigger.used) throw new Refusal('exchanged_trigger_id');
  if (Date.now() > trigger.expiresAt) throw new Refusal('expired_trigger_id');
  trigger.used = true;
  return trigger;
}

function unique({ world }: Request, view: Fields, self?: StoredView): void {
  const id = view.external_id;
  if (typeof id !== 'string' || id === '') return;
  const other = [...world.views.values()].some(
    (one) => one.externalId === id && one !== self && world.isOpen(one),
  );
  if (other) throw new Refusal('duplicate_external_id');
}

function open(request: Request): Fields {
  const { world, team } = request;
  const view = readView(request, 'modal');
  unique(request, view);
  const { user } = redeem(request);
  const stored = storeView(world, team, 'modal', user, view);
  world.modals.set(user, [stored]);
  world.changed();
  return { view: viewJson(team, world.appId, stored) };
}

function push(request: Request): Fields {
  const { world, team } = request;
  const view = readView(request, 'modal');
  unique(request, view);
  const { user, viewId } = redeem(request);
  const stack = world.modals.get(user) ?? [];
  const below = stack.find((one) => one.id === viewId);
  if (!below) throw new Refusal('not_found');
  if (stack.length >= SLACK.view.stack) throw new Refusal('push_limit_reached');
  const stored = storeView(world, team, 'modal', user, view, below);
  world.modals.set(user, [...stack, stored]);
  world.changed();
  return { view: viewJson(team, world.appId, stored) };
}

function update(request: Request): Fields {
  const { args, world, team } = request;
  const view = readView(request, 'modal');
  const id = args.optionalText('view_id');
  const externalId = args.optionalText('external_id');
  const stored = [...world.views.values()].find(
    (one) =>
      one.teamId === team.id &&
      (one.id === id || (externalId !== undefined && one.externalId === externalId)),
  );
  if (!stored || !world.isOpen(stored)) throw new Refusal('not_found');
  const hash = args.optionalText('hash');
  if (hash !== undefined && hash !== stored.hash) throw new Refusal('hash_conflict');
  unique(request, view, stored);
  fill(world, stored, view);
  return { view: viewJson(team, world.appId, stored) };
}

function publish(request: Request): Fields {
  const { args, world, team } = request;
  const view = readView(request, 'home');
  const user = args.text('user_id');
  if (!world.users.has(user)) throw new Refusal('user_not_found');
  const known = [...world.views.values()].find(
    (one) => one.type === 'home' && one.user === user && one.teamId === team.id,
  );
  const hash = args.optionalText('hash');
  if (hash !== undefined && known && hash !== known.hash) throw new Refusal('hash_conflict');
  if (known) fill(world, known, view);
  const stored = known ?? storeView(world, team, 'home', user, view);
  return { view: viewJson(team, world.appId, stored) };
}

export const VIEWS: Record<string, Method> = {
  'views.open': { auth: 'bot', scopes: [], run: open },
  'views.push': { auth: 'bot', scopes: [], run: push },
  'views.update': { auth: 'bot', scopes: [], run: update },
  'views.publish': { auth: 'bot', scopes: [], run: publish },
};
