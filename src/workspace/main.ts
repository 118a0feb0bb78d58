/**
 * `npm run workspace`: the stand-in on a fixed port with its page, to try the bot without Slack. Prints the
 * settings that the bot needs to attach to it.
 */
import { parseArgs } from 'node:util';
import { startWorkspace } from './workspace.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '4747' }, events: { type: 'string' } },
});

const workspace = await startWorkspace({
  port: Number(values.port),
  transport: values.events === undefined ? 'socket' : 'http',
  ...(values.events === undefined ? {} : { eventsUrl: values.events }),
  fileReadyAfter: { polls: 1, ms: 2_000 },
  page: {
    people: ['ana', 'ben', 'chi'],
    shortcuts: [{ name: 'Analyse this', callbackId: 'analyse_message' }],
  },
});

const settings = {
  SLACK_API_URL: workspace.apiUrl,
  SLACK_BOT_TOKEN: workspace.botToken,
  ...(values.events === undefined
    ? { SLACK_APP_TOKEN: workspace.appToken }
    : { SLACK_SIGNING_SECRET: workspace.signingSecret }),
};
const lines = Object.entries(settings).map(([name, value]) => `  ${name}=${value} \\`);
console.log(
  `Workspace: ${workspace.pageUrl}\n\nStart the bot in another terminal:\n${lines.join('\n')}\n  npm start`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void workspace.close().then(() => process.exit(0)));
}
