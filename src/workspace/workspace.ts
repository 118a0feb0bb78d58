/**
 * A local stand-in for Slack. The real Bolt app, with the real Web API client, attaches to it through
 * `slackApiUrl`; a programmatic person does on the other side what people do. It refuses what Slack refuses,
 * with Slack's own error names, and it fails on demand.
 *
 *     const workspace = await startWorkspace({ transport: 'socket' });
 *     const app = new App({ token: workspace.botToken, appToken: workspace.appToken, socketMode: true,
 *                           clientOptions: { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } } });
 *     const ana = workspace.person('ana');
 *     const question = ana.mention('#general', 'compare AAPL and MSFT');
 *     await workspace.until(() => workspace.thread(question).length > 1);
 *     await workspace.close();
 *
 * What people see: `thread`, `history`, `ephemerals`, `status`, and `person.modal`, `person.home`. What the app
 * did: `calls`, `notes` (allowed, but a reviewer would mind), `deliveries` (with the time of every
 * acknowledgement). Trouble: `failNext`, `deliverCopies`, `redeliver`, `expireStream`, `uninstall`,
 * `socket.drop()`, `socket.refresh()`.
 *
 * With `transport: 'http'` set `workspace.eventsUrl` once the app listens. What is not known about Slack is
 * decided against the app: see the comments where it happens.
 */
import { AnalystError } from '../agent/errors.ts';
import type { AttemptResult } from './delivery.ts';
import { type DeliveryRecord, Dispatcher } from './dispatcher.ts';
import { type Fault, Faults } from './faults.ts';
import { downloadRoute, signinRoute, uploadRoute } from './file-routes.ts';
import { HttpEvents, signature } from './http-events.ts';
import { TOKEN } from './interactions.ts';
import { SLACK } from './limits.ts';
import { oauthRoute } from './oauth.ts';
import {
  type ChannelOptions,
  DEFAULT_EVENTS,
  DEFAULT_SCOPES,
  type PersonOptions,
  type WorkspaceOptions,
} from './options.ts';
import { pageRoutes } from './page-route.ts';
import { Person } from './person.ts';
import { respondRoute } from './respond.ts';
import { type Seen, see } from './seen.ts';
import { apiRoute, listen, type Route } from './server.ts';
import { SocketMode } from './socket-mode.ts';
import type { Call, Channel, Message, Note, Team, User } from './types.ts';
import { type ThreadStatus, World } from './world.ts';

export class Workspace {
  readonly world: World;
  readonly faults = new Faults();
  readonly appToken = 'xapp-1-A0ANALYST-1-workspace';
  readonly signingSecret: string;
  /** Where signed HTTP goes, e.g. `http://127.0.0.1:3000/slack/events`. */
  eventsUrl: string | undefined;
  readonly dispatcher: Dispatcher;
  readonly socket: SocketMode | null;
  readonly #scopes: readonly string[];
  readonly #close: () => Promise<void>;

  constructor(world: World, options: WorkspaceOptions, close: () => Promise<void>) {
    this.world = world;
    this.signingSecret = options.signingSecret ?? 'workspace-signing-secret';
    this.eventsUrl = options.eventsUrl;
    this.#scopes = options.scopes ?? DEFAULT_SCOPES;
    this.#close = close;
    this.socket = options.transport === 'http' ? null : new SocketMode(world.appId, () => world.changed());
    const transport = this.socket ?? new HttpEvents(() => this.eventsUrl, this.signingSecret);
    this.dispatcher = new Dispatcher(world, transport, {
      subscriptions: options.events ?? DEFAULT_EVENTS,
      ackMs: options.ackMs ?? SLACK.delivery.ackMs,
      retryDelaysMs: options.retryDelaysMs ?? SLACK.delivery.retryDelaysMs,
    });
    const team = this.addTeam('Acme');
    this.channel('general', { team });
    this.channel('random', { team, bot: false });
  }

  get apiUrl(): string {
    return `${this.world.settings.origin}/api/`;
  }

  /** The page for developers. */
  get pageUrl(): string {
    return `${this.world.settings.origin}/`;
  }

  get team(): Team {
    const [team] = this.world.teams.values();
    if (!team) throw new AnalystError('internal', 'The workspace has no team.');
    return team;
  }

  get botToken(): string {
    return this.team.botToken;
  }

  get botUserId(): string {
    return this.team.botUserId;
  }

  /** Every Web API request, oldest first. */
  get calls(): readonly Call[] {
    return this.world.calls;
  }

  get notes(): readonly Note[] {
    return this.world.notes;
  }

  /** What the app was told, and how each attempt ended. */
  get deliveries(): readonly DeliveryRecord[] {
    return this.dispatcher.records;
  }

  /** Another workspace that installed the app, with a token of its own. */
  addTeam(name: string, options: { installed?: boolean } = {}): Team {
    const { world } = this;
    const id = world.id('T');
    const bot: User = {
      id: world.id('U'),
      name: 'analyst',
      teamId: id,
      botId: world.id('B'),
      appId: world.appId,
    };
    world.users.set(bot.id, bot);
    const team: Team = {
      id,
      name,
      domain: name.toLowerCase(),
      botToken: `xoxb-${id}-workspace`,
      botUserId: bot.id,
      botId: bot.botId ?? '',
      scopes: [...this.#scopes],
      installed: options.installed ?? true,
    };
    world.teams.set(id, team);
    return team;
  }

  /** A channel by name, made when it does not exist. */
  channel(name: string, options: ChannelOptions = {}): Channel {
    const team = options.team ?? this.team;
    const known = [...this.world.channels.values()].find(
      (one) => one.kind !== 'im' && one.name === name.replace(/^#/, '') && one.teamId === team.id,
    );
    if (known) return known;
    const kind = options.private ? 'group' : 'channel';
    const channel: Channel = {
      id: this.world.id(options.private ? 'G' : 'C'),
      name: name.replace(/^#/, ''),
      teamId: team.id,
      kind,
      members: new Set(options.bot === false ? [] : [team.botUserId]),
      shared: options.shared ?? false,
      archived: false,
    };
    this.world.channels.set(channel.id, channel);
    return channel;
  }

  /** A person by name, made when there is none of that name. */
  person(name: string, options: PersonOptions = {}): Person {
    const { world, dispatcher } = this;
    const team = options.team ?? this.team;
    const known = [...world.users.values()].find(
      (one) => one.name === name && one.id !== team.botUserId && (options.external || one.teamId === team.id),
    );
    const user: User = known ?? {
      id: world.id('U'),
      name,
      teamId: options.external ? world.id('T') : team.id,
      ...(options.bot ? { botId: world.id('B'), appId: world.id('A') } : {}),
    };
    world.users.set(user.id, user);
    return new Person({ world, dispatcher, user, team });
  }

  /** The root and its replies as people see them, oldest first. */
  thread(message: Message | Seen | { channel: string; ts: string }): Seen[] {
    const root = 'thread_ts' in message && message.thread_ts ? message.thread_ts : message.ts;
    return this.world.threadMessages(message.channel, root).map((one) => see(this.world, one));
  }

  /** Everything in a channel, replies included, oldest first. */
  history(channel: Channel): Seen[] {
    return this.world.messages
      .filter((message) => message.channel === channel.id && message.ephemeralTo === undefined)
      .map((message) => see(this.world, message));
  }

  /** What only this person sees, oldest first. */
  ephemerals(person: Person): Seen[] {
    return this.world.messages
      .filter((message) => message.ephemeralTo === person.id)
      .map((message) => see(this.world, message));
  }

  /** The sign that the app works in a thread, its title, prompts and session. */
  status(message: Message | Seen): ThreadStatus {
    return this.world.status(message.channel, message.thread_ts ?? message.ts);
  }

  /** Ends a stream as Slack does after its five minutes. */
  expireStream(message: Message | Seen): void {
    const stored = 'message' in message ? message.message : message;
    if (stored.stream?.state === 'in_progress') stored.stream.state = 'expired';
    this.world.changed();
  }

  /** The app is taken off a team: its token dies, and it is told so twice. */
  uninstall(team: Team = this.team): void {
    team.installed = false;
    const tokens = { oauth: [], bot: [team.botUserId] };
    this.dispatcher.event(team, 'tokens_revoked', {
      type: 'tokens_revoked',
      tokens,
      event_ts: this.world.nextTs(),
    });
    this.dispatcher.event(team, 'app_uninstalled', {
      type: 'app_uninstalled',
      event_ts: this.world.nextTs(),
    });
  }

  /** Sends a recorded event again, as Slack does when an acknowledgement got lost. */
  redeliver(record: DeliveryRecord): Promise<AttemptResult> {
    return this.dispatcher.redeliver(record);
  }

  /** From now on every event is sent so many times at once. */
  deliverCopies(copies: number): void {
    this.dispatcher.copies = copies;
  }

  /** The next requests of `method` fail as the fault says. */
  failNext(method: string, fault: Fault): void {
    this.faults.add(method, fault);
  }

  /** Asks `eventsUrl` to prove itself, as Slack does when the address is entered. */
  async verifyUrl(): Promise<boolean> {
    const challenge = this.world.id('challenge');
    const body = JSON.stringify({ type: 'url_verification', token: TOKEN, challenge });
    const headers = { 'content-type': 'application/json', ...signature(this.signingSecret, body) };
    const response = await fetch(this.eventsUrl ?? '', { method: 'POST', headers, body });
    return response.ok && (await response.text()).includes(challenge);
  }

  /** Resolves with the first truthy value of `predicate`; woken by changes, not by a clock. */
  until<T>(predicate: () => T | null | undefined | false, timeoutMs = 10_000): Promise<T> {
    return this.world.until(predicate, timeoutMs);
  }

  /** Resolves when every delivery was acknowledged or given up. */
  settled(): Promise<void> {
    return this.dispatcher.settled();
  }

  close(): Promise<void> {
    this.dispatcher.close();
    return this.#close();
  }
}

/** Starts a workspace with the team Acme, `#general` (the bot is in it) and `#random` (it is not). */
export async function startWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const routes: Route[] = [];
  const listening = await listen(options.port ?? 0, () => routes);
  const world = new World({
    origin: listening.origin,
    fileReadyAfter: { polls: 1, ms: 60_000, ...options.fileReadyAfter },
    streamExpiresMs: options.streamExpiresMs ?? SLACK.stream.expiresMs,
    triggerTtlMs: options.triggerTtlMs ?? SLACK.trigger.ttlMs,
  });
  const workspace = new Workspace(world, options, listening.close);
  const { dispatcher, socket, faults, appToken } = workspace;
  routes.push(
    apiRoute(() => ({ world, dispatcher, socket, faults, appToken })),
    uploadRoute(world, faults),
    downloadRoute(world, faults),
    respondRoute(world, dispatcher, faults),
    oauthRoute(world),
    signinRoute,
    ...(options.page ? pageRoutes(workspace, options.page) : []),
  );
  listening.server.on('upgrade', (request, stream, head) => {
    const ticket = new URL(request.url ?? '/', world.settings.origin).searchParams.get('ticket') ?? '';
    if (socket) socket.accept(ticket, request, stream, head);
    else stream.destroy();
  });
  return workspace;
}
