/**
 * This room put together. Delivery and progress are there at once, for the engine; the engine is handed to
 * `start`, which opens the doors.
 */
import { App, type HTTPReceiver, type Receiver } from '@slack/bolt';
import { AnalystError } from '../agent/errors.ts';
import type { Delivery, Engine, Progress, Store } from '../agent/ports.ts';
import { Asking } from './asking.ts';
import type { ReadTable } from './attachments.ts';
import type { Capability } from './blocks/home.ts';
import { type Clients, clientOptions, createClients, toAnalystError } from './client.ts';
import { createDelivery } from './delivery.ts';
import { createInstallations } from './installations.ts';
import { listenToButtons } from './listeners/buttons.ts';
import { listenToCommands, listenToShortcuts } from './listeners/commands.ts';
import { listenToHome } from './listeners/home.ts';
import { listenToMessages } from './listeners/messages.ts';
import { Background, Pace } from './locks.ts';
import { boltLogger, errorFields, type Logger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { createProgress } from './progress.ts';
import { Reading } from './reading.ts';
import type { Receipts } from './receipts.ts';
import { createRecords } from './records.ts';
import { type Handler, type HttpServer, startServer } from './server.ts';
import { type SlackSettings, transportOf } from './settings.ts';
import { Sharing } from './sharing.ts';
import { Stopping } from './stopping.ts';
import { httpReceiver, OAUTH_PATHS, SLACK_PATH, socketReceiver } from './transport.ts';
import { Turns } from './turns.ts';
import { UsageCounter } from './usage.ts';

export interface SlackDependencies {
  store: Store;
  receipts: Receipts;
  logger: Logger;
  /** Reads attached files; without it a file gets a message that says so. */
  readTable?: ReadTable;
  /** Tools and sources of data with their state, for the Home tab. */
  capabilities?(): Promise<Capability[]>;
}

export interface Slack {
  delivery: Delivery;
  progress: Progress;
  /** @throws AnalystError bad_input or unauthorised for wrong settings, unavailable when Slack is away */
  start(engine: Engine, inngestHandler?: Handler): Promise<{ port: number }>;
  /** Takes no new questions, finishes what is being said, closes. Runs in flight are the engine's. */
  stop(): Promise<void>;
}

/** How often questions are looked for that wait behind nothing. */
const SWEEP_MS = 15_000;
/** Progress messages opened in a second. A storm of questions needs its time for acks, and Slack allows fewer. */
const OPENED_PER_SECOND = 20;

export function createSlack(settings: SlackSettings, dependencies: SlackDependencies): Slack {
  const { store, receipts, logger, readTable } = dependencies;
  const transport = transportOf(settings);
  const metrics = new Metrics();
  const records = createRecords(store);
  const installations = settings.oauth ? createInstallations(store, settings.oauth.encryptionKey) : null;
  const clients = createClients(settings, installations, logger);
  const background = new Background((error) => logger.warn(errorFields(error), 'work behind an ack failed'));
  const opening = new Pace(OPENED_PER_SECOND);
  const usage = new UsageCounter(store, settings.limits);
  const progress = createProgress(clients, records, logger);
  let running: Engine | null = null;
  const engine = () => {
    if (running) return running;
    throw new AnalystError('unavailable', 'The engine has not started yet.', { retryable: true });
  };
  const link = (runId: string) => running?.link(runId) ?? null;
  const turns = new Turns({
    store,
    records,
    logger,
    reading: new Reading({ settings, clients, store, records, usage, logger, readTable }),
    background,
    engine,
    started: (runId, to) =>
      background.start(async () => {
        if (await opening.turn()) await progress.begin(runId, to);
      }),
  });
  const stopping = new Stopping({ clients, store, records, progress, turns, usage, logger, engine });
  const asking = new Asking({ settings, store, records, usage, turns, logger, metrics, readTable });
  const delivery = createDelivery({
    clients,
    store,
    records,
    receipts,
    logger,
    metrics,
    link,
    picturesInThread: settings.picturesInThread,
    async finish(question, to, report) {
      if (!(await records.ended(report.runId))) await records.saveEnded(report.runId, 'answered');
      await usage.end(to.team, to.user, question.id, report.receipt.usage, Date.now());
      await turns.end(question);
      await progress.end(report.runId, to);
    },
  });
  const parts = {
    settings,
    engine,
    store,
    records,
    receipts,
    asking,
    stopping,
    sharing: new Sharing(store, link),
    usage,
    background,
    logger,
    metrics,
    installations,
    capabilities: dependencies.capabilities ?? (async () => []),
  };

  let server: HttpServer | null = null;
  let receiver: Receiver | null = null;
  let sweeping: NodeJS.Timeout | null = null;
  let state: 'new' | 'ready' | 'closing' = 'new';
  const deliveries = new Deliveries();

  const open = async (routes: Map<string, Handler>): Promise<Receiver | null> => {
    if (transport === 'none') return null;
    const made =
      transport === 'socket'
        ? socketReceiver(settings.appToken ?? '', settings, logger)
        : httpReceiver(settings.signingSecret ?? '', settings, installations, logger);
    const app = await createApp(settings, clients, made, logger);
    app.use(({ next }) => deliveries.track(state === 'closing', next));
    listenToMessages(app, parts);
    listenToCommands(app, parts);
    listenToShortcuts(app, parts);
    listenToButtons(app, parts);
    listenToHome(app, parts);
    if (transport === 'http') {
      const { requestListener } = made as HTTPReceiver;
      for (const path of [SLACK_PATH, ...(settings.oauth ? OAUTH_PATHS : [])])
        routes.set(path, requestListener);
    }
    return made;
  };

  return {
    delivery,
    progress,
    async start(given, inngestHandler) {
      running = given;
      const routes = new Map<string, Handler>();
      if (inngestHandler && settings.role !== 'ingress') routes.set('/api/inngest', inngestHandler);
      receiver = await open(routes);
      server = await startServer({ port: settings.port, metrics, routes, ready: () => state === 'ready' });
      if (transport === 'socket') await receiver?.start();
      state = 'ready';
      await turns.sweep(true);
      sweeping = setInterval(() => background.start(() => turns.sweep(false)), SWEEP_MS);
      sweeping.unref();
      logger.info({ transport, role: settings.role, port: server.port }, 'ready for Slack');
      return { port: server.port };
    },
    async stop() {
      state = 'closing';
      if (sweeping) clearInterval(sweeping);
      if (transport === 'socket') await receiver?.stop();
      const closed = server?.close();
      await deliveries.drain();
      opening.close();
      await background.drain();
      await closed;
    },
  };
}

/** Asks Slack who we are, once, so that a wrong token is a clear message at start and no later call is needed. */
async function createApp(
  settings: SlackSettings,
  clients: Clients,
  receiver: Receiver,
  logger: Logger,
): Promise<App> {
  const common = {
    receiver,
    logger: boltLogger(logger),
    clientOptions: clientOptions(settings.apiUrl, logger),
    convoStore: false as const,
  };
  // With OAuth the receiver's installer finds the token of each workspace.
  if (!settings.botToken) return new App(common);
  const client = await clients.of('');
  try {
    const me = await client.auth.test();
    const identity = { botToken: settings.botToken, botId: me.bot_id, botUserId: me.user_id };
    return new App({ ...common, authorize: async () => ({ ...identity }) });
  } catch (error) {
    const failure = toAnalystError(error);
    if (failure.retryable) throw failure;
    throw new AnalystError('unauthorised', 'Slack does not accept the bot token.', {
      hint: 'Copy the bot token (xoxb-…) from "OAuth & Permissions" of your app.',
      cause: error,
    });
  }
}

/** Deliveries in work. While closing, new ones are refused without an ack: Slack sends them again, elsewhere. */
class Deliveries {
  readonly #running = new Set<Promise<void>>();

  async track(closing: boolean, next: () => Promise<void>): Promise<void> {
    if (closing) throw new AnalystError('unavailable', 'This process is closing.', { retryable: true });
    const running = next();
    this.#running.add(running);
    try {
      await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
