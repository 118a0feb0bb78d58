/** Questions end to end: scripted model, everything else real. */
import { afterEach, describe, expect, it } from 'vitest';
import { AnalystError } from './agent/errors.ts';
import type { Model } from './agent/ports.ts';
import {
  program,
  type ScriptedModel,
  scriptedModel,
  startAnalyst,
  type TestAnalyst,
} from './compose.fixture.ts';

const analysts: TestAnalyst[] = [];
afterEach(async () => {
  for (const analyst of analysts.splice(0)) await analyst.close();
});

async function analystWith(model: Model, environment?: Record<string, string>) {
  const analyst = await startAnalyst(model, environment);
  analysts.push(analyst);
  return analyst;
}

const COMPARE = `
const symbols = ['AAPL', 'MSFT'];
const [AAPL, MSFT] = await Promise.all(symbols.map((symbol) => yf_get_historical_stock_prices({ symbol, period: '1y' })));
const rows = await query(
  'SELECT ticker, date, close / first_value(close) OVER (PARTITION BY ticker ORDER BY date) * 100 AS indexed FROM prices ORDER BY date, ticker',
  { AAPL, MSFT },
);
const last = rows.at(-1);
await create_metric('MSFT indexed', last.indexed, { note: last.date });
await create_table('Last day', rows.slice(-2));
await create_chart('line', 'Indexed to 100', rows, { x: 'date', y: 'indexed', series: 'ticker' });
return { last };`;

describe('an answer', () => {
  it('is a report of what the program made, with its receipt', async () => {
    const model = scriptedModel(`Compares the two.\n${program(COMPARE)}`, 'MSFT ended  the year\nlower.');
    const analyst = await analystWith(model);
    const report = await analyst.ask('Compare AAPL and MSFT over the last year');

    expect(report.error).toBeNull();
    expect(report.summary).toBe('MSFT ended the year lower.');
    expect(report.blocks.map((block) => block.kind)).toEqual(['metric', 'table', 'chart']);
    expect(report.program?.trim()).toBe(COMPARE.trim());
    expect(report.attempts).toBe(1);
    expect(report.freshness).toEqual([
      { source: expect.stringContaining('Big Tech'), lastDate: '2022-12-29', kind: 'bundled' },
    ]);
    const chart = report.blocks[2];
    if (chart?.kind !== 'chart' || !chart.image) throw new Error('no picture');
    const png = await analyst.app.store.getBytes(chart.image.key);
    expect([...(png ?? []).slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);

    const { receipt } = report;
    expect(receipt.turns).toBe(2);
    expect(receipt.usage.cost).toBeCloseTo(0.02);
    expect(receipt.calls.map((call) => call.tool)).toEqual([
      'yf_get_historical_stock_prices',
      'yf_get_historical_stock_prices',
      'query',
      'create_metric',
      'create_table',
      'create_chart',
    ]);
    expect(receipt.calls.every((call) => call.resultHash !== null)).toBe(true);
    expect(await analyst.app.receipts.open(report.runId)).toEqual(report);
  });

  it('shows what happens while it happens, each step once', async () => {
    const analyst = await analystWith(scriptedModel(`Compares.\n${program(COMPARE)}`, 'Done.'));
    await analyst.ask('Compare');
    const started = analyst.events.filter((event) => event.type === 'start').map((event) => event.name);
    expect(started).toEqual([
      'tools and history',
      'model · turn 1',
      'yf_get_historical_stock_prices AAPL 1y',
      'yf_get_historical_stock_prices MSFT 1y',
      expect.stringMatching(/^query [0-9a-f]{6} · SELECT ticker/),
      'chart · Indexed to 100',
      'model · turn 2',
    ]);
    const ended = analyst.events.filter((event) => event.type === 'end');
    expect(ended.length).toBe(started.length);
    const plans = analyst.events.filter((event) => event.type === 'plan');
    expect(plans).toEqual([{ type: 'plan', turn: 1, text: 'Compares.' }]);
  });

  it('sends an error back with its line, and keeps nothing of the program that failed', async () => {
    const broken = `await create_metric('wrong', 1);\nconst rows = null;\nreturn rows.length;`;
    const model = scriptedModel(program(broken), program(`await create_metric('right', 2);`), 'Two.');
    const analyst = await analystWith(model);
    const report = await analyst.ask('Count');
    expect(report.blocks).toEqual([{ kind: 'metric', label: 'right', value: 2 }]);
    expect(report.attempts).toBe(2);
    const repair = model.requests[1]?.messages.at(-1)?.text ?? '';
    expect(repair).toMatch(/^Error: TypeError at line 3/);
    expect(repair).toContain('return rows.length');
  });

  it('does not repeat a call that succeeded before the program failed', async () => {
    const fetch = `const p = await yf_get_historical_stock_prices({ symbol: 'IBM', period: '1mo' });`;
    const model = scriptedModel(
      program(`${fetch}\nthrow new Error('oops');`),
      program(`${fetch}\nawait create_metric('days', Object.keys(JSON.parse(p)).length);`),
      'Done.',
    );
    const analyst = await analystWith(model);
    const report = await analyst.ask('IBM');
    const fetches = analyst.events.filter((e) => e.type === 'start' && e.name.includes('IBM'));
    expect(fetches.length).toBe(1);
    expect(report.receipt.calls.map((call) => [call.tool, call.cached])).toEqual([
      ['yf_get_historical_stock_prices', false],
      ['yf_get_historical_stock_prices', true],
      ['create_metric', false],
    ]);
  });

  it('is an error when the last program failed and there is nothing but a line', async () => {
    const model = scriptedModel(program(`throw new Error('no prices today');`), 'There are no prices.');
    const report = await (await analystWith(model)).ask('Prices?');
    expect(report).toMatchObject({
      summary: 'There are no prices.',
      error: { code: 'no_answer', message: 'no prices today' },
    });
  });

  it('does not run a second program once the report is there', async () => {
    const model = scriptedModel(
      program(`await create_metric('one', 1);`),
      `All done.\n${program(`await create_metric('two', 2);`)}`,
    );
    const report = await (await analystWith(model)).ask('One');
    expect(report.blocks).toEqual([{ kind: 'metric', label: 'one', value: 1 }]);
    expect(report.summary).toBe('All done.');
    expect(report.attempts).toBe(1);
  });

  it('lets a first program look and a second one report', async () => {
    const model = scriptedModel(
      program(`return await calculate_statistics([1, 2, 3]);`),
      (request) => {
        const value = /^value: (.*)$/m.exec(request.messages.at(-1)?.text ?? '')?.[1] ?? '{}';
        return program(`await create_metric('mean', ${(JSON.parse(value) as { mean: number }).mean});`);
      },
      'The mean is 2.',
    );
    const report = await (await analystWith(model)).ask('Mean of 1, 2 and 3?');
    expect(report.blocks).toEqual([{ kind: 'metric', label: 'mean', value: 2 }]);
    expect(report.attempts).toBe(2);
  });

  it('may be text alone', async () => {
    const report = await (await analystWith(scriptedModel('I cannot predict prices.'))).ask(
      'What will AAPL be?',
    );
    expect(report).toMatchObject({
      summary: 'I cannot predict prices.',
      blocks: [],
      error: null,
      attempts: 0,
    });
  });

  it('ends after five turns without one', async () => {
    const model: ScriptedModel = scriptedModel(...Array.from({ length: 5 }, () => program('return 1;')));
    const report = await (await analystWith(model)).ask('Loop');
    expect(report.error?.code).toBe('no_answer');
    expect(model.requests.length).toBe(5);
    expect(report.attempts).toBe(5);
  });

  it('asks again for what it cannot use: an empty reply, a reply cut off', async () => {
    const model = scriptedModel('  ', '```ts\nawait create_metric(', 'I could not.');
    const report = await (await analystWith(model)).ask('?');
    expect(report.summary).toBe('I could not.');
    expect(model.requests[2]?.messages.at(-1)?.text).toContain('cut off');
  });

  it('is an error report when the model cannot be asked', async () => {
    const model = scriptedModel(
      new AnalystError('unauthorised', 'The key was refused.', { hint: 'Set it.' }),
    );
    const report = await (await analystWith(model)).ask('Hello');
    expect(report.error).toEqual({ code: 'unauthorised', message: 'The key was refused.', hint: 'Set it.' });
    expect(model.requests.length).toBe(1);
  });

  it('tells a program about an unknown symbol, which may go on without it', async () => {
    const model = scriptedModel(
      program(`
        try { await yf_get_historical_stock_prices({ symbol: 'NOPE' }); }
        catch (error) { await create_metric('problem', error.message); }`),
      'Unknown.',
    );
    const report = await (await analystWith(model)).ask('NOPE?');
    const [metric] = report.blocks;
    expect(metric?.kind === 'metric' && metric.value).toMatch(/NOPE.*AAPL/s);
  });

  it('goes on with a conversation', async () => {
    const model = scriptedModel(program(`await create_metric('one', 1);`), 'One it is.', ({ messages }) => {
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
      expect(messages[1]?.text).toContain(`create_metric('one', 1)`);
      expect(messages[1]?.text).toContain('One it is.');
      return 'As before.';
    });
    const analyst = await analystWith(model);
    await analyst.ask('One?', { thread: 'talk' });
    const second = await analyst.ask('And now?', { thread: 'talk' });
    expect(second.summary).toBe('As before.');
  });

  it('runs a given program without a model when it is run again', async () => {
    const model = scriptedModel();
    const analyst = await analystWith(model);
    const report = await analyst.ask('again', {
      program: `await create_metric('n', 7, { unit: '%' });`,
      rerun: 'r',
    });
    expect(report.summary).toBe('n: 7%');
    expect(model.requests.length).toBe(0);
    expect(report.receipt.model).toBe('none');
  });

  it('treats a chart that cannot be drawn as an error of the program', async () => {
    const model = scriptedModel(program(`await create_chart('line', 'Nothing', []);`), 'There is no data.');
    const report = await (await analystWith(model)).ask('Draw nothing');
    expect(report.blocks).toEqual([]);
    expect(model.requests[1]?.messages.at(-1)?.text).toMatch(/^Error: /);
  });
});
