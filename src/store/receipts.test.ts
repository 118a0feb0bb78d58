/** fixtures/report-v1.json is what version 1 wrote. It is never changed: it must open for ever. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../agent/ports.ts';
import type { Report } from '../agent/report.ts';
import { createReceipts } from './receipts.ts';
import { createStore } from './store.ts';

const V1 = readFileSync(new URL('./fixtures/report-v1.json', import.meta.url), 'utf8');
const v1 = (): Report => JSON.parse(V1);

let store: Store;
beforeEach(() => {
  store = createStore('memory:');
});
afterEach(() => store.close());

describe('a report', () => {
  it('of version 1 opens, whole', async () => {
    await store.setBytes('report:old', Buffer.from(V1));
    expect(await createReceipts(store).open('old')).toEqual(v1());
  });

  it('is saved and opened by its run, however often it is saved', async () => {
    const receipts = createReceipts(store);
    await receipts.save(v1());
    await receipts.save(v1());
    expect(await receipts.open(v1().runId)).toEqual(v1());
    expect((await receipts.list('U123', 10)).length).toBe(1);
  });

  it('keeps what a later version of the program added to it', async () => {
    const later = { ...v1(), mood: 'good', blocks: [{ ...v1().blocks[0], colour: 'red' }] };
    await store.set('report:later', later);
    expect(await createReceipts(store).open('later')).toEqual(later);
  });

  it('that does not exist is not found', async () => {
    await expect(createReceipts(store).open('unknown')).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no report of the run "unknown".',
    });
  });

  it.each<[string, unknown, string]>([
    ['of a version to come', { ...v1(), receipt: { ...v1().receipt, version: 2 } }, 'it has version 2'],
    ['without a version', { ...v1(), receipt: {} }, 'it has no version'],
    ['that is no report', 'rubbish', 'it has no version'],
    [
      'with a block of no kind',
      { ...v1(), blocks: [{ kind: 'hologram' }] },
      'it is damaged at blocks.0.kind',
    ],
    ['without its calls', { ...v1(), receipt: { ...v1().receipt, calls: undefined } }, 'at receipt.calls'],
  ])('%s is refused clearly', async (_, stored, why) => {
    await store.set('report:bad', stored);
    await expect(createReceipts(store).open('bad')).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringMatching(`^The report of the run "bad" cannot be read: .*${why}`),
    });
  });
});

describe("a person's list", () => {
  const report = (runId: string, user: string, askedAt: number): Report => ({
    ...v1(),
    runId,
    error: null,
    receipt: { ...v1().receipt, runId, user, askedAt },
  });

  it('has the newest first, up to a limit, and only their own', async () => {
    const receipts = createReceipts(store);
    await Promise.all([
      receipts.save(report('b', 'U1', 100_000)),
      receipts.save(report('a', 'U1', 9_999)),
      receipts.save(report('c', 'U1', 1_764_000_000_000)),
      receipts.save(report('d', 'U1:x', 1)),
    ]);
    const runs = async (user: string, limit: number) =>
      (await receipts.list(user, limit)).map(({ runId }) => runId);
    expect(await runs('U1', 10)).toEqual(['c', 'b', 'a']);
    expect(await runs('U1', 2)).toEqual(['c', 'b']);
    expect(await runs('U1:x', 10)).toEqual(['d']);
    expect(await runs('U', 10)).toEqual([]);
  });

  it('says what was asked, what came of it, and whether it failed', async () => {
    const receipts = createReceipts(store);
    await receipts.save(v1());
    expect(await receipts.list('U123', 1)).toEqual([
      {
        runId: v1().runId,
        thread: 'T1:C1:1764000000.000100',
        question: v1().question,
        summary: v1().summary,
        askedAt: 1_764_000_000_000,
        failed: true,
      },
    ]);
  });
});
