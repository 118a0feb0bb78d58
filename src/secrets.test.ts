/**
 * A canary in every place where secrets are kept, and a run that tries every way to see one. It must be in nothing
 * that is shown, sent to the model, kept or logged.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { program, scriptedModel, startAnalyst } from './compose.fixture.ts';
import { parseConfig } from './config.ts';
import { renderReport } from './terminal/report.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURE = join(ROOT, 'src/tools/mcp/fixtures/server.mjs');
const WORD = 'zqcanary';
const canary = (place: string) => `${WORD}-${place}-4f1c9a77`;

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that this process was started with is a place for secrets too. */
process.env.SECRET_OF_THE_HOST = canary('host');
afterAll(() => {
  delete process.env.SECRET_OF_THE_HOST;
});

const ATTACKS = [
  `typeof process === 'undefined' ? 'none' : JSON.stringify(process.env)`,
  `Object.getOwnPropertyNames(globalThis).join()`,
  `(await query("SELECT getenv('ANTHROPIC_API_KEY') AS s"))[0].s`,
  `(await query("SELECT content FROM read_text('" + '${folder}/.env' + "')"))[0].content`,
  `(await query("SELECT content FROM read_text('/proc/self/environ')"))[0].content`,
  `JSON.stringify(await query("FROM duckdb_secrets()"))`,
  `JSON.stringify(await query("FROM duckdb_settings()"))`,
  `JSON.stringify(await create_chart('spec', 'T', [{ a: 1 }], { spec: { data: { url: 'file://${folder}/.env' }, mark: 'bar' } }))`,
  `JSON.stringify(await create_chart('spec', 'T', [{ a: 1 }], { spec: { mark: 'bar', transform: [{ calculate: "datum.a.constructor.constructor('return process.env')()", as: 'z' }], encoding: { x: { field: 'a' } } } }))`,
  `await other_environment({})`,
  `await own_environment({})`,
  `await own_secret({})`,
  `await own_fail({ value: 'the key is ' + await own_secret({}) })`,
  `await own_missing({})`,
];
const PROGRAM = `
const seen = [];
const attacks = [${ATTACKS.map((attack) => `async () => ${attack}`).join(',\n')}];
for (const attack of attacks) {
  try { seen.push(String(await attack())); } catch (error) { seen.push(error.name + ': ' + error.message + error.stack + error.hint); }
}
for (const text of seen) console.log(text);
await create_table('Seen', seen.map((text) => ({ text })));
return seen;`;

test('a canary in the environment, the settings and mcp.json is shown nowhere', {
  timeout: 60_000,
}, async () => {
  const config = join(folder, 'mcp.json');
  const server = { command: 'node', timeoutMs: 2_000 };
  writeFileSync(join(folder, '.env'), `ANTHROPIC_API_KEY=${canary('file')}\n`);
  writeFileSync(
    config,
    JSON.stringify({
      mcpServers: {
        own: {
          ...server,
          args: [FIXTURE, 'ok', `--api-key=${canary('argument')}`],
          prefix: 'own_',
          env: { KEY: `Bearer \${SERVER_KEY}`, LITERAL: canary('literal') },
        },
        other: { ...server, args: [FIXTURE, 'ok'], prefix: 'other_' },
        dead: { ...server, args: [FIXTURE, 'die'], env: { KEY: canary('dead') } },
        web: { url: 'http://127.0.0.1:1/mcp', headers: { Authorization: `Bearer ${canary('header')}` } },
      },
    }),
  );
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const printer =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) =>
      log[level]({ parts }, 'engine');
  const model = scriptedModel(program(PROGRAM), 'Nothing was found.');
  const analyst = await startAnalyst(
    model,
    {
      MCP_CONFIG: config,
      ANTHROPIC_API_KEY: canary('claude'),
      OPENAI_API_KEY: canary('openai'),
      INNGEST_EVENT_KEY: canary('inngest'),
      SLACK_BOT_TOKEN: `xoxb-${canary('slack')}`,
      SLACK_SIGNING_SECRET: canary('signing'),
      SERVER_KEY: canary('server'),
      UNUSED_SECRET: canary('unused'),
    },
    { debug: printer('debug'), info: printer('info'), warn: printer('warn'), error: printer('error') },
  );
  try {
    const report = await analyst.ask('What do you see?');
    expect(report.error).toBeNull();
    // Every attack has been made, and those on servers came as far as the server.
    const seen = JSON.stringify(report.blocks);
    expect(report.blocks[0]).toMatchObject({ kind: 'table', rows: { length: ATTACKS.length } });
    expect(seen).toContain('the key is Bearer ***');
    expect(seen).toContain('undefined');

    const { store } = analyst.app;
    const kept = await Promise.all(
      (await store.keys('')).map(async (key) => [key, await store.get(key).catch(() => null)]),
    );
    const shown: Record<string, string> = {
      report: seen + JSON.stringify(report),
      'what the model was sent': JSON.stringify(model.requests),
      progress: JSON.stringify(analyst.events),
      'the log': logged.join(''),
      'the store': JSON.stringify(kept),
      'the terminal': renderReport({
        ...{ report, width: 100, link: null, showProgram: true },
        images: new Map(),
        style: (_format, text) => text,
        picture: () => '',
      }),
      'an error of the settings': settingsError(),
    };
    for (const [place, text] of Object.entries(shown)) expect(text, place).not.toContain(WORD);
    expect(shown['the store']?.length).toBeGreaterThan(1_000);
    const files = readdirSync(analyst.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const data = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
    expect(data.join('').length).toBeGreaterThan(1_000);
    expect(data.join('')).not.toContain(WORD);
  } finally {
    await analyst.close();
  }
});

/** Wrong settings are named, never quoted. */
function settingsError(): string {
  try {
    const wrong = canary('wrong');
    parseConfig({ PORT: wrong, MARKET_DATA: wrong, ANTHROPIC_BASE_URL: wrong, LOG_LEVEL: wrong });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the settings were right');
}
