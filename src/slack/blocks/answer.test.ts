import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, Report } from '../../agent/report.ts';
import { checkMessageBlocks, checkView } from '../../workspace/blocks.ts';
import { answer, type Form } from './answer.ts';
import { csvFiles } from './csv.ts';
import { feedbackWindow } from './feedback-window.ts';
import { helpMessage } from './help.ts';
import { homeView } from './home.ts';
import { ANSWER_LIMITS, BLOCK_LIMITS } from './limits.ts';
import { fallbackText } from './plain-text.ts';
import { Plan, planMessage } from './plan.ts';
import { programWindow } from './program-window.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('<', '&', '>', '`', '\n', ' ', 'x', '😀'), maxLength: 8_000 }),
);
const number = fc.oneof(fc.double(), fc.integer(), fc.constant(null));
const cell = fc.oneof(text, number, fc.boolean());

const metric: fc.Arbitrary<Block> = fc.record(
  {
    kind: fc.constant('metric' as const),
    label: text,
    value: fc.oneof(text, number),
    unit: text,
    digits: fc.oneof(fc.integer(), fc.double()),
    delta: fc.double(),
    note: text,
  },
  { requiredKeys: ['kind', 'label', 'value'] },
);
const table: fc.Arbitrary<Block> = fc.integer({ min: 0, max: 30 }).chain((width) => {
  const columns = Array.from({ length: width }, (_, i) => ({ name: `c${i}` }));
  const row = fc
    .array(cell, { minLength: width, maxLength: width })
    .map((cells) => Object.fromEntries(cells.map((value, i) => [`c${i}`, value])));
  return fc.record({
    kind: fc.constant('table' as const),
    title: text,
    columns: fc.constant(columns),
    rows: fc.array(row, { maxLength: 40 }),
  });
});
const chart: fc.Arbitrary<Block> = fc.record({
  kind: fc.constant('chart' as const),
  type: fc.constant('line'),
  title: text,
  alt: text,
  spec: fc.constant({}),
  rows: fc.array(fc.dictionary(text, cell, { maxKeys: 3 }), { maxLength: 5 }),
  image: fc.constant({ key: 'k', width: 1, height: 1, bytes: 1 }),
});

const report: fc.Arbitrary<Report> = fc
  .record({
    summary: text,
    program: fc.option(text),
    blocks: fc.array(fc.oneof(metric, table, chart), { maxLength: 40 }),
    error: fc.option(fc.record({ code: fc.constant('no_data' as const), message: text, hint: text })),
    source: text,
    call: text,
  })
  .map(({ summary, program, blocks, error, source, call }) => ({
    runId: 'run-1',
    question: summary,
    summary,
    program,
    blocks,
    error,
    attempts: 1,
    freshness: [{ source, kind: 'live' as const }],
    receipt: {
      version: 1 as const,
      runId: 'run-1',
      question: summary,
      user: 'U1',
      thread: 'T1:C1:1',
      askedAt: 0,
      finishedAt: 1_000,
      model: source,
      turns: 1,
      programs: [],
      calls: Array.from({ length: 60 }, () => ({
        tool: 'query',
        name: call,
        args: [],
        resultHash: null,
        durationMs: 1,
        cached: false,
      })),
      usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, cost: null },
      versions: {},
    },
  }));

const picturesOf = (blocks: Block[]) =>
  new Map(blocks.flatMap((block, i) => (block.kind === 'chart' ? [[i, `F${i}`] as const] : [])));
/** As Slack receives it. */
const copy = (value: unknown): never => JSON.parse(JSON.stringify(value)) as never;

describe('an answer', () => {
  it.each(['full', 'simple', 'plain'] as Form[])(
    'in the form %s is never refused by Slack, whatever the report',
    (form) => {
      fc.assert(
        fc.property(report, (given) => {
          const { messages, left } = answer(given, {
            form,
            pictures: form === 'full' ? picturesOf(given.blocks) : new Map(),
            link: given.program === null ? null : 'https://runs.test/1',
            share: given.program !== null,
            changes: [given.summary],
          });
          expect(messages.length).toBeLessThanOrEqual(ANSWER_LIMITS.messages);
          for (const message of messages) {
            expect(message.text.trim()).not.toBe('');
            expect(message.text.length).toBeLessThanOrEqual(BLOCK_LIMITS.messageText);
            if (message.blocks) checkMessageBlocks(copy(message.blocks), () => true);
          }
          // What is in no message is in a file, or it is a chart that has its picture in one.
          const inFiles = csvFiles({ blocks: left }).length;
          expect(inFiles > 0).toBe(left.length > 0);
        }),
        { numRuns: 150 },
      );
    },
  );

  it('opens its windows whatever the report', () => {
    fc.assert(
      fc.property(report, (given) => {
        checkView(copy(programWindow(given)), 'modal', () => true);
        checkView(copy(feedbackWindow(given.runId, 'bad')), 'modal', () => true);
        checkMessageBlocks(copy(helpMessage([given.summary || 'x']).blocks ?? []), () => true);
        const home = homeView({
          capabilities: [{ name: given.summary, description: given.question, state: 'ready' }],
          suggestions: [given.summary || 'x'],
          questions: [{ text: given.question, at: 0, link: 'https://a.test/1', failed: true }],
          usage: { questionsLastHour: 1, questionsPerHour: 2, tokensToday: 3, tokensPerDay: 4 },
        });
        checkView(copy(home), 'home', () => true);
      }),
      { numRuns: 100 },
    );
  });

  it('has no markup of anybody else in its fallback', () => {
    fc.assert(
      fc.property(report, (given) => {
        expect(fallbackText(given)).not.toMatch(/[<>]/);
      }),
    );
  });
});

describe('a plan', () => {
  it('fits, whatever happens in a run', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 60 }), (names) => {
        const plan = new Plan();
        for (const [i, [name, message]] of names.entries()) {
          plan.apply({ type: 'plan', turn: 1, text: name });
          plan.apply({ type: 'start', id: String(i), name, kind: 'tool' });
          if (i % 2) plan.apply({ type: 'fail', id: String(i), name, message });
        }
        checkMessageBlocks(copy(planMessage(plan, 'run-1').blocks ?? []), () => true);
      }),
    );
  });
});
