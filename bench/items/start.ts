/** (h) From nothing to the first answer, and what the analyst holds when it has nothing to do. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Item } from '../harness/item.ts';
import { familyMemory, listProcesses } from '../harness/memory.ts';
import { median, p95 } from '../harness/stats.ts';
import { askQuestion, withAnalyst } from './app.ts';

const STARTS = 7;
const REST_MS = 3_000;
const CLI = fileURLToPath(import.meta.resolve('../../src/cli.ts'));
const QUESTION = 'Compare AAPL, MSFT and NVDA over the last year, indexed to 100';

export const start: Item = {
  name: 'start',
  title: 'h  cold start, and memory at rest',
  async run() {
    const times: number[] = [];
    for (let i = 0; i < STARTS; i++) times.push(await coldAnswer());
    const idle = await withAnalyst({}, async (analyst) => {
      await askQuestion(analyst);
      // Children give memory back when they have had nothing to do for a while.
      await sleep(REST_MS);
      return familyMemory();
    });
    return [
      {
        what: 'terminal: from start to answer and end',
        value: median(times),
        p95: p95(times),
        unit: 'ms',
        note: 'every process started, prices fetched, chart drawn, without a model',
      },
      {
        what: 'at rest, all children alive',
        value: idle.pss,
        unit: 'MB',
        atMost: 400,
        note: `shared pages counted once (PSS), as the limit of a container does: ${listProcesses(idle)}`,
      },
      {
        what: 'the same, shared pages counted for each process (RSS)',
        value: idle.rss,
        unit: 'MB',
      },
    ];
  },
};

async function coldAnswer(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const before = performance.now();
  try {
    const { PATH = '', NODE_COMPILE_CACHE = join(folder, 'compiled') } = process.env;
    await promisify(execFile)(process.execPath, [CLI, '--out', join(folder, 'charts'), QUESTION], {
      cwd: folder,
      // Compiled code is kept between runs, as `npm run ask` does.
      env: {
        PATH,
        DATA_DIR: join(folder, 'data'),
        MODEL: 'offline',
        NODE_COMPILE_CACHE: resolve(NODE_COMPILE_CACHE),
      },
    });
    return performance.now() - before;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
