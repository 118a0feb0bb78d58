import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { BLOCK_LIMITS } from './blocks/limits.ts';
import { EVENTS, FREE_METHODS, SCOPES, SHORTCUT } from './scopes.ts';

const manifest = z
  .object({
    features: z.object({
      agent_view: z.object({
        agent_description: z.string().max(300),
        suggested_prompts: z
          .array(z.object({ title: z.string(), message: z.string() }))
          .max(BLOCK_LIMITS.suggestedPrompts),
      }),
      app_home: z.object({ home_tab_enabled: z.literal(true), messages_tab_enabled: z.literal(true) }),
      shortcuts: z.array(z.object({ callback_id: z.string(), type: z.string() })),
      slash_commands: z.array(z.object({ command: z.string(), should_escape: z.literal(true) })),
    }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }).strict() }),
    settings: z.object({
      event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
      interactivity: z.object({ is_enabled: z.literal(true) }),
    }),
  })
  .parse(parse(readFileSync(new URL('../../slack-manifest.yml', import.meta.url), 'utf8')));

const code = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('fixture.ts'))
  .map((file) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))
  .join('\n');

/** `client.chat.postMessage(` and the like, over several lines. */
const called = [...code.matchAll(/\bclient\s*\.((?:\w+\s*\.\s*)+\w+)\(/g)].map(([, path]) =>
  (path ?? '').replace(/\s/g, ''),
);
const heard = [...code.matchAll(/app\.event\('([\w.]+)'/g)].map(([, name]) => name ?? '');

describe('the manifest and the code', () => {
  it('agree on scopes', () => {
    expect(manifest.oauth_config.scopes.bot).toEqual(Object.keys(SCOPES).sort());
  });

  it('agree on events', () => {
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(Object.keys(EVENTS).sort());
    expect([...new Set(heard)].sort()).toEqual([...new Set(Object.values(EVENTS))].sort());
  });

  it('agree on methods: every one called has its scope, every scope has its use', () => {
    const known = new Set<string>([...Object.values(SCOPES).flat(), ...FREE_METHODS]);
    expect(called.length).toBeGreaterThan(15);
    expect([...new Set(called)].filter((method) => !known.has(method))).toEqual([]);
    const methods = [...known].filter((use) => /^\w+(\.\w+)+$/.test(use));
    expect(methods.filter((method) => !called.includes(method))).toEqual([]);
  });

  it('agree on the shortcut and have a command', () => {
    expect(manifest.features.shortcuts).toEqual([
      expect.objectContaining({ callback_id: SHORTCUT, type: 'message' }),
    ]);
    expect(manifest.features.slash_commands.map((each) => each.command)).toEqual(['/ask']);
  });
});
