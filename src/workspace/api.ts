/**
 * One Web API request from its arrival to its answer: token, scopes, method, refusals, injected faults.
 * The stand-in's own mistakes are not hidden behind Slack's errors: they end the request with HTTP 500 and
 * the stack in the body.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Arguments } from './arguments.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Fault, Faults } from './faults.ts';
import { METHODS } from './methods/index.ts';
import type { Method, Request } from './methods/method.ts';
import { Refusal } from './refusal.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Call, Fields, Team } from './types.ts';
import type { World } from './world.ts';

export interface ApiParts {
  world: World;
  dispatcher: Dispatcher;
  socket: SocketMode | null;
  faults: Faults;
  appToken: string;
}

export async function answerApi(
  parts: ApiParts,
  name: string,
  fields: Fields,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, faults } = parts;
  const token = bearer(request) ?? (typeof fields.token === 'string' ? fields.token : null);
  const team = [...world.teams.values()].find((one) => one.botToken === token) ?? null;
  const { token: _, ...args } = fields;
  const call: Call = {
    method: name,
    args,
    teamId: team?.id ?? null,
    at: Date.now(),
    result: null,
    fault: null,
  };
  world.calls.push(call);
  const fault = faults.take(name);
  call.fault = fault?.kind ?? null;
  if (fault && fault.kind !== 'lost') return meet(fault, call, world, request, response);
  const result = perform(parts, name, new Arguments(args), token, team);
  call.result = result.fields;
  world.changed();
  if (fault) return void request.socket.destroy();
  sendJson(response, 200, result.fields, result.scopes);
}

/** Ends a request the way the fault says. Shared with uploads, downloads and response urls. */
export function meet(
  fault: Fault,
  call: Call | null,
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const answer = (status: number, fields: Fields, headers: Record<string, string> = {}) => {
    if (call) call.result = fields;
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
    sendJson(response, status, fields);
  };
  if (fault.kind === '429')
    answer(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(fault.retryAfter ?? 1) });
  else if (fault.kind === '500') answer(500, { ok: false, error: 'internal_error' });
  else if (fault.kind === 'error') {
    answer(200, Refusal.withMessages(fault.error ?? 'internal_error', fault.messages ?? []).answer);
  } else if (fault.kind !== 'timeout') request.socket.destroy();
  world.changed();
}

export function bearer(request: IncomingMessage): string | null {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  fields: Fields,
  scopes?: readonly string[],
): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(scopes ? { 'x-oauth-scopes': scopes.join(',') } : {}),
  });
  response.end(JSON.stringify(fields));
}

function perform(
  parts: ApiParts,
  name: string,
  args: Arguments,
  token: string | null,
  team: Team | null,
): { fields: Fields; scopes: readonly string[] } {
  const scopes = team?.scopes ?? [];
  try {
    const method = METHODS[name];
    if (!method) throw new Refusal('unknown_method', { req_method: name });
    const caller = authorised(parts, method, token, team);
    const request: Request = { ...parts, method: name, args, team: caller };
    checkScopes(method, request);
    return { fields: { ok: true, ...method.run(request) }, scopes };
  } catch (error) {
    if (error instanceof Refusal) return { fields: error.answer, scopes };
    throw error;
  }
}

function authorised(parts: ApiParts, method: Method, token: string | null, team: Team | null): Team {
  const [first] = parts.world.teams.values();
  if (method.auth === 'none' && first) return first;
  if (token === null || token === '') throw new Refusal('not_authed');
  const isApp = token === parts.appToken;
  if (method.auth === 'app') {
    if (isApp && first) return first;
    throw new Refusal(team ? 'not_allowed_token_type' : 'invalid_auth');
  }
  if (isApp) throw new Refusal('not_allowed_token_type');
  if (!team) throw new Refusal('invalid_auth');
  if (!team.installed) throw new Refusal('account_inactive');
  return team;
}

function checkScopes(method: Method, request: Request): void {
  const needed = typeof method.scopes === 'function' ? method.scopes(request) : method.scopes;
  const { scopes } = request.team;
  if (needed.length === 0 || needed.some((scope) => scopes.includes(scope))) return;
  throw new Refusal('missing_scope', { needed: needed[0], provided: scopes.join(',') });
}
