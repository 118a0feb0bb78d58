/**
 * The payloads of what people press, fill in and type as commands, as Slack sends them.
 */
import { randomUUID } from 'node:crypto';
import { SLACK } from './limits.ts';
import type { Channel, Fields, Message, StoredView, Team, User } from './types.ts';
import { channelJson, messageJson, viewJson } from './wire.ts';
import type { World } from './world.ts';

export const TOKEN = 'verification-token';

function makeTrigger(world: World, team: Team, user: string, viewId?: string): string {
  const id = `${Date.now()}.${world.id('tr')}.${randomUUID()}`;
  const expiresAt = Date.now() + world.settings.triggerTtlMs;
  world.triggers.set(id, { user, teamId: team.id, expiresAt, used: false, ...(viewId ? { viewId } : {}) });
  return id;
}

export function makeResponseUrl(
  world: World,
  team: Team,
  user: string,
  channel: Channel,
  message?: Message,
): string {
  const key = randomUUID();
  world.responseUrls.set(key, {
    key,
    teamId: team.id,
    channel: channel.id,
    user,
    thread: message?.thread_ts,
    messageTs: message?.ts,
    uses: 0,
    expiresAt: Date.now() + SLACK.responseUrl.ttlMs,
  });
  return `${world.settings.origin}/actions/${team.id}/${key}`;
}

const teamJson = (team: Team): Fields => ({ id: team.id, domain: team.domain });
const userJson = (user: User): Fields => ({
  id: user.id,
  username: user.name,
  name: user.name,
  team_id: user.teamId,
});

function common(world: World, team: Team, user: User): Fields {
  return {
    team: teamJson(team),
    user: userJson(user),
    api_app_id: world.appId,
    token: TOKEN,
    is_enterprise_install: false,
    enterprise: null,
  };
}

/** The name of a channel as interactions give it. */
const channelName = (channel: Channel, team: Team): Fields => ({
  id: channel.id,
  name: channelJson(channel, team.botUserId).name ?? 'directmessage',
});

export function blockActions(
  world: World,
  team: Team,
  user: User,
  action: Fields,
  place: { message: Message; channel: Channel } | { view: StoredView },
): Fields {
  const base = {
    type: 'block_actions',
    ...common(world, team, user),
    actions: [{ ...action, action_ts: world.nextTs() }],
  };
  if ('view' in place) {
    return {
      ...base,
      trigger_id: makeTrigger(world, team, user.id, place.view.id),
      container: { type: 'view', view_id: place.view.id },
      view: viewJson(team, world.appId, place.view),
    };
  }
  const { message, channel } = place;
  return {
    ...base,
    trigger_id: makeTrigger(world, team, user.id),
    response_url: makeResponseUrl(world, team, user.id, channel, message),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: message.ephemeralTo !== undefined,
      ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    },
    channel: channelName(channel, team),
    state: { values: {} },
    ...(message.ephemeralTo === undefined
      ? { message: messageJson(world, message, { metadata: true }) }
      : {}),
  };
}

export function viewSubmission(world: World, team: Team, user: User, view: StoredView): Fields {
  return {
    type: 'view_submission',
    ...common(world, team, user),
    trigger_id: makeTrigger(world, team, user.id, view.id),
    view: viewJson(team, world.appId, view),
    response_urls: [],
  };
}

export function viewClosed(world: World, team: Team, user: User, view: StoredView, cleared: boolean): Fields {
  return {
    type: 'view_closed',
    ...common(world, team, user),
    view: viewJson(team, world.appId, view),
    is_cleared: cleared,
  };
}

export function shortcut(
  world: World,
  team: Team,
  user: User,
  callbackId: string,
  place?: { message: Message; channel: Channel },
): Fields {
  const base = {
    ...common(world, team, user),
    callback_id: callbackId,
    trigger_id: makeTrigger(world, team, user.id),
    action_ts: world.nextTs(),
  };
  if (!place) return { type: 'shortcut', ...base };
  return {
    type: 'message_action',
    ...base,
    message_ts: place.message.ts,
    response_url: makeResponseUrl(world, team, user.id, place.channel, place.message),
    message: messageJson(world, place.message),
    channel: channelName(place.channel, team),
  };
}

export function slashCommand(
  world: World,
  team: Team,
  user: User,
  channel: Channel,
  command: string,
  text: string,
): Fields {
  return {
    token: TOKEN,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: String(channelName(channel, team).name),
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: world.appId,
    is_enterprise_install: 'false',
    response_url: makeResponseUrl(world, team, user.id, channel),
    trigger_id: makeTrigger(world, team, user.id),
  };
}
