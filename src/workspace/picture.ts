/**
 * `npm run picture -- CHROMIUM FILE.png`: the picture of the README. Asks the real bot its first suggested
 * question in the stand-in and photographs the thread.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SUGGESTIONS } from '../agent/suggestions.ts';
import { startWorkspace } from './workspace.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const ANSWER_MS = 60_000;

const [chromium, file] = process.argv.slice(2);
if (!chromium || !file) throw new Error('Usage: npm run picture -- CHROMIUM FILE.png');

const folder = mkdtempSync(join(tmpdir(), 'picture-'));
const workspace = await startWorkspace({ transport: 'socket', page: { people: ['ana'], shortcuts: [] } });
const settings = {
  SLACK_API_URL: workspace.apiUrl,
  SLACK_BOT_TOKEN: workspace.botToken,
  SLACK_APP_TOKEN: workspace.appToken,
  DATA_DIR: folder,
  PORT: '0',
};
const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
const bot = spawn('env', [...assignments, process.execPath, MAIN], { stdio: 'inherit' });
try {
  const ana = workspace.person('ana');
  await workspace.until(() => (workspace.socket?.connections ?? 0) > 0, ANSWER_MS);
  const question = await ana.mention('general', SUGGESTIONS[0] ?? '');
  const answered = () => workspace.thread(question).some((message) => message.images.length > 0);
  await workspace.until(answered, ANSWER_MS);
  await workspace.settled();
  const page = `${workspace.pageUrl}#channel=${question.channel}&thread=${question.ts}&still`;
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--window-size=1300,1080',
  ];
  await promisify(execFile)(chromium, [
    ...flags,
    `--user-data-dir=${join(folder, 'chromium')}`,
    '--virtual-time-budget=6000',
    `--screenshot=${resolve(file)}`,
    page,
  ]);
} finally {
  bot.kill('SIGTERM');
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
}
