/**
 * The page where somebody agrees to install the app. It agrees at once, for the team named in the address
 * (`?team=T…`) or the newest one, and sends the browser back with a code and the app's own state.
 */
import { randomUUID } from 'node:crypto';
import type { Route } from './server.ts';
import type { World } from './world.ts';

export const oauthRoute =
  (world: World): Route =>
  ({ path, url, response }) => {
    if (path !== '/oauth/v2/authorize') return false;
    const back = url.searchParams.get('redirect_uri');
    const team = world.teams.get(url.searchParams.get('team') ?? '') ?? [...world.teams.values()].at(-1);
    if (!back || !team) {
      response.writeHead(400).end('redirect_uri is missing');
      return true;
    }
    const code = randomUUID();
    world.codes.set(code, team.id);
    const scopes = (url.searchParams.get('scope') ?? '').split(',').filter((scope) => scope !== '');
    if (scopes.length > 0) team.scopes = scopes;
    const target = new URL(back);
    target.searchParams.set('code', code);
    target.searchParams.set('state', url.searchParams.get('state') ?? '');
    response.writeHead(302, { location: target.href }).end();
    return true;
  };
