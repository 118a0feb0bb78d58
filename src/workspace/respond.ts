/**
 * Answers through a `response_url` or in the acknowledgement of a command: seen by one person unless it asks
 * for more, and possible where the bot is no member. An address is good five times in thirty minutes.
 */
import { meet, sendJson } from './api.ts';
import { Arguments } from './arguments.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Faults } from './faults.ts';
import { SLACK } from './limits.ts';
import type { Request } from './methods/method.ts';
import { botMessage, checkThread, keep, readContent, review } from './posting.ts';
import { Refusal } from './refusal.ts';
import { type Route, readBody, readFields } from './server.ts';
import type { Fields, Message } from './types.ts';
import { messageJson } from './wire.ts';
import type { ResponseUrl, World } from './world.ts';

/** @throws Refusal as chat.postMessage does */
export function respond(world: World, dispatcher: Dispatcher, place: ResponseUrl, fields: Fields): void {
  const team = world.team(place.teamId);
  const channel = world.channel(place.channel);
  const args = new Arguments(fields);
  const request: Request = { method: 'response_url', args, team, world, dispatcher, socket: null };
  const pressed = place.messageTs ? world.message(channel.id, place.messageTs) : undefined;
  if (args.flag('delete_original') && pressed) {
    world.erase(pressed);
    return;
  }
  const content = readContent(request, SLACK.message.text);
  if (content.empty) throw new Refusal('no_text');
  if (args.flag('replace_original') && pressed) {
    replace(world, dispatcher, pressed, content);
    return;
  }
  const thread = checkThread(request, channel, args.optionalText('thread_ts'));
  const message: Message = {
    ...botMessage(request, channel, content),
    ...(thread ? { thread_ts: thread } : {}),
    ...(args.optionalText('response_type') === 'in_channel' ? {} : { ephemeralTo: place.user }),
  };
  keep(world, dispatcher, message);
  review(request, message);
}

function replace(
  world: World,
  dispatcher: Dispatcher,
  message: Message,
  content: ReturnType<typeof readContent>,
): void {
  const previous = messageJson(world, message);
  message.text = content.text;
  if (content.blocks) message.blocks = content.blocks;
  else delete message.blocks;
  if (message.ephemeralTo === undefined) {
    message.edited = { user: message.user, ts: world.nextTs() };
    dispatcher.changed(message, previous);
  }
  world.changed();
}

export const respondRoute =
  (world: World, dispatcher: Dispatcher, faults: Faults): Route =>
  async ({ path, request, response }) => {
    const key = /^\/actions\/\w+\/([\w-]+)$/.exec(path)?.[1];
    if (!key || request.method !== 'POST') return false;
    const fields = await readFields(request, await readBody(request));
    const fault = faults.take('response_url');
    if (fault && fault.kind !== 'lost') {
      meet(fault, null, world, request, response);
      return true;
    }
    const place = world.responseUrls.get(key);
    const [status, answer] = use(world, dispatcher, place, fields);
    world.calls.push({
      method: 'response_url',
      args: fields,
      teamId: place?.teamId ?? null,
      at: Date.now(),
      result: answer,
      fault: fault?.kind ?? null,
    });
    world.changed();
    if (fault) request.socket.destroy();
    else sendJson(response, status, answer);
    return true;
  };

function use(
  world: World,
  dispatcher: Dispatcher,
  place: ResponseUrl | undefined,
  fields: Fields,
): [number, Fields] {
  if (!place || Date.now() > place.expiresAt) return [404, { ok: false, error: 'expired_url' }];
  if (place.uses >= SLACK.responseUrl.uses) return [404, { ok: false, error: 'used_url' }];
  place.uses += 1;
  try {
    respond(world, dispatcher, place, fields);
    return [200, { ok: true }];
  } catch (error) {
    if (error instanceof Refusal) return [400, error.answer];
    throw error;
  }
}
