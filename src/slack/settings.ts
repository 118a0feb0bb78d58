/** Everything this room can be told, as values. The configuration reads them from the environment. */
import { AnalystError } from '../agent/errors.ts';

export interface SlackSettings {
  /** `xoxb-…`: the token of a single workspace. Without it `oauth` is needed. */
  botToken?: string;
  /** `xapp-…`: chooses Socket Mode. */
  appToken?: string;
  /** Chooses HTTP when there is no app token. */
  signingSecret?: string;
  /** Installing into several workspaces. HTTP only. */
  oauth?: OAuthSettings;
  /** Base of Slack's Web API, with its last slash. */
  apiUrl: string;
  /** Hosts from which attached files are fetched with the bot token. */
  fileHosts: string[];
  /** Of the server with /healthz, /readyz, /metrics, /api/inngest and, with HTTP, /slack/events. 0: any free one. */
  port: number;
  /** `ingress` takes Slack's events and runs nothing, `worker` runs and takes no events. */
  role: 'all' | 'ingress' | 'worker';
  /** The slash command of the manifest. */
  command: string;
  access: AccessSettings;
  limits: UsageLimits;
  /** A thread reply counts as a question only with a mention. */
  mentionAlways: boolean;
  /** Pictures as files in the thread instead of inside the answer. */
  picturesInThread: boolean;
  suggestions: string[];
  /** Bytes and rows of one attached file. */
  fileBytes: number;
  fileRows: number;
  /** Puts the text of questions into the log. */
  logText: boolean;
}

export interface OAuthSettings {
  clientId: string;
  clientSecret: string;
  stateSecret: string;
  /** 32 bytes as 64 hexadecimal digits or base64: tokens are encrypted with it at rest. */
  encryptionKey: string;
  /** Public address of /slack/oauth_redirect, as in the manifest. */
  redirectUri: string;
  /** Slack's consent page; only a local workspace has another one. */
  authorizationUrl?: string;
}

/** An empty list allows everybody. */
export interface AccessSettings {
  teams: string[];
  channels: string[];
  users: string[];
  /** People of other companies, and channels shared with them. */
  allowExternal: boolean;
}

export interface UsageLimits {
  user: Allowance;
  team: Allowance;
}

export interface Allowance {
  /** Questions running or waiting at one time. */
  concurrent: number;
  perHour: number;
  /** Input and output tokens in a day (UTC). */
  tokensPerDay: number;
}

export type Transport = 'socket' | 'http' | 'none';

/** @throws AnalystError bad_input naming what is missing */
export function transportOf(settings: SlackSettings): Transport {
  if (!settings.botToken && !settings.oauth) {
    throw new AnalystError(
      'bad_input',
      'Slack needs a bot token, or the OAuth settings of an app that is installed by many.',
    );
  }
  if (settings.role === 'worker') return 'none';
  if (settings.appToken && !settings.oauth) return 'socket';
  if (settings.signingSecret) return 'http';
  throw new AnalystError(
    'bad_input',
    settings.oauth
      ? 'Installing into several workspaces needs HTTP: set the signing secret.'
      : 'Slack needs an app token (Socket Mode) or a signing secret (HTTP).',
  );
}
