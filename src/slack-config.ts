/** The part of the Config that the Slack room is told, in its own words. */
import { AnalystError } from './agent/errors.ts';
import { SUGGESTIONS } from './agent/suggestions.ts';
import type { Config } from './config.ts';
import { limits as databaseLimits } from './duckdb/limits.ts';
import type { SlackSettings } from './slack/settings.ts';

/** Limits that nobody has had a reason to set: questions running or waiting at a time, and one attached file. */
const MOST_WAITING_PER_USER = 5;
const MOST_WAITING_PER_TEAM = 50;
const FILE_BYTES = 20_000_000;

/**
 * Which tokens are set decides how Slack is reached; the room checks that they suffice.
 * @throws AnalystError bad_input when only some of the settings for several workspaces are there
 */
export function slackSettings(config: Config): SlackSettings {
  const apiUrl = new URL(config.SLACK_API_URL.replace(/\/?$/, '/'));
  return {
    botToken: config.SLACK_BOT_TOKEN,
    appToken: config.SLACK_APP_TOKEN,
    signingSecret: config.SLACK_SIGNING_SECRET,
    oauth: oauthSettings(config),
    apiUrl: apiUrl.href,
    fileHosts: [apiUrl.host === 'slack.com' ? 'files.slack.com' : apiUrl.host],
    port: config.PORT,
    role: config.ROLE,
    command: config.SLACK_COMMAND,
    access: {
      teams: config.ALLOWED_TEAMS,
      channels: config.ALLOWED_CHANNELS,
      users: config.ALLOWED_USERS,
      allowExternal: config.ALLOW_EXTERNAL,
    },
    limits: {
      user: {
        concurrent: MOST_WAITING_PER_USER,
        perHour: config.QUESTIONS_PER_HOUR,
        tokensPerDay: config.TOKENS_PER_DAY,
      },
      team: {
        concurrent: MOST_WAITING_PER_TEAM,
        perHour: config.QUESTIONS_PER_HOUR_TEAM,
        tokensPerDay: config.TOKENS_PER_DAY_TEAM,
      },
    },
    mentionAlways: config.MENTION_ALWAYS,
    picturesInThread: config.PICTURES_IN_THREAD,
    suggestions: [...SUGGESTIONS],
    fileBytes: FILE_BYTES,
    fileRows: databaseLimits.fileRows,
    logText: config.LOG_TEXT,
  };
}

/** All or none of them. */
function oauthSettings(config: Config): SlackSettings['oauth'] {
  const {
    SLACK_CLIENT_ID,
    SLACK_CLIENT_SECRET,
    SLACK_STATE_SECRET,
    SLACK_REDIRECT_URI,
    TOKEN_ENCRYPTION_KEY,
  } = config;
  const settings = {
    SLACK_CLIENT_ID,
    SLACK_CLIENT_SECRET,
    SLACK_STATE_SECRET,
    SLACK_REDIRECT_URI,
    TOKEN_ENCRYPTION_KEY,
  };
  const missing = Object.entries(settings).filter(([, value]) => !value);
  if (missing.length === Object.keys(settings).length) return undefined;
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(', ');
    throw new AnalystError('bad_input', `Installing into several workspaces also needs ${names}.`, {
      hint: 'Set them all, or none for a single workspace with SLACK_BOT_TOKEN.',
    });
  }
  return {
    clientId: SLACK_CLIENT_ID ?? '',
    clientSecret: SLACK_CLIENT_SECRET ?? '',
    stateSecret: SLACK_STATE_SECRET ?? '',
    encryptionKey: TOKEN_ENCRYPTION_KEY ?? '',
    redirectUri: SLACK_REDIRECT_URI ?? '',
  };
}
