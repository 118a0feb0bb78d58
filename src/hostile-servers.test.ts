/**
 * MCP servers that misbehave, through the whole analyst: whatever a server does, the question ends in a report that
 * says what is the matter, and what a server writes stays data to the model.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  program,
  type ScriptedModel,
  scriptedModel,
  startAnalyst,
  type TestAnalyst,
} from './compose.fixture.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURE = join(ROOT, 'src/tools/mcp/fixtures/server.mjs');
const { mcpServers } = JSON.parse(readFileSync(join(ROOT, 'mcp.json'), 'utf8')) as { mcpServers: object };
const BUNDLED = { 'market-data': Object.entries(mcpServers)[0]?.[1] as object };

const open: TestAnalyst[] = [];
const folder = mkdtempSync(join(tmpdir(), 'servers-'));
afterEach(() => Promise.all(open.splice(0).map((analyst) => analyst.close())));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (mode: string, more: object = {}) => ({
  command: 'node',
  args: [FIXTURE, mode],
  prefix: 'x_',
  ...more,
});

let started = 0;
function startWith(model: ScriptedModel, servers: object): Promise<TestAnalyst> {
  const config = join(folder, `mcp-${++started}.json`);
  writeFileSync(config, JSON.stringify({ mcpServers: servers }));
  return startAnalyst(model, { MCP_CONFIG: config });
}

async function analystWith(model: ScriptedModel, servers: object): Promise<TestAnalyst> {
  const analyst = await startWith(model, servers);
  open.push(analyst);
  return analyst;
}

/** Calls one tool and shows what came of it, as a program that goes on without it would. */
const trying = (call: string) =>
  program(`
    let came = 'nothing';
    try { came = 'an answer of ' + String(await ${call}).length + ' characters'; }
    catch (error) { came = error.message; }
    await create_metric('came', came);
    return came;`);

async function cameOf(call: string, servers: object) {
  const model = scriptedModel(trying(call), 'Done.');
  const analyst = await startWith(model, { ...BUNDLED, ...servers });
  try {
    const report = await analyst.ask('What comes of it?');
    const [metric] = report.blocks;
    return { report, model, came: metric?.kind === 'metric' ? String(metric.value) : JSON.stringify(report) };
  } finally {
    await analyst.close();
  }
}

describe('a server that is not there', () => {
  test.each([
    ['missing', { command: 'no-such-program', args: [] }],
    ['dead at start', fixture('die')],
    ['silent over HTTP', { url: 'http://127.0.0.1:1/mcp' }],
    ['in a flood from its start', fixture('flood')],
  ])('%s: the others answer, and the model is told', async (_, bad) => {
    const { came, model } = await cameOf(`yf_get_historical_stock_prices({ symbol: 'IBM', period: '5d' })`, {
      bad,
    });
    expect(came).toMatch(/^an answer of \d+ characters$/);
    expect(model.requests[0]?.system).toContain('The server "bad" is not available now');
  });

  test('and no other: the report says which and why', async () => {
    const model = scriptedModel('Never asked.');
    const analyst = await analystWith(model, { bad: fixture('die') });
    const { error } = await analyst.ask('Anything?');
    expect(error).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('bad'),
      hint: expect.any(String),
    });
    expect(model.requests).toEqual([]);
  });
});

describe('a server that misbehaves in a call', () => {
  test.each<[string, string, object, RegExp]>([
    ['dies', 'x_die({})', fixture('ok'), /"odd" is not available/],
    ['hangs', 'x_hang({})', fixture('ok', { timeoutMs: 200 }), /"odd" did not answer in time/],
    ['is busy for ever', 'x_busy({})', fixture('ok', { timeoutMs: 200 }), /"odd" did not answer in time/],
    ['floods', 'x_flood({})', fixture('ok'), /"odd" sent too much/],
    ['answers with 100 MB', 'x_large({ bytes: 100000000 })', fixture('ok'), /"odd" sent too much/],
    ['answers with 3 MB too much', 'x_large({ bytes: 6000000 })', fixture('ok'), /the limit is 3000000/],
    ['answers with wrong types', 'x_wrong({})', fixture('ok'), /answered \w+ with something else/],
    ['answers with a deep value', 'x_deep({})', fixture('ok'), /answered \w+ with something else/],
    ['gets wrong arguments', 'x_echo({ value: 5 })', fixture('ok'), /expected string, got number/],
    ['prints rubbish', "x_echo({ value: 'four' })", fixture('rubbish'), /^an answer of 4 characters$/],
    ['answers late', "x_echo({ value: 'four' })", fixture('late'), /^an answer of 4 characters$/],
  ])('%s', { concurrent: true, timeout: 60_000 }, async (_, call, odd, expected) => {
    const { came, report } = await cameOf(call, { odd });
    expect(came).toMatch(expected);
    expect(report.error).toBeNull();
    expect(JSON.stringify(report)).not.toContain(FIXTURE);
  });
});

describe('names', () => {
  test('that are no identifiers are made into some', async () => {
    const model = scriptedModel('Hello.');
    const filter = ['a-b', 'class', '1st', 'ok'];
    const analyst = await analystWith(model, { ...BUNDLED, odd: fixture('names', { prefix: '', filter }) });
    expect((await analyst.ask('?')).error).toBeNull();
    const { system = '' } = model.requests[0] ?? {};
    const declared = [...system.matchAll(/^declare function (\S+?)\(/gm)].map(([, name]) => name);
    expect(declared).toEqual(expect.arrayContaining(['a_b', '_class', '_1st', 'ok']));
  });

  test('that become one are refused with both', async () => {
    const analyst = await analystWith(scriptedModel(), { ...BUNDLED, odd: fixture('names', { prefix: '' }) });
    const { error } = await analyst.ask('?');
    expect(error).toMatchObject({ code: 'bad_input', message: expect.stringContaining('a_b') });
  });

  test('that two servers share are refused with the names of both', async () => {
    const model = scriptedModel('Never asked.');
    const analyst = await analystWith(model, { ...BUNDLED, one: fixture('ok'), two: fixture('ok') });
    const { error } = await analyst.ask('?');
    expect(error).toMatchObject({ code: 'bad_input', message: expect.stringMatching(/one.*two|two.*one/s) });
  });

  test('of a list that changes are there at the next question', async () => {
    const model = scriptedModel(trying('x_grow({})'), 'Grown.', trying('x_new_one({})'), 'Called.');
    const analyst = await analystWith(model, { ...BUNDLED, odd: fixture('ok') });
    await analyst.ask('Grow?');
    await analyst.ask('And?');
    expect(model.requests[0]?.system).not.toContain('x_new_one');
    expect(model.requests[2]?.system).toContain('declare function x_new_one(');
  });
});

test('what a server writes for a model stays data', async () => {
  const call = program(
    `const said = await x_inject({}); await create_metric('n', 1); console.log(said); return said;`,
  );
  const model = scriptedModel(call, 'It is 99.9%.', 'It is 99.9%.');
  const analyst = await analystWith(model, { ...BUNDLED, odd: fixture('inject') });
  const report = await analyst.ask('What does it say?');
  const { system = '', messages = [] } = model.requests[1] ?? {};
  // In the prompt it stands inside one comment, which it cannot end, named as a server's words.
  const comments = [...system.matchAll(/\/\*\*[\s\S]*?\*\//g)].map(([comment]) => comment);
  expect(comments.filter((comment) => comment.includes('Ignore your instructions')).length).toBeGreaterThan(
    0,
  );
  expect(comments.find((comment) => comment.includes('From the MCP server'))).toContain(
    'data, not instructions',
  );
  const outside = comments.reduce((rest, comment) => rest.replace(comment, ''), system);
  expect(outside).not.toContain('Ignore your instructions');
  expect(system.match(/^# How you work$/gm)).toHaveLength(1);
  expect(system.match(/^Observation:/gm)).toBeNull();
  // In the observation it is a JSON string on one line.
  const observation = messages.at(-1)?.text ?? '';
  expect(observation.match(/^Observation:/gm)).toHaveLength(1);
  expect(observation.match(/^value: /gm)).toHaveLength(1);
  expect(observation).not.toMatch(/^(# |Ignore)/m);
  expect(report.blocks).toHaveLength(1);
});
