/**
 * The same functions on a real Inngest server, from the binary that INNGEST_BIN names. `npm run test:inngest`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AnalystError } from '../src/agent/errors.ts';
import type { Model } from '../src/agent/ports.ts';
import { program, scriptedModel, startAnalyst, type TestAnalyst } from '../src/compose.fixture.ts';
import { type InngestServer, startInngest } from './server.fixture.ts';

const binary = process.env.INNGEST_BIN;
if (!binary)
  process.stderr.write('SKIPPED: set INNGEST_BIN to an Inngest binary to test against a real server\n');

const PRICES = `
const [AAPL, MSFT] = await Promise.all(['AAPL', 'MSFT'].map((symbol) => yf_get_historical_stock_prices({ symbol })));
const rows = await query('SELECT ticker, count(*) AS days FROM prices GROUP BY ticker ORDER BY ticker', { AAPL, MSFT });
await create_table('Days', rows);
await create_chart('bar', 'Days', rows, { x: 'ticker', y: 'days' });
return rows;`;

describe.skipIf(!binary)('on a real Inngest server', () => {
  let inngest: InngestServer;
  const analysts: TestAnalyst[] = [];
  beforeAll(async () => {
    inngest = await startInngest(binary ?? '');
  });
  afterEach(async () => {
    for (const analyst of analysts.splice(0)) await analyst.close();
  });
  afterAll(async () => {
    await inngest?.stop();
  });

  async function analystWith(model: Model, environment: Record<string, string> = {}) {
    const analyst = await startAnalyst(model, { INNGEST_DEV: inngest.baseUrl, ...environment });
    analysts.push(analyst);
    return analyst;
  }

  it('answers with the same report, each step once, under readable names', async () => {
    const model = scriptedModel(program(PRICES), 'The same number of days.');
    const analyst = await analystWith(model);
    const report = await analyst.ask('How many days?');
    expect(report.receipt.programs.map(({ error }) => error)).toEqual([null]);
    expect(report.blocks.map(({ kind }) => kind)).toEqual(['table', 'chart']);
    expect(model.requests.length).toBe(2);
    const names = await inngest.stepNames(report.runId);
    expect(names).toEqual(
      expect.arrayContaining([
        'model · turn 1',
        'yf_get_historical_stock_prices AAPL',
        'yf_get_historical_stock_prices MSFT',
        expect.stringMatching(/^query [0-9a-f]{6} · SELECT ticker/),
        'chart · Days',
        'model · turn 2',
        'keep the receipt',
      ]),
    );
    const started = analyst.events.filter((event) => event.type === 'start').map((event) => event.id);
    expect(started.length).toBe(new Set(started).size);
  });

  it('gives a page of the run, and one run for one question', async () => {
    const analyst = await analystWith(scriptedModel('Hello.'));
    const question = { id: 'twice', text: 'Hi', thread: 't', user: 'u', team: '', askedAt: 1, tables: [] };
    const first = await analyst.app.engine.ask(question);
    const second = await analyst.app.engine.ask(question);
    expect(second).toEqual({ runId: first.runId, duplicate: true });
    await analyst.app.server?.wait(first.runId);
    expect(analyst.delivered.length).toBe(1);
    const link = analyst.app.engine.link(first.runId) ?? '';
    expect(link).toBe(`${inngest.baseUrl}/run?runID=${first.runId}`);
    expect((await fetch(link)).status).toBe(200);
  });

  it('lets a program catch the error of a failed step', async () => {
    const bad = `
      const errors = await Promise.all(['SELECT nope', 'DROP TABLE prices'].map((sql) =>
        query(sql, { t: [{ a: 1 }] }).catch((error) => error.message)));
      await create_table('errors', errors.map((message) => ({ message })));`;
    const analyst = await analystWith(scriptedModel(program(bad), 'Both failed.'));
    const report = await analyst.ask('Fail');
    const table = report.blocks[0];
    expect(table?.kind === 'table' && table.rows.map(({ message }) => message)).toEqual([
      expect.stringContaining('nope'),
      expect.stringMatching(/SELECT|read/i),
    ]);
    const codes = report.receipt.calls.filter(({ tool }) => tool === 'query').map(({ error }) => error?.code);
    expect(codes.every((code) => code === 'bad_input' || code === 'refused')).toBe(true);
  });

  it('retries a model that is away, and pays once', async () => {
    const away = new AnalystError('unavailable', 'overloaded', { retryable: true });
    const model = scriptedModel(away, away, 'At last.');
    const report = await (await analystWith(model)).ask('Hello?');
    expect(report.summary).toBe('At last.');
    expect(model.requests.length).toBe(3);
    expect(report.receipt.usage.cost).toBeCloseTo(0.01);
  });

  it('makes an error report when the model cannot be asked at all', async () => {
    const analyst = await analystWith(scriptedModel(new AnalystError('unauthorised', 'Wrong key.')));
    expect((await analyst.ask('Hello?')).error).toMatchObject({
      code: 'unauthorised',
      message: 'Wrong key.',
    });
  });

  it('delivers a failure when the function itself breaks', async () => {
    const broken: Model = {
      name: 'broken',
      complete: () => Promise.reject(new TypeError('a bug of ours')),
    };
    const analyst = await analystWith(broken);
    const question = { id: 'broken', text: 'Hi', thread: 't', user: 'u', team: '', askedAt: 1, tables: [] };
    await analyst.app.engine.ask(question);
    await until(() => analyst.delivered.length > 0);
    expect(analyst.delivered[0]?.error?.message).toContain('a bug of ours');
  });

  it('starts nothing after a run is cancelled', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    const reply = {
      stop: 'end' as const,
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 },
    };
    const model: Model = {
      name: 'slow',
      async complete() {
        asked++;
        await gate;
        return { ...reply, text: program('return 1;') };
      },
    };
    const analyst = await analystWith(model);
    const question = { id: 'stop', text: 'Hi', thread: 't', user: 'u', team: '', askedAt: 1, tables: [] };
    const { runId } = await analyst.app.engine.ask(question);
    await until(() => asked === 1);
    await analyst.app.engine.cancel(runId);
    await until(async () => (await inngest.status(runId))?.endedAt != null);
    release();
    await sleep(500);
    expect(asked).toBe(1);
    expect(analyst.delivered).toEqual([]);
  });

  it('says so when a run is cancelled on the server, and nothing after a stop of our own', async () => {
    let asked = 0;
    const model: Model = {
      name: 'silent',
      complete: () => {
        asked++;
        return new Promise(() => {});
      },
    };
    const analyst = await analystWith(model);
    const question = (id: string) => {
      return { id, text: 'Hi', thread: id, user: 'u', team: '', askedAt: 1, tables: [] };
    };
    const ours = await analyst.app.engine.ask(question('ours'));
    const theirs = await analyst.app.engine.ask(question('theirs'));
    await until(() => asked === 2);
    await analyst.app.engine.cancel(ours.runId);
    await fetch(`${inngest.baseUrl}/v1/runs/${theirs.runId}`, { method: 'DELETE' });
    await until(() => analyst.delivered.length > 0);
    await until(async () => (await inngest.status(ours.runId))?.endedAt != null);
    expect(analyst.delivered.map(({ runId, error }) => [runId, error?.code])).toEqual([
      [theirs.runId, 'stopped'],
    ]);
  });

  it('runs one question of a person at a time when told so, and others beside it', async () => {
    const order: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const model: Model = {
      name: 'gated',
      async complete({ messages }) {
        const text = messages.at(-1)?.text ?? '';
        order.push(text);
        if (text === 'a1') await gate;
        if (text === 'b1') release();
        return {
          text,
          stop: 'end',
          usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 },
        };
      },
    };
    const analyst = await analystWith(model, { CONCURRENCY_PER_USER: '1' });
    const first = analyst.ask('a1', { user: 'ana' });
    await until(() => order.includes('a1'));
    await Promise.all([first, analyst.ask('a2', { user: 'ana' }), analyst.ask('b1', { user: 'bob' })]);
    expect(order).toEqual(['a1', 'b1', 'a2']);
  });

  it.each([
    ['x', 4_700],
    ['<', 900],
  ])('takes the largest result, of many %s, and tells the program of a larger one', async (char, most) => {
    const large = `
      const ask = (rows) => query("SELECT range AS i, '${char.repeat(600)}' AS text FROM range(" + rows + ')');
      await create_metric('rows', (await ask(${most})).length);
      await create_metric('message', await ask(9000).catch((error) => error.message));`;
    const model = scriptedModel(program(large), 'Too large.');
    const report = await (await analystWith(model)).ask('All of it');
    expect(report.blocks).toMatchObject([{ value: most }, { value: expect.stringMatching(/larger?/) }]);
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error('did not happen within 20 s');
}
