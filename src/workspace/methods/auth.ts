/** Who the token belongs to, sockets, installing, and what the app may know about users and teams. */
import { Refusal } from '../refusal.ts';
import type { Fields } from '../types.ts';
import type { Method, Request } from './method.ts';

function whoAmI({ team, world }: Request): Fields {
  return {
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: world.user(team.botUserId).name,
    team_id: team.id,
    user_id: team.botUserId,
    bot_id: team.botId,
    is_enterprise_install: false,
  };
}

function openSocket({ world, socket }: Request): Fields {
  if (!socket) throw new Refusal('socket_mode_not_enabled');
  const ticket = socket.ticket();
  if (ticket === null) throw new Refusal('too_many_websockets');
  return {
    url: `${world.settings.origin.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${world.appId}`,
  };
}

/** Exchanges a code that an installing person brought back. It is good once. */
function install({ args, world }: Request): Fields {
  const code = args.text('code');
  const teamId = world.codes.get(code);
  if (!args.has('client_id') || !args.has('client_secret')) throw new Refusal('invalid_client_id');
  if (!teamId || !world.codes.delete(code)) throw new Refusal('invalid_code');
  const team = world.team(teamId);
  team.installed = true;
  const installer = [...world.users.values()].find((user) => user.teamId === teamId && !user.botId);
  return {
    access_token: team.botToken,
    token_type: 'bot',
    scope: team.scopes.join(','),
    bot_user_id: team.botUserId,
    app_id: world.appId,
    team: { id: team.id, name: team.name },
    enterprise: null,
    authed_user: { id: installer?.id ?? '' },
    is_enterprise_install: false,
  };
}

function userInfo({ args, world }: Request): Fields {
  const user = world.users.get(args.text('user'));
  if (!user) throw new Refusal('user_not_found');
  const profile = { real_name: user.name, display_name: user.name, team: user.teamId };
  return {
    user: {
      id: user.id,
      team_id: user.teamId,
      name: user.name,
      real_name: user.name,
      is_bot: user.botId !== undefined,
      deleted: false,
      tz: 'Europe/London',
      tz_offset: 0,
      profile,
    },
  };
}

function botInfo({ args, world }: Request): Fields {
  const bot = [...world.users.values()].find((user) => user.botId === args.text('bot'));
  if (!bot) throw new Refusal('bot_not_found');
  return { bot: { id: bot.botId, deleted: false, name: bot.name, app_id: bot.appId, user_id: bot.id } };
}

function teamInfo({ team }: Request): Fields {
  return { team: { id: team.id, name: team.name, domain: team.domain, email_domain: '' } };
}

export const AUTH: Record<string, Method> = {
  'auth.test': { auth: 'bot', scopes: [], run: whoAmI },
  'apps.connections.open': { auth: 'app', scopes: [], run: openSocket },
  'oauth.v2.access': { auth: 'none', scopes: [], run: install },
  'users.info': { auth: 'bot', scopes: ['users:read'], run: userInfo },
  'bots.info': { auth: 'bot', scopes: ['users:read'], run: botInfo },
  'team.info': { auth: 'bot', scopes: ['team:read'], run: teamInfo },
};
