/**
 * The two places where files travel: the upload address, which is its own permission, and the private
 * download, which wants the bot's token. A download without one is sent to a login page, as Slack does, so
 * that an app which follows redirects gives itself away.
 */
import { bearer, meet } from './api.ts';
import type { Faults } from './faults.ts';
import { canReadFile } from './posting.ts';
import { type Route, readBody, readUpload } from './server.ts';
import { fileJson } from './wire.ts';
import type { World } from './world.ts';

export const uploadRoute =
  (world: World, faults: Faults): Route =>
  async ({ path, request, response }) => {
    const key = /^\/upload\/v1\/([\w-]+)$/.exec(path)?.[1];
    if (!key || request.method !== 'POST') return false;
    const bytes = await readUpload(request, await readBody(request));
    const fault = faults.take('upload');
    if (fault && fault.kind !== 'lost') {
      meet(fault, null, world, request, response);
      return true;
    }
    const file = [...world.files.values()].find((one) => one.uploadKey === key && one.completedAt === null);
    const fits = file !== undefined && file.declaredBytes === bytes.length;
    if (file && fits) file.content = bytes;
    world.changed();
    if (fault) request.socket.destroy();
    else if (!file) response.writeHead(404).end('upload not found');
    else if (!fits)
      response.writeHead(400).end(`length mismatch: declared ${file.declaredBytes}, got ${bytes.length}`);
    else response.writeHead(200).end(`OK - ${bytes.length}`);
    return true;
  };

export const downloadRoute =
  (world: World, faults: Faults): Route =>
  ({ path, request, response }) => {
    const id = /^\/files-pri\/\w+-(\w+)\//.exec(path)?.[1];
    if (!id) return false;
    const fault = faults.take('download');
    if (fault) {
      meet(fault, null, world, request, response);
      return true;
    }
    const token = bearer(request);
    const team = [...world.teams.values()].find((one) => one.botToken === token && one.installed);
    const file = world.files.get(id);
    const allowed = team?.scopes.includes('files:read') && canReadFile(world, team, id);
    if (!file?.content || !allowed) {
      response
        .writeHead(302, { location: `${world.settings.origin}/signin?redir=${encodeURIComponent(path)}` })
        .end();
      return true;
    }
    const type = String(fileJson(world, file).mimetype) || 'application/octet-stream';
    response
      .writeHead(200, { 'content-type': type, 'content-length': file.content.length })
      .end(file.content);
    return true;
  };

/** What a downloader gets that followed the redirect: HTML with status 200, which is not the file. */
export const signinRoute: Route = ({ path, response }) => {
  if (path !== '/signin') return false;
  response
    .writeHead(200, { 'content-type': 'text/html' })
    .end('<!doctype html><title>Sign in</title>Sign in to the workspace');
  return true;
};
