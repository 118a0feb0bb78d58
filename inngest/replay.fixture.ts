/** What the tests of crashes share: the question, the life and death of a process, and what must be the same. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Question } from '../src/agent/question.ts';
import type { Report } from '../src/agent/report.ts';
import { createReceipts } from '../src/store/receipts.ts';
import { createStore } from '../src/store/store.ts';
import { createThreads } from '../src/store/threads.ts';
import { questionAsked } from './client.ts';
import { DriverRecord } from './driver/record.ts';
import type { Doom } from './fixtures/doomed-analyst.ts';

const SCRIPT = fileURLToPath(new URL('./fixtures/doomed-analyst.ts', import.meta.url));

/** Fetches in parallel, queries, catches an error, races, draws lots, and makes a block of each kind. */
const PROGRAM = `
const symbols = ['AAPL', 'MSFT', 'NVDA'];
const prices = await Promise.all(symbols.map((symbol) => yf_get_historical_stock_prices({ symbol, period: '1mo' })));
const series = Object.fromEntries(symbols.map((symbol, i) => [symbol, prices[i]]));
const problem = await query('SELECT nope FROM prices', series).catch((error) => error.message);
const rows = await query('SELECT ticker, date, close FROM prices ORDER BY date, ticker', series);
const first = await Promise.race([
  query('SELECT 1 AS one').then(() => 'long way'),
  calculate_statistics(rows.map((row) => row.close)).then((all) => all.count),
]);
const lot = Math.floor(Math.random() * 1e6);
console.log('drawn', lot, new Date().toISOString());
await create_metric('Winner of the race', first);
await create_metric('Lot', lot, { note: problem.slice(0, 40) });
await create_table('Last days', rows.slice(-3));
await create_chart('line', 'Closes', rows, { x: 'date', y: 'close', series: 'ticker' });
return { lot, first };`;

export const REPLIES = [`Looks at three.\n\`\`\`ts\n${PROGRAM}\n\`\`\``, 'NVDA moved most.'];
export const RUN = 'run-of-the-test';
const THREAD = 'thread-of-the-test';

export const QUESTION: Question = {
  id: 'q1',
  text: 'Compare three',
  thread: THREAD,
  user: 'ana',
  team: '',
  askedAt: Date.UTC(2026, 10, 1),
  tables: [],
};

/** A folder with the run in its record: it waits for the next life. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  const record = new DriverRecord(join(folder, 'runs.db'));
  const event = { name: questionAsked.name, id: QUESTION.id, ts: 1, data: { question: QUESTION } };
  record.addRun({ id: RUN, function: 'doomed-analyze', key: 'doomed:q1', event: JSON.stringify(event) });
  record.close();
  return folder;
}

export interface Life {
  process: ReturnType<typeof spawn>;
  /** Resolves with the signal that ended it; null when it ended by itself, well. */
  ended: Promise<NodeJS.Signals | null>;
}

export function live(doom: Doom): Life {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(doom)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, TZ: 'UTC', NODE_NO_WARNINGS: '1' },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on('exit', (code, signal) => {
      if (signal || code === 0) resolve(signal);
      else reject(new Error(`the analyst ended with ${code}: ${stderr}`));
    });
  });
  return { process: child, ended };
}

/** Every line of what happened in a folder, over all lives. */
export function journal(folder: string): string[] {
  return readFileSync(join(folder, 'journal'), 'utf8').trimEnd().split('\n');
}

/**
 * What must be the same to the byte. Left out are measurements: how long a call took, when the run finished; and
 * whether the call in flight at a crash found its own result in the cache when it was repeated.
 */
export async function answerIn(folder: string, runId = RUN): Promise<{ report: string; thread: string }> {
  const store = createStore(`file:${join(folder, 'store.db')}`);
  try {
    const report = await createReceipts(store).open(runId);
    const thread = await createThreads(store).history(THREAD, 10);
    return { report: comparable(report), thread: JSON.stringify(thread) };
  } finally {
    await store.close();
  }
}

export function comparable(report: Report): string {
  const { finishedAt: _, ...receipt } = report.receipt;
  const calls = receipt.calls.map(({ durationMs: __, cached: ___, ...call }) => call);
  return JSON.stringify({ ...report, receipt: { ...receipt, calls } }, null, 1);
}

/** What a journal says against "a finished step is never repeated; the step in flight is". Empty: nothing. */
export function findRepetitions(lines: string[]): string[] {
  const problems: string[] = [];
  const running = new Set<string>();
  const finished = new Set<string>();
  for (const line of lines) {
    const [, what = '', step = ''] = /^(started|done|recorded|died) (.*)$/.exec(line) ?? [];
    if (what === 'died') running.clear();
    if (what === 'started') {
      if (finished.has(step)) problems.push(`${step} was repeated after it had finished`);
      if (running.has(step)) problems.push(`${step} ran twice in one life`);
      running.add(step);
    }
    if (what === 'recorded') {
      if (finished.has(step)) problems.push(`${step} was recorded twice`);
      finished.add(step);
    }
  }
  return problems;
}
