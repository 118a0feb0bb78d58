/**
 * Kill -9 at the boundaries of steps and inside them. What is promised: a finished step is never repeated, the
 * step in flight is; there is one answer, and it is the same to the byte as that of an undisturbed run.
 * `REPLAY=all` dies at every point there is, which takes minutes; otherwise at one of each kind.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerIn, findRepetitions, journal, live, newFolder, REPLIES, RUN } from './replay.fixture.ts';

/** A run is taken up ten times at the most. */
const MOST_DEATHS = 9;

const ONE_OF_EACH_KIND = [
  /^model called for turn 1$/,
  /^done model · turn 1$/,
  /^done query .* SELECT ticker/,
  /^recorded program-1$/,
  /^done chart/,
  /^recorded model · turn 2$/,
  /^done keep$/,
];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function prepared(): string {
  const folder = newFolder();
  folders.push(folder);
  return folder;
}

let undisturbed: { points: string[]; answer: Awaited<ReturnType<typeof answerIn>> };
beforeAll(async () => {
  const folder = prepared();
  expect(await live({ folder, replies: REPLIES }).ended).toBeNull();
  const points = journal(folder).filter((line) => !line.startsWith('delivered'));
  undisturbed = { points, answer: await answerIn(folder) };
}, 60_000);

/** Lives until the run has ended, dying at each of the points once. */
async function dieAt(points: string[]): Promise<string> {
  const folder = prepared();
  for (let lives = 0; lives <= points.length; lives++) {
    const signal = await live({ folder, replies: REPLIES, dieAt: points }).ended;
    if (signal === null) return folder;
    expect(signal).toBe('SIGKILL');
  }
  throw new Error(`still dying after ${points.length} deaths`);
}

async function expectTheSame(folder: string): Promise<void> {
  const lines = journal(folder);
  const times = (...wanted: string[]) => lines.filter((line) => wanted.includes(line)).length;
  expect(findRepetitions(lines)).toEqual([]);
  for (const turn of [1, 2]) {
    const deathsInside = times(`died model called for turn ${turn}`, `died done model · turn ${turn}`);
    expect(times(`model called for turn ${turn}`)).toBe(1 + deathsInside);
  }
  expect(times(`delivered ${RUN}`)).toBe(1 + times('died done deliver'));
  expect(await answerIn(folder)).toEqual(undisturbed.answer);
  const left = lines.filter((line) => line.startsWith('leaves')).flatMap((line) => line.match(/\d+/g) ?? []);
  await expect.poll(() => left.map(Number).filter(isAlive), { timeout: 10_000 }).toEqual([]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Each group once through all points, so that every run dies early and late. */
function groupsOf(points: string[]): string[][] {
  const count = Math.ceil(points.length / MOST_DEATHS);
  return Array.from({ length: count }, (_, group) => points.filter((_point, i) => i % count === group));
}

describe('killed with -9', () => {
  it('meets every kind of point', () => {
    const met = (kind: string) => undisturbed.points.filter((point) => point.startsWith(kind)).length;
    // start, opening, two turns, three fetches, three queries, program, chart, finish, keep, deliver
    expect(met('recorded')).toBe(15);
    expect(met('done')).toBe(15);
    expect(met('model called')).toBe(2);
  });

  it('at one point of each kind, one run gives the same answer', async () => {
    const points = ONE_OF_EACH_KIND.map((kind) => undisturbed.points.find((point) => kind.test(point)) ?? '');
    const folder = await dieAt(points);
    expect(journal(folder).filter((line) => line.startsWith('died')).length).toBe(points.length);
    await expectTheSame(folder);
  }, 120_000);

  it.runIf(process.env.REPLAY === 'all')(
    'at every point, each run gives the same answer',
    async () => {
      const died = new Set<string>();
      for (const group of groupsOf(undisturbed.points)) {
        const folder = await dieAt(group);
        await expectTheSame(folder);
        for (const line of journal(folder)) if (line.startsWith('died ')) died.add(line.slice(5));
      }
      // Steps that run side by side may be recorded before their turn to die comes.
      const missed = undisturbed.points.filter((point) => !died.has(point));
      for (const point of missed) await expectTheSame(await dieAt([point]));
    },
    600_000,
  );
});
