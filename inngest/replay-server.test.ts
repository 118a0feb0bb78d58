/**
 * Kill -9 of the process that serves the functions to a real Inngest server (INNGEST_BIN), at several points; it is
 * started again on the same port. The server tries the interrupted request again, so the same is promised as with
 * the driver: a finished step is never repeated, those in flight are, and the answer is the same to the byte.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerIn, journal, type Life, live, QUESTION, REPLIES } from './replay.fixture.ts';
import { freePorts, type InngestServer, startInngest } from './server.fixture.ts';

const binary = process.env.INNGEST_BIN;
if (!binary) process.stderr.write('SKIPPED: set INNGEST_BIN to test crashes with a real server\n');

/** Two deaths a run: inside a model call, after it, inside parallel fetches, after a query, inside the drawing. */
const DEATHS = [
  [/^model called for turn 1$/, /^started yf_.* MSFT/],
  [/^done model · turn 1$/, /^done query .* SELECT ticker/],
  [/^started chart/, /^model called for turn 2$/],
];

describe.skipIf(!binary)('killed with -9 under a real Inngest server', () => {
  let inngest: InngestServer;
  let life: Life | undefined;
  const folders: string[] = [];
  beforeAll(async () => {
    // Longer than the process takes to start: requests that find nobody use up attempts.
    inngest = await startInngest(binary ?? '', 4);
  });
  afterAll(async () => {
    life?.process.kill('SIGKILL');
    await life?.ended;
    await inngest?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** Asks, and starts the process again whenever it dies, until the run has ended. */
  async function answer(dieAt: string[]) {
    const folder = mkdtempSync(join(tmpdir(), 'replay-'));
    folders.push(folder);
    const [port = 0] = await freePorts(1);
    let over = false;
    const start = async () => {
      life = live({ folder, replies: REPLIES, dieAt, inngest: inngest.baseUrl, port });
      const current = life;
      await once(current.process.stdout ?? process, 'data');
      void current.ended.then((signal) => (signal === 'SIGKILL' && !over ? start() : undefined));
    };
    await start();
    await fetch(`http://127.0.0.1:${port}/api/inngest`, { method: 'PUT' });
    const question = { ...QUESTION, id: folder };
    const path = `${inngest.baseUrl}/api/v2/apps/doomed/functions/analyze/invoke`;
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { question } }),
    });
    const { data } = (await response.json()) as { data: { runId: string } };
    for (let tries = 0; tries < 600; tries++) {
      const run = await inngest.status(data.runId);
      if (run?.endedAt) {
        expect([run.status, journal(folder).slice(-3)]).toEqual(['COMPLETED', expect.anything()]);
        over = true;
        life?.process.kill('SIGKILL');
        await life?.ended;
        const { report, thread } = await answerIn(folder, data.runId);
        return { folder, lines: journal(folder), report: blind(report, data.runId), thread };
      }
      await sleep(100);
    }
    throw new Error(`the run did not end: ${journal(folder).join(' | ')}`);
  }

  /** Runs have ids of their own here, and a program draws by the id of its run. */
  function blind(report: string, runId: string): string {
    const lot =
      /"lot":(\d+)|drawn (\d+)|"Lot",\s+"value": (\d+)/.exec(report)?.slice(1).find(Boolean) ?? 'none';
    return report
      .replaceAll(runId, 'RUN')
      .replaceAll(lot, 'LOT')
      .replaceAll(/"resultHash": "[0-9a-f]+"/g, '"resultHash"');
  }

  const stepOf = (line: string) =>
    line.replace(/^(died )?(started|done|model called for) /, '').replace(/^turn/, 'model · turn');

  /** The steps that were in flight at a death, once for each: begun and not done, or done at that very moment. */
  function lostIn(lines: string[]): string[] {
    const lost: string[] = [];
    const running = new Set<string>();
    for (const line of lines) {
      if (/^(started|model called)/.test(line)) running.add(stepOf(line));
      if (line.startsWith('done')) running.delete(stepOf(line));
      if (!line.startsWith('died')) continue;
      lost.push(...running.add(stepOf(line)));
      running.clear();
    }
    return lost;
  }

  it('gives the same answer as when nothing happens', async () => {
    const calm = await answer([]);
    for (const kinds of DEATHS) {
      const group = kinds.map((kind) => calm.lines.find((line) => kind.test(line)) ?? '');
      const stormy = await answer(group);
      const count = (wanted: string) => stormy.lines.filter((line) => line === wanted).length;
      for (const point of group) expect(count(`died ${point}`)).toBe(1);
      const lost = lostIn(stormy.lines);
      for (const line of new Set(calm.lines)) {
        if (!/^(started|model called)/.test(line)) continue;
        const deaths = lost.filter((step) => step === stepOf(line)).length;
        expect([line, count(line)]).toEqual([line, 1 + deaths]);
      }
      expect(stormy.lines.filter((line) => line.startsWith('delivered')).length).toBe(1);
      expect(stormy.report).toBe(calm.report);
      expect((JSON.parse(stormy.thread) as unknown[]).length).toBe(1);
    }
  }, 180_000);
});
