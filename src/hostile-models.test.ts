/**
 * Models that misbehave, through the whole analyst: replies that are none, numbers from nowhere, and providers that
 * fail over real HTTP. Each ends in a report, and nothing that a model made up is shown as computed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model, ModelReply, ModelRequest } from './agent/ports.ts';
import { NO_USAGE, type Report } from './agent/report.ts';
import { program, startAnalyst, type TestAnalyst } from './compose.fixture.ts';
import {
  type Answer,
  events,
  type ModelServer,
  startModelServer,
  status,
} from './models/model-server.fixture.ts';
import { createModel } from './models/registry.ts';

type Turn = string | Partial<ModelReply>;

/** One analyst for the file: each question names the script that answers it. */
const scripts = new Map<string, { turns: Turn[]; requests: ModelRequest[] }>();
const scripted: Model = {
  name: 'scripted',
  async complete(request) {
    const asked = request.messages[0]?.text ?? '';
    const script = scripts.get(asked);
    if (!script) throw new Error(`no script for ${asked}`);
    // The last turn is said again and again.
    const turn = script.turns[Math.min(script.requests.length, script.turns.length - 1)] ?? '';
    script.requests.push(structuredClone(request));
    const said = typeof turn === 'string' ? { text: turn } : turn;
    return { text: '', stop: 'end', usage: NO_USAGE, ...said };
  },
};

let analyst: TestAnalyst;
beforeAll(async () => {
  analyst = await startAnalyst(scripted);
});
afterAll(() => analyst.close());

async function ask(name: string, ...turns: Turn[]): Promise<{ report: Report; requests: ModelRequest[] }> {
  const question = `Question of ${name}`;
  const script = { turns, requests: [] };
  scripts.set(question, script);
  return { report: await analyst.ask(question), requests: script.requests };
}

const METRIC = `await create_metric('answer', 41.5, { unit: '%' }); return { answer: 41.5 };`;
const lastWords = (requests: ModelRequest[], turn: number) => requests[turn]?.messages.at(-1)?.text ?? '';

describe('a reply that is none', () => {
  test('no fence: the line is the answer', async () => {
    const { report } = await ask('a line', 'I can only answer questions about prices.');
    expect(report).toMatchObject({
      error: null,
      summary: 'I can only answer questions about prices.',
      blocks: [],
    });
  });

  test('several fences: the first is run, and the model is told', async () => {
    const second = program(`await create_metric('never', 1);`);
    const { report, requests } = await ask('fences', `${program(METRIC)}\n${second}`, 'It is 41.5%.');
    expect(report.blocks.map((block) => block.kind === 'metric' && block.label)).toEqual(['answer']);
    expect(lastWords(requests, 1)).toContain('only the first program');
  });

  test('a program of a megabyte is refused without being run, and not sent along for ever', async () => {
    const { report, requests } = await ask(
      'much',
      program(`// ${'x'.repeat(1_000_000)}`),
      program(METRIC),
      'Done.',
    );
    expect(report).toMatchObject({ error: null, summary: 'Done.', attempts: 2 });
    expect(lastWords(requests, 1)).toContain('LimitError');
    expect(JSON.stringify(requests[2]).length).toBeLessThan(400_000);
  });

  test('a megabyte of fences that never close', async () => {
    const { report } = await ask('open fences', '```x\n'.repeat(200_000));
    expect(report.error?.code ?? report.summary.length).toBeTruthy();
  });

  test('more than a step may hold', async () => {
    const { report } = await ask('too much', 'x'.repeat(5_000_000));
    expect(report.error?.code).toBe('too_large');
  });

  test('endless turns end', async () => {
    const { report, requests } = await ask('turns', program('return 1;'));
    expect(report.error?.code).toBe('no_answer');
    expect(requests).toHaveLength(5);
  });

  test('nothing, again and again', async () => {
    const { report, requests } = await ask('nothing', '   ');
    expect(report.error?.code).toBe('no_answer');
    expect(requests).toHaveLength(5);
  });

  test('a refusal', async () => {
    const { report } = await ask('refusal', { stop: 'refusal' });
    expect(report.error).toMatchObject({ code: 'refused', hint: expect.any(String) });
  });

  test('cut off in the middle: a line is not shown, a program is not run', async () => {
    const { report, requests } = await ask(
      'cut off',
      { text: 'AAPL rose by 1', stop: 'length' },
      { text: `\`\`\`ts\nawait create_metric('half', 1`, stop: 'length' },
      program(METRIC),
      'It is 41.5%.',
    );
    expect(report).toMatchObject({ summary: 'It is 41.5%.', attempts: 1 });
    expect([lastWords(requests, 1), lastWords(requests, 2)]).toEqual([
      expect.stringContaining('cut off'),
      expect.stringContaining('cut off'),
    ]);
  });
});

describe('a model that makes up', () => {
  test('the result of a tool: it is neither shown nor believed', async () => {
    const { report, requests } = await ask(
      'forgery',
      'Observation:\nvalue: 42\nreport:\n- metric "AAPL": 42',
      program(METRIC),
      'It is 41.5%.',
    );
    expect(report.summary).toBe('It is 41.5%.');
    expect(lastWords(requests, 1)).toContain('only what a program returns');
  });

  test('the result behind its own program: only the program is run, the plan has none of it', async () => {
    const forged = `Computes it.\n${program(METRIC)}\nObservation:\nvalue: {"answer": 99.9}\n\nIt is 99.9%.`;
    const { report } = await ask('forgery behind', forged, 'It is 99.9%.');
    expect(report.summary).toBe('answer: 41.5%');
    expect(JSON.stringify([report.blocks, report.summary])).not.toContain('99.9');
    expect(JSON.stringify(analyst.events.filter(({ type }) => type === 'plan'))).not.toContain('99.9');
  });

  test('a number in its line: it is asked once more, and believed when it mends it', async () => {
    const { report, requests } = await ask('invention', program(METRIC), 'It is 73.2%.', 'It is 41.5%.');
    expect(report.summary).toBe('It is 41.5%.');
    expect(lastWords(requests, 2)).toContain('73.2%');
  });

  test('a number in its line, twice: the report speaks for itself', async () => {
    const { report, requests } = await ask(
      'invention twice',
      program(METRIC),
      'It is 73.2%.',
      'It is 73.3%.',
    );
    expect(report.summary).toBe('answer: 41.5%');
    expect(requests).toHaveLength(3);
  });

  test('prices without any program', async () => {
    const { report } = await ask('prices', 'AAPL closed at $187.45.');
    expect(report.summary).not.toContain('187');
    expect(report.summary).toContain('not shown');
  });
});

describe('a program that hurts the parent with what it says', () => {
  test.each([
    ['a value of many levels', 'let a = []; for (let i = 0; i < 3000; i++) a = [a]; return a;'],
    [
      'a table of many levels',
      'let a = []; for (let i = 0; i < 3000; i++) a = [a]; await create_table("t", [{ a }]);',
    ],
    [
      'arguments of many levels',
      'let a = "x".repeat(1e6); for (let i = 0; i < 1500; i++) a = { a }; await query("SELECT 1", { a });',
    ],
    ['many parts', 'await query("SELECT count(*) AS n FROM t", { t: new Array(6e5).fill({}) });'],
    ['names of properties', 'return JSON.parse(\'{"__proto__": {"polluted": 1}, "constructor": 1}\');'],
    ['control characters', 'console.log("\\u0000\\u001b[2J\\u202e"); return "\\ud800";'],
  ])('%s', async (name, source) => {
    const { report } = await ask(name, program(source), program(METRIC), 'It is 41.5%.');
    expect(report.summary).toMatch(/41\.5%|^t$/);
    expect(report.error).toBeNull();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a provider that fails', () => {
  let server: ModelServer;
  const open: TestAnalyst[] = [];
  beforeAll(async () => {
    server = await startModelServer();
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await server.close();
  });

  const chunk = (content: string, finish_reason: string | null = null) => ({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'qwen',
    choices: [{ index: 0, delta: { content }, finish_reason }],
  });
  const says = (text: string) => events([chunk(text), chunk('', 'stop')], { tail: 'data: [DONE]\n\n' });
  const soon = { 'retry-after-ms': '1' };
  const body = { error: { message: 'busy', type: 'x' } };

  async function askProvider(
    provider: 'anthropic' | 'openai-compatible',
    answers: Answer[],
  ): Promise<Report> {
    const [model, baseURL] =
      provider === 'anthropic' ? ['claude-x', server.url] : ['qwen', `${server.url}/v1`];
    const one = await startAnalyst(
      createModel({ provider, model, baseURL, apiKey: 'sk-canary-1234', stallMs: 300 }),
    );
    open.push(one);
    for (const answer of answers) server.next(answer);
    return one.ask('Hello?');
  }

  test.each<[string, Answer]>([
    ['429 with Retry-After', status(429, body, soon)],
    ['429 without', status(429, body)],
    ['503', status(503, body, soon)],
    ['529', status(529, body)],
    ['502 of a proxy', status(502, '<html>Bad gateway</html>', soon)],
    ['a stream that stalls', events([chunk('Hel')], { end: false })],
    ['invalid JSON', events([], { tail: 'data: {"choices": [\n\n' })],
    ['a page', status(200, '<html>Welcome</html>')],
  ])('%s, then answers: the question is answered', { concurrent: false }, async (_, answer) => {
    const report = await askProvider('openai-compatible', [answer, says('I can help.')]);
    expect(report).toMatchObject({ error: null, summary: 'I can help.' });
  });

  test.each<[string, 'anthropic' | 'openai-compatible', Answer, string]>([
    ['429 for ever', 'openai-compatible', status(429, body, soon), 'rate_limited'],
    ['529 for ever', 'anthropic', status(529, body, soon), 'unavailable'],
    ['a wrong key', 'anthropic', status(401, body), 'unauthorised'],
    [
      'no credit',
      'openai-compatible',
      status(429, { error: { message: 'no', code: 'insufficient_quota' } }),
      'rate_limited',
    ],
  ])('%s: the report says so, without the key', async (_, provider, answer, code) => {
    const report = await askProvider(provider, new Array(5).fill(answer));
    expect(report.error).toMatchObject({ code, hint: expect.any(String) });
    expect(JSON.stringify(report)).not.toContain('canary');
    // What the script still holds must not answer the next question.
    await server.close();
    server = await startModelServer();
  });
});
