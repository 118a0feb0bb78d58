/**
 * The bot as it is run: `node src/main.ts` in a process of its own, told everything by its environment, between
 * the local workspace and a model server that answers from a script and counts. Whoever opens a place closes it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { events, type ModelServer, startModelServer } from './models/model-server.fixture.ts';
import { EVENTS_OF_MANIFEST } from './slack/slack.fixture.ts';
import type { WorkspaceOptions } from './workspace/options.ts';
import type { Seen } from './workspace/seen.ts';
import type { Message } from './workspace/types.ts';
import { startWorkspace, type Workspace } from './workspace/workspace.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const READY = 'ready for Slack';
const START_MS = 25_000;

/** A turn of the script: what the model says to a conversation. */
export type Reply = (messages: { role: string; content: string }[]) => string | Promise<string>;

export const fenced = (source: string) => `\`\`\`ts\n${source}\n\`\`\``;

/** A program with one of everything. */
export const COMPARISON = fenced(`
const [AAPL, MSFT] = await Promise.all(['AAPL', 'MSFT'].map((symbol) => yf_get_historical_stock_prices({ symbol, period: '1y' })));
const rows = await query('SELECT ticker, date, close FROM prices ORDER BY date, ticker', { AAPL, MSFT });
await create_metric('Closes', rows.length);
await create_chart('line', 'Closes of a year', rows, { x: 'date', y: 'close', series: 'ticker' });
await create_table('Last closes', rows.slice(-2));
return rows.length;`);

export const SUMMARY = 'Both went their own way.';

/** Whether a program has run already, so that a line of text is wanted. */
export const hasRun = (messages: readonly { content: string }[]) =>
  messages.at(-1)?.content.startsWith('Observation:') ?? false;

/** A program for a question, a line for its value. */
const compareTwo: Reply = (messages) => (hasRun(messages) ? SUMMARY : COMPARISON);

export class Bot {
  readonly port: number;
  readonly child: ChildProcess;
  readonly logs: string[];

  constructor(child: ChildProcess, port: number, logs: string[]) {
    this.child = child;
    this.port = port;
    this.logs = logs;
  }

  /** `kill -9` of it and of what it started in its group. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** @returns its exit code, null when a signal ended it */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const gone = once(this.child, 'exit');
    process.kill(signal === 'SIGKILL' ? -(this.child.pid ?? 0) : (this.child.pid ?? 0), signal);
    await gone;
    return this.child.exitCode;
  }
}

export interface PlaceOptions {
  workspace?: WorkspaceOptions;
  reply?: Reply;
  /** Settings of the bot. */
  environment?: Record<string, string>;
}

export class Place {
  readonly workspace: Workspace;
  readonly models: ModelServer;
  readonly folder = mkdtempSync(join(tmpdir(), 'bot-'));
  readonly #transport: 'socket' | 'http';
  readonly #environment: Record<string, string>;
  readonly #bots: Bot[] = [];

  constructor(
    workspace: Workspace,
    models: ModelServer,
    transport: 'socket' | 'http',
    environment: Record<string, string>,
  ) {
    this.workspace = workspace;
    this.models = models;
    this.#transport = transport;
    this.#environment = environment;
  }

  /** Starts the bot on the same folder as every one before it. Rejects with what it said when it does not start. */
  async start(environment: Record<string, string> = {}): Promise<Bot> {
    const { workspace } = this;
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [MAIN], {
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH,
        HOME,
        DATA_DIR: join(this.folder, 'data'),
        SLACK_API_URL: workspace.apiUrl,
        SLACK_BOT_TOKEN: workspace.botToken,
        ...(this.#transport === 'socket'
          ? { SLACK_APP_TOKEN: workspace.appToken }
          : { SLACK_SIGNING_SECRET: workspace.signingSecret }),
        OPENAI_BASE_URL: this.models.url,
        OPENAI_API_KEY: 'sk-secret-of-the-model',
        MODEL: 'scripted',
        PORT: '0',
        ...this.#environment,
        ...environment,
      },
    });
    const logs: string[] = [];
    const bot = new Bot(child, await untilReady(child, logs), logs);
    this.#bots.push(bot);
    workspace.eventsUrl = `http://127.0.0.1:${bot.port}/slack/events`;
    return bot;
  }

  /** What the bot has in the thread of a question. */
  bots(question: Message): Seen[] {
    return this.workspace.thread(question).filter((seen) => seen.isBot);
  }

  /** Waits until a question has so many answers with buttons, and nothing of the progress is left. */
  async answers(question: Message, count = 1): Promise<Seen[]> {
    await this.workspace.until(() => {
      const seen = this.bots(question);
      return seen.filter(isAnswer).length >= count && seen.every((one) => !isProgress(one));
    }, 30_000);
    return this.bots(question);
  }

  async close(): Promise<void> {
    await Promise.all(this.#bots.map((bot) => bot.kill()));
    await this.workspace.close();
    await this.models.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const isAnswer = (seen: Seen) => seen.buttons.some((button) => button.actionId === 'feedback');
export const isProgress = (seen: Seen) => seen.buttons.some((button) => button.actionId === 'stop_run');

export async function openPlace(transport: 'socket' | 'http', options: PlaceOptions = {}): Promise<Place> {
  const workspace = await startWorkspace({
    transport,
    events: EVENTS_OF_MANIFEST,
    retryDelaysMs: [300, 1_000, 2_000],
    ...options.workspace,
  });
  const reply = options.reply ?? compareTwo;
  const models = await startModelServer((body) => {
    const answered = Promise.resolve(reply(body.messages as { role: string; content: string }[]));
    return (response) => void answered.then((content) => completion(content)(response));
  });
  return new Place(workspace, models, transport, options.environment ?? {});
}

function completion(content: string) {
  const usage = { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 };
  const chunk = { choices: [{ index: 0, delta: { content }, finish_reason: 'stop' }], usage };
  return events([chunk], { tail: 'data: [DONE]\n\n' });
}

async function untilReady(child: ChildProcess, logs: string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const failed = (reason: string) => reject(new Error(`${reason}:\n${logs.join('\n')}`));
  const timer = setTimeout(() => failed('the bot did not get ready'), START_MS);
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      logs.push(line);
      if (line.includes(READY)) resolve((JSON.parse(line) as { port: number }).port);
    });
  }
  child.once('exit', () => failed('the bot ended'));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
