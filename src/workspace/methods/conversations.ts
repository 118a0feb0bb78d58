/** conversations.* and reactions.*: what the app may read of channels and threads. */
import { SLACK } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import type { Channel, Fields, Message } from '../types.ts';
import { channelJson, messageJson } from '../wire.ts';
import { type Method, type Request, scopeFor, visibleChannel, writableChannel } from './method.ts';

/** @throws Refusal channel_not_found, not_in_channel */
function readable(request: Request): Channel {
  const channel = visibleChannel(request, request.args.text('channel'));
  if (!channel.members.has(request.team.botUserId)) throw new Refusal('not_in_channel');
  return channel;
}

/** One page of `messages`, which are in the order of the answer. */
function page(request: Request, messages: Message[]): Fields {
  const { args, world } = request;
  const limit = args.number('limit', 100);
  if (limit < 1 || limit > SLACK.historyPage) throw new Refusal('invalid_limit');
  const oldest = args.optionalText('oldest') ?? '0';
  const latest = args.optionalText('latest') ?? '9999999999.999999';
  const inclusive = args.flag('inclusive') ?? false;
  const within = messages.filter(
    ({ ts }) =>
      (inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest) || ts === args.fields.ts,
  );
  const cursor = args.optionalText('cursor');
  const from = cursor ? Number(Buffer.from(cursor, 'base64').toString('utf8').replace('next:', '')) : 0;
  if (!Number.isInteger(from)) throw new Refusal('invalid_cursor');
  const more = within.length > from + limit;
  const next = more ? Buffer.from(`next:${from + limit}`).toString('base64') : '';
  const metadata = args.flag('include_all_metadata') ?? false;
  return {
    messages: within.slice(from, from + limit).map((message) => messageJson(world, message, { metadata })),
    has_more: more,
    response_metadata: { next_cursor: next },
  };
}

function replies(request: Request): Fields {
  const { args, world } = request;
  const channel = readable(request);
  const ts = args.text('ts');
  const root = world.message(channel.id, ts);
  if (!root || root.ephemeralTo !== undefined) throw new Refusal('thread_not_found');
  return page(request, world.threadMessages(channel.id, ts));
}

function history(request: Request): Fields {
  const channel = readable(request);
  const roots = request.world.messages.filter(
    (message) =>
      message.channel === channel.id &&
      message.ephemeralTo === undefined &&
      (message.thread_ts === undefined || message.thread_ts === message.ts || message.broadcast),
  );
  return page(request, roots.reverse());
}

function info(request: Request): Fields {
  const channel = visibleChannel(request, request.args.text('channel'));
  return { channel: channelJson(channel, request.team.botUserId) };
}

function members(request: Request): Fields {
  const channel = visibleChannel(request, request.args.text('channel'));
  return { members: [...channel.members], response_metadata: { next_cursor: '' } };
}

function open(request: Request): Fields {
  const { args, world, team } = request;
  const users = args.text('users').split(',');
  const [user] = users;
  if (users.length > 1) throw new Refusal('method_not_supported_for_channel_type');
  if (!user || !world.users.has(user)) throw new Refusal('user_not_found');
  return { channel: { id: world.direct(user, team.botUserId).id } };
}

const react =
  (add: boolean) =>
  (request: Request): Fields => {
    const { args, world, team } = request;
    const channel = writableChannel(request, args.text('channel'));
    const message = world.message(channel.id, args.text('timestamp'));
    if (!message) throw new Refusal('message_not_found');
    const name = args.text('name');
    const reaction = message.reactions.find((one) => one.name === name);
    const mine = reaction?.users.includes(team.botUserId) ?? false;
    if (add && mine) throw new Refusal('already_reacted');
    if (!add && !mine) throw new Refusal('no_reaction');
    if (!add) message.reactions = message.reactions.filter((one) => one !== reaction);
    else if (reaction) reaction.users.push(team.botUserId);
    else message.reactions.push({ name, users: [team.botUserId] });
    world.changed();
    return {};
  };

export const CONVERSATIONS: Record<string, Method> = {
  'conversations.replies': { auth: 'bot', scopes: scopeFor('history'), run: replies },
  'conversations.history': { auth: 'bot', scopes: scopeFor('history'), run: history },
  'conversations.info': { auth: 'bot', scopes: scopeFor('read'), run: info },
  'conversations.members': { auth: 'bot', scopes: scopeFor('read'), run: members },
  'conversations.open': { auth: 'bot', scopes: ['im:write'], run: open },
  'reactions.add': { auth: 'bot', scopes: ['reactions:write'], run: react(true) },
  'reactions.remove': { auth: 'bot', scopes: ['reactions:write'], run: react(false) },
};
