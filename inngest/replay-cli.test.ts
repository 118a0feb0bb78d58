/** What a person does: `npm run ask` is killed with -9 in the middle, and `--resume` finishes the run. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { events, type ModelServer, startModelServer } from '../src/models/model-server.fixture.ts';
import { REPLIES } from './replay.fixture.ts';

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'replay-'));
let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
  for (const content of REPLIES) {
    const usage = { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 };
    const chunk = { choices: [{ index: 0, delta: { content }, finish_reason: 'stop' }], usage };
    models.next(events([chunk], { tail: 'data: [DONE]\n\n' }));
  }
});
afterAll(async () => {
  await models.close();
  rmSync(folder, { recursive: true, force: true });
});

function npmRunAsk(...args: string[]): ChildProcess {
  const { PATH, HOME } = process.env;
  const settings = { DATA_DIR: folder, OPENAI_BASE_URL: models.url, OPENAI_API_KEY: 'k', MODEL: 'scripted' };
  return spawn('npm', ['run', '--silent', 'ask', '--', ...args, '--out', folder], {
    cwd: ROOT,
    env: { PATH, HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Everything that a stream has said so far. */
function hear(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return () => text;
}

function descendants(pid: number): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = table.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('finishes a killed question without asking the model again', async () => {
  const killed = npmRunAsk('Compare three');
  const progress = hear(killed.stderr);
  const early = hear(killed.stdout);
  await expect.poll(progress, { timeout: 60_000, interval: 5 }).toMatch(/^… chart/m);
  const pid = killed.pid ?? Number.NaN;
  const family = [pid, ...descendants(pid)];
  // npm, node and the children: of programs, of queries, of charts, of prices, and their guardian.
  expect(family.length).toBeGreaterThan(5);
  process.kill(-pid, 'SIGKILL');
  await once(killed, 'exit');
  expect(early()).toBe('');
  await expect.poll(() => family.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  expect(models.received.length).toBe(1);

  const runId = /^run (\S+); if it is cut off: npm run ask -- --resume \1$/m.exec(progress())?.[1] ?? '';
  const resumed = npmRunAsk('--resume', runId, '--json');
  const [again, answer] = [hear(resumed.stderr), hear(resumed.stdout)];
  expect(await once(resumed, 'close')).toEqual([0, null]);
  expect(again().match(/^… .*/gm)).toEqual(['… chart · Closes', '… model · turn 2']);
  expect(JSON.parse(answer())).toMatchObject({
    runId,
    summary: 'NVDA moved most.',
    error: null,
    attempts: 1,
  });
  expect(models.received.length).toBe(2);

  const third = npmRunAsk('--resume', runId, '--json');
  const repeated = hear(third.stdout);
  await once(third, 'close');
  expect(JSON.parse(repeated())).toEqual(JSON.parse(answer()));
  expect(models.received.length).toBe(2);
}, 120_000);
