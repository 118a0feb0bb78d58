/**
 * The environment as a checked Config, and the only reader of process.env. Every setting is described once,
 * here: `.env.example` and the message about wrong settings are made of these descriptions.
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { AnalystError } from './agent/errors.ts';

interface Setting<T extends z.ZodType = z.ZodType> {
  about: string;
  example: string;
  schema: T;
}

const setting = <T extends z.ZodType>(about: string, example: string, schema: T): Setting<T> => ({
  about,
  example,
  schema,
});
const text = z.string().trim().min(1);
const optional = text.optional();
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const list = text
  .transform((value) => value.split(',').map((item) => item.trim()))
  .pipe(z.array(text))
  .default([]);
const flag = z
  .enum(['true', 'false', '1', '0'])
  .transform((value) => value === 'true' || value === '1')
  .default(false);
const url = z.url({ protocol: /^https?$/ }).optional();

/** In the order of `.env.example`. */
export const SETTINGS = {
  ANTHROPIC_API_KEY: setting(
    'Key of the Claude API; without any model key the offline planner answers',
    'sk-ant-…',
    optional,
  ),
  ANTHROPIC_BASE_URL: setting(
    'Another address of the Claude API, such as a gateway',
    'https://gateway.example.com',
    url,
  ),
  OPENAI_BASE_URL: setting('A chat-completions server, such as vLLM', 'http://127.0.0.1:8000/v1', url),
  OPENAI_API_KEY: setting('Key of the chat-completions server', 'sk-…', optional),
  MODEL: setting('Model to ask; "offline" for the planner', 'claude-opus-4-8', optional),

  MARKET_DATA: setting(
    '"bundled" prices to 2022, or "live" ones of Yahoo Finance',
    'live',
    z.enum(['bundled', 'live']).default('bundled'),
  ),
  MCP_CONFIG: setting('File that names the MCP servers', 'mcp.json', text.default('mcp.json')),

  DATA_DIR: setting(
    'Folder for runs, answers and pictures of this machine',
    '/var/lib/slack-analyst',
    text.default('.data'),
  ),
  STORE_URL: setting(
    'Where answers and the cache are kept, when not in DATA_DIR',
    'postgres://user:password@host/db',
    z
      .url({ protocol: /^(postgres(ql)?|rediss?|file|memory)$/ })
      .or(z.literal('memory:'))
      .optional(),
  ),

  INNGEST_DEV: setting(
    'Address of an Inngest dev server ("1": the default one)',
    'http://127.0.0.1:8288',
    z
      .literal('1')
      .transform(() => 'http://127.0.0.1:8288')
      .or(z.url({ protocol: /^https?$/ }))
      .or(z.literal('0').transform(() => undefined))
      .optional(),
  ),
  INNGEST_BASE_URL: setting('Address of a self-hosted Inngest server', 'http://inngest:8288', url),
  INNGEST_EVENT_KEY: setting('Event key of the Inngest server or of Inngest Cloud', 'a1b2c3…', optional),
  INNGEST_SIGNING_KEY: setting(
    'Signing key of the Inngest server or of Inngest Cloud',
    'signkey-prod-…',
    optional,
  ),
  INNGEST_RUN_URL: setting(
    'Page of a run, {run} standing for its id',
    'https://app.inngest.com/env/production/runs/{run}',
    text.includes('{run}').optional(),
  ),

  CONCURRENCY: setting('Questions answered at the same time', '20', count(20)),
  CONCURRENCY_PER_USER: setting('Questions of one person answered at the same time', '2', count(2)),

  SLACK_BOT_TOKEN: setting(
    'Bot token of the Slack app, from "OAuth & Permissions"',
    'xoxb-…',
    text.startsWith('xoxb-').optional(),
  ),
  SLACK_APP_TOKEN: setting(
    'App-level token: chooses Socket Mode, which needs no public address',
    'xapp-…',
    text.startsWith('xapp-').optional(),
  ),
  SLACK_SIGNING_SECRET: setting('Signing secret: chooses HTTP', '8f742231b10e8888abcd99yyyzzz85a5', optional),
  PORT: setting(
    'Port of the bot: health, metrics, Inngest, and Slack over HTTP',
    '3000',
    z.coerce.number().int().min(0).max(65_535).default(3000),
  ),
  ROLE: setting(
    '"ingress" only takes events, "worker" only runs; needs an Inngest server',
    'worker',
    z.enum(['all', 'ingress', 'worker']).default('all'),
  ),
  PUBLIC_URL: setting(
    'Address at which an Inngest server reaches this bot, when it registers itself',
    'http://app:3000',
    url,
  ),
  SLACK_COMMAND: setting('Slash command, as in the manifest', '/ask', text.startsWith('/').default('/ask')),
  SLACK_API_URL: setting(
    'Another Slack API, such as the local workspace',
    'http://127.0.0.1:4000/api/',
    z.url({ protocol: /^https?$/ }).default('https://slack.com/api/'),
  ),

  ALLOWED_TEAMS: setting('Workspaces that may ask, comma-separated ids; none: all', 'T012345', list),
  ALLOWED_CHANNELS: setting('Channels in which it answers; none: all', 'C012345,C067890', list),
  ALLOWED_USERS: setting('People who may ask; none: all', 'U012345', list),
  ALLOW_EXTERNAL: setting('Answer people of other companies in shared channels', 'true', flag),
  QUESTIONS_PER_HOUR: setting('Questions of one person in an hour', '30', count(30)),
  QUESTIONS_PER_HOUR_TEAM: setting('Questions of a workspace in an hour', '300', count(300)),
  TOKENS_PER_DAY: setting('Tokens of one person in a day', '1000000', count(1_000_000)),
  TOKENS_PER_DAY_TEAM: setting('Tokens of a workspace in a day', '10000000', count(10_000_000)),
  MENTION_ALWAYS: setting('Replies in a thread need a mention too', 'true', flag),
  PICTURES_IN_THREAD: setting('Charts as files in the thread instead of inside the answer', 'true', flag),

  SLACK_CLIENT_ID: setting('Installing into several workspaces: client id', '123.456', optional),
  SLACK_CLIENT_SECRET: setting('Installing into several workspaces: client secret', '3f7a…', optional),
  SLACK_STATE_SECRET: setting(
    'Installing into several workspaces: any long random text',
    'openssl rand -hex 32',
    optional,
  ),
  SLACK_REDIRECT_URI: setting(
    'Installing into several workspaces: address of /slack/oauth_redirect',
    'https://analyst.example.com/slack/oauth_redirect',
    url,
  ),
  TOKEN_ENCRYPTION_KEY: setting(
    'Installing into several workspaces: 32 bytes in hex, encrypts their tokens',
    'openssl rand -hex 32',
    z
      .string()
      .regex(/^[0-9a-f]{64}$/i)
      .optional(),
  ),

  LOG_LEVEL: setting(
    'Least level that is logged',
    'info',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  ),
  LOG_TEXT: setting('Put the text of questions into the log', 'true', flag),
  TRACES: setting('Send OpenTelemetry traces of runs to Inngest', 'true', flag),
} as const;

type Settings = { [K in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[K]['schema']> };

export interface Config extends Settings {
  /** Everything in the environment, for `${VAR}` in mcp.json. */
  variables: Record<string, string>;
  /** How the terminal shows pictures, if it does. */
  terminalImages: 'iterm' | 'kitty' | null;
}

/**
 * Reads `.env` and the environment; the environment wins.
 * @throws AnalystError bad_input naming every wrong setting, what it is for, and an example
 */
export function readConfig(envFile = '.env'): Config {
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  copyEnvironment();
  return parseConfig(process.env);
}

/**
 * Makes the environment a plain object. The real one asks the system for each variable, and Inngest's SDK reads all
 * of them for each of its requests: a tenth of what this process computes for a question.
 */
export function copyEnvironment(): void {
  process.env = { ...process.env };
}

/** @throws AnalystError as readConfig */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  const wrong: string[] = [];
  const settings = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, { about, example, schema }]: [string, Setting]) => {
      // An empty line in .env means: not set.
      const parsed = schema.safeParse(environment[name]?.trim() || undefined);
      if (!parsed.success) {
        const problem = parsed.error.issues[0]?.message ?? 'invalid';
        wrong.push(`  ${name}: ${problem}\n    ${about}, e.g. ${name}=${example}`);
      }
      return [name, parsed.data];
    }),
  ) as Settings;
  if (wrong.length > 0) {
    throw new AnalystError('bad_input', `These settings are wrong:\n${wrong.join('\n')}`, {
      hint: 'Set them in the environment or in .env; .env.example describes them all.',
    });
  }
  const variables = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return { ...settings, variables, terminalImages: readTerminal(environment) };
}

function readTerminal(environment: Record<string, string | undefined>): Config['terminalImages'] {
  const { TERM_PROGRAM = '', TERM = '', KITTY_WINDOW_ID } = environment;
  if (KITTY_WINDOW_ID || TERM === 'xterm-kitty' || TERM_PROGRAM === 'ghostty') return 'kitty';
  return ['iTerm.app', 'WezTerm'].includes(TERM_PROGRAM) ? 'iterm' : null;
}
