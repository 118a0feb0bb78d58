/**
 * The bot of the item `ack`, in a process of its own: all of it as `npm start` composes it, but for limits that
 * let thousands of questions wait, and a model that never answers, so that what is measured is taking them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { compose } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import { createSlack, type Slack } from '../../src/slack/slack.ts';
import { slackSettings } from '../../src/slack-config.ts';
import { startCheckpoints } from '../../src/store/checkpoints.ts';

const PLENTY = { concurrent: 1e6, perHour: 1e6, tokensPerDay: 1e12 };

const config = parseConfig(process.env);
const ignore = () => {};
const logger = { debug: ignore, info: ignore, warn: console.error, error: console.error };
let slack: Slack | undefined;
const app = await compose(config, {
  appId: 'bench',
  people({ store, receipts }) {
    const settings = { ...slackSettings(config), limits: { user: PLENTY, team: PLENTY } };
    slack = createSlack(settings, { store, receipts, logger });
    return slack;
  },
  logger,
  model: { name: 'silent', complete: () => new Promise(() => {}) },
});
const checkpoints = startCheckpoints(app.files);
const started = await slack?.start(app.engine);
process.send?.({ port: started?.port });

process.on('message', async (what) => {
  if (what === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.({ ms: (user + system) / 1_000 });
    return;
  }
  await Promise.race([slack?.stop(), sleep(2_000)]);
  await checkpoints.stop();
  await app.close();
  process.exit(0);
});
