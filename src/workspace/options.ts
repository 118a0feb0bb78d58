/** What can be set when a workspace starts, a channel is made, somebody appears. */
import type { PageOptions } from './page-route.ts';
import type { Team } from './types.ts';

export interface WorkspaceOptions {
  transport?: 'socket' | 'http';
  /** Where signed HTTP goes; may be set later. */
  eventsUrl?: string;
  signingSecret?: string;
  scopes?: readonly string[];
  /** Events the app subscribes to, as in its manifest. */
  events?: readonly string[];
  /** Port to listen on; 0, the default, takes a free one. */
  port?: number;
  /** When an upload becomes usable. Default: at the second `files.info`. */
  fileReadyAfter?: { polls?: number; ms?: number };
  streamExpiresMs?: number;
  /** With it, the workspace also serves its page. */
  page?: PageOptions;
  triggerTtlMs?: number;
  ackMs?: number;
  retryDelaysMs?: readonly number[];
}

/** The scopes and events of the app's manifest, unless a test says otherwise. */
export const DEFAULT_SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'im:history',
];
export const DEFAULT_EVENTS = [
  'agent_session_stopped',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'message.channels',
  'message.im',
  'tokens_revoked',
];

export interface ChannelOptions {
  private?: boolean;
  /** Whether the app's bot is in it. Default true. */
  bot?: boolean;
  /** Shared with another company. */
  shared?: boolean;
  team?: Team;
}

export interface PersonOptions {
  /** The team the person belongs to. Default: the first. */
  team?: Team;
  /** A bot of another app. */
  bot?: boolean;
  /** Somebody of another company who meets this team's app in a shared channel. */
  external?: boolean;
}
