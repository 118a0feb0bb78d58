/** What a Web API method is: who may call it, and what it does to the world. */
import type { Arguments } from '../arguments.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { Refusal } from '../refusal.ts';
import type { SocketMode } from '../socket-mode.ts';
import type { Channel, Fields, Team } from '../types.ts';
import type { World } from '../world.ts';

export interface Request {
  method: string;
  args: Arguments;
  team: Team;
  world: World;
  dispatcher: Dispatcher;
  socket: SocketMode | null;
}

export interface Method {
  /** `app`: an app-level token; `none`: the app's client id and secret, or nothing. */
  auth: 'bot' | 'app' | 'none';
  /** Any one of these is enough; an empty list asks for none. May depend on the channel. */
  scopes: readonly string[] | ((request: Request) => readonly string[]);
  /** Throws Refusal. What it returns is merged into `{ok: true}`. */
  run(request: Request): Fields;
}

const READ = { channel: 'channels:read', group: 'groups:read', im: 'im:read' } as const;
const HISTORY = { channel: 'channels:history', group: 'groups:history', im: 'im:history' } as const;

export const scopeFor =
  (family: 'read' | 'history') =>
  (request: Request): readonly string[] => {
    const channel = request.world.channels.get(String(request.args.fields.channel ?? ''));
    return [(family === 'read' ? READ : HISTORY)[channel?.kind ?? 'channel']];
  };

/**
 * A channel the bot can see. A private one it is not in does not exist for it.
 * @throws Refusal channel_not_found
 */
export function visibleChannel(request: Request, id: string): Channel {
  const channel = request.world.channels.get(id);
  const inside = channel?.members.has(request.team.botUserId) ?? false;
  if (!channel || (channel.kind !== 'channel' && !inside)) throw new Refusal('channel_not_found');
  if (!inside && channel.teamId !== request.team.id) throw new Refusal('channel_not_found');
  return channel;
}

/**
 * A channel the bot may write to, named by its id or by the id of the person of a direct conversation.
 * @throws Refusal channel_not_found, not_in_channel, is_archived
 */
export function writableChannel(request: Request, id: string): Channel {
  const { world, team } = request;
  const user = world.users.get(id);
  if (user && !user.botId && user.teamId === team.id) return world.direct(user.id, team.botUserId);
  const channel = visibleChannel(request, id);
  if (!channel.members.has(team.botUserId)) throw new Refusal('not_in_channel');
  if (channel.archived) throw new Refusal('is_archived');
  return channel;
}
