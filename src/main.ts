/**
 * The bot: checks its settings, composes the analyst, opens Slack, and on SIGTERM finishes what it can. What
 * it cannot finish, the engine takes up after the restart.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from 'inngest/node';
import { pino } from 'pino';
import { AnalystError, toErrorRecord } from './agent/errors.ts';
import type { ToolBox } from './agent/tool.ts';
import { compose, type Ground } from './compose.ts';
import { type Config, readConfig } from './config.ts';
import { describeTools } from './slack/capabilities.ts';
import { createSlack, type Slack } from './slack/slack.ts';
import { slackSettings } from './slack-config.ts';
import { startCheckpoints } from './store/checkpoints.ts';

const APP_ID = 'slack-analyst';
/** Time for runs in flight after SIGTERM: below the 30 s that platforms give. */
const GRACE_MS = 20_000;
/** Between two tries to register with the Inngest server. */
const REGISTER_MS = 3_000;
const NOT_REGISTERED =
  'the Inngest server does not accept the bot (yet): check that it runs, its keys, and PUBLIC_URL';

async function main(): Promise<void> {
  const config = readConfig();
  const logger = pino({ level: config.LOG_LEVEL });
  // Slack's socket client rejects where nobody catches when a reconnect fails: it connects again all the same.
  process.on('unhandledRejection', (reason) => {
    const error = reason instanceof Error ? reason.message : String(reason);
    logger.error({ error }, 'a promise was rejected where nobody catches');
  });
  // Inngest gives fields first, or words alone.
  const fields = (parts: unknown[]) => ({
    from: 'inngest',
    ...(typeof parts[0] === 'object' ? parts[0] : {}),
  });
  const engineLogger = {
    debug: (...parts: unknown[]) => logger.debug(fields(parts), String(parts.at(-1))),
    info: (...parts: unknown[]) => logger.debug(fields(parts), String(parts.at(-1))),
    warn: (...parts: unknown[]) => logger.warn(fields(parts), String(parts.at(-1))),
    error: (...parts: unknown[]) => logger.error(fields(parts), String(parts.at(-1))),
  };
  let slack: Slack | undefined;
  let toolBox: ToolBox | undefined;
  const people = ({ store, receipts, duckdb }: Ground) => {
    slack = createSlack(slackSettings(config), {
      store,
      receipts,
      logger,
      readTable: (bytes, filename) => duckdb.readTable(bytes, filename),
      capabilities: async () => (toolBox ? describeTools(toolBox) : []),
    });
    return slack;
  };
  const app = await compose(config, {
    appId: APP_ID,
    people,
    logger: engineLogger,
    middleware: config.TRACES ? await traces() : [],
  });
  toolBox = app.toolBox;
  const checkpoints = startCheckpoints(app.files);
  if (!slack) throw new AnalystError('internal', 'Slack was not composed.');
  if (app.driver && config.ROLE !== 'all') {
    throw new AnalystError('bad_input', `ROLE=${config.ROLE} needs an Inngest server.`, {
      hint: 'Set INNGEST_BASE_URL, or leave ROLE out.',
    });
  }

  const { port } = await slack.start(app.engine, serve({ client: app.client, functions: app.functions }));
  if (app.driver) {
    logger.info(
      'no Inngest server is configured: runs are driven in this process, durable on this machine only',
    );
    const resumed = app.driver.resume();
    if (resumed.length > 0) logger.info({ runs: resumed }, 'going on with runs of before the restart');
  } else if (config.ROLE !== 'ingress') {
    void register(config, port, logger);
  }

  const stop = async (signal: string) => {
    logger.info({ signal }, 'stopping: no new questions');
    const end = Date.now() + GRACE_MS;
    // A request of the engine ends with its step; a longer one is called again after the restart.
    await Promise.race([slack?.stop(), sleep(GRACE_MS)]);
    await checkpoints.stop();
    await app.close(Math.max(0, end - Date.now()));
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

/** Traces through Inngest's own hook, loaded only when asked for: it instruments what is imported after it. */
async function traces() {
  const { extendedTracesMiddleware } = await import('inngest/experimental');
  return [extendedTracesMiddleware()];
}

/**
 * Tells the Inngest server where this bot serves its functions, until it has heard it: the server may start
 * after the bot. On Cloud that is a click in its dashboard.
 */
async function register(config: Config, port: number, logger: pino.Logger): Promise<void> {
  if (!config.PUBLIC_URL && !config.INNGEST_DEV) return;
  const url = new URL('/api/inngest', config.PUBLIC_URL ?? `http://127.0.0.1:${port}`);
  for (;;) {
    const answer = await fetch(url, { method: 'PUT' }).then(
      (response) => response.status,
      () => 'no answer',
    );
    if (answer === 200) break;
    logger.warn({ url: url.href, answer }, NOT_REGISTERED);
    await sleep(REGISTER_MS, undefined, { ref: false });
  }
  logger.info({ url: url.href }, 'registered with the Inngest server');
}

try {
  await main();
} catch (error) {
  const { message, hint } = toErrorRecord(error);
  process.stderr.write(`${message}\n${hint ? `${hint}\n` : ''}`);
  process.exit(2);
}
