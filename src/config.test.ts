import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AnalystError } from './agent/errors.ts';
import { SUGGESTIONS } from './agent/suggestions.ts';
import { parseConfig, SETTINGS } from './config.ts';
import { slackSettings } from './slack-config.ts';

/** `.env.example` as it must be: every setting, what it is for, and an example, all switched off. */
function envExample(): string {
  const lines = Object.entries(SETTINGS).map(
    ([name, { about, example }]) => `# ${about}\n#${name}=${example}\n`,
  );
  return `# Every setting. Copy to .env and take the # off those you need; all of them have defaults.\n\n${lines.join('\n')}`;
}

function problem(environment: Record<string, string>): AnalystError {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof AnalystError) return error;
  }
  throw new Error('these settings were accepted');
}

const ROOT = join(import.meta.dirname, '..');

it('the suggested questions are the same in the manifest and in the README', () => {
  const manifest = parse(readFileSync(join(ROOT, 'slack-manifest.yml'), 'utf8'));
  const prompts: { message: string }[] = manifest.features.agent_view.suggested_prompts;
  expect(prompts.map(({ message }) => message)).toEqual(SUGGESTIONS);
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`npm run ask -- "${SUGGESTIONS[0]}"`);
});

describe('the settings', () => {
  it('have defaults', () => {
    expect(parseConfig({})).toMatchObject({
      MARKET_DATA: 'bundled',
      DATA_DIR: '.data',
      PORT: 3000,
      ROLE: 'all',
    });
  });

  it('are all described in .env.example', () => {
    expect(readFileSync(join(ROOT, '.env.example'), 'utf8')).toBe(envExample());
  });

  it('are all named in one message when they are wrong, with what they are for and an example', () => {
    const { message, hint } = problem({
      PORT: 'high',
      MARKET_DATA: 'sometimes',
      SLACK_BOT_TOKEN: 'secret-123',
    });
    for (const name of ['PORT', 'MARKET_DATA', 'SLACK_BOT_TOKEN'] as const) {
      expect(message).toContain(`${name}:`);
      expect(message).toContain(`${SETTINGS[name].about}, e.g. ${name}=${SETTINGS[name].example}`);
    }
    expect(message).not.toContain('secret-123');
    expect(hint).toContain('.env');
  });

  it('treat an empty value as not set', () => {
    expect(parseConfig({ PORT: '', ANTHROPIC_API_KEY: ' ' })).toMatchObject({ PORT: 3000 });
  });

  it('take lists and switches', () => {
    const config = parseConfig({ ALLOWED_USERS: 'U1, U2', MENTION_ALWAYS: 'true' });
    expect(slackSettings(config)).toMatchObject({ access: { users: ['U1', 'U2'] }, mentionAlways: true });
  });

  it('allow files from Slack only, or from the local workspace', () => {
    expect(slackSettings(parseConfig({})).fileHosts).toEqual(['files.slack.com']);
    const local = parseConfig({ SLACK_API_URL: 'http://127.0.0.1:4000/api' });
    expect(slackSettings(local)).toMatchObject({
      apiUrl: 'http://127.0.0.1:4000/api/',
      fileHosts: ['127.0.0.1:4000'],
    });
  });

  it('say what is missing for several workspaces', () => {
    const config = parseConfig({ SLACK_CLIENT_ID: '1.2' });
    expect(() => slackSettings(config)).toThrow(/SLACK_CLIENT_SECRET.*TOKEN_ENCRYPTION_KEY/);
  });
});
