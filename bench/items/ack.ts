/**
 * (i) How long Slack waits for its ack when 200 questions come in a second: the whole bot with its real engine,
 * in a process of its own. Every question is durable before its ack; none may be lost, none be run twice.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from '../../src/workspace/person.ts';
import type { Team } from '../../src/workspace/types.ts';
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts';
import type { Finding, Item } from '../harness/item.ts';
import { median, p95, quantile } from '../harness/stats.ts';

const EVENTS_A_SECOND = 200;
const SECONDS = 10;
const WARM_UP = 200;
const PEOPLE = 100;
/** As many as it takes for each to stay below the questions that a workspace may have waiting. */
const TEAMS = 50;

export const ack: Item = {
  name: 'ack',
  title: 'i  200 questions a second: from Slack sending one to its ack, which says that it is safe',
  async run() {
    return [...(await measure('socket')), ...(await measure('http'))];
  },
};

async function measure(transport: 'socket' | 'http'): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ack-'));
  const workspace = await startWorkspace({ transport });
  const teams = Array.from({ length: TEAMS }, (_, i) => workspace.addTeam(`team ${i}`));
  const people = Array.from({ length: PEOPLE }, (_, i) =>
    workspace.person(`p${i}`, { team: teams[i % TEAMS] as Team }),
  );
  const bot = fork(new URL('./ack-bot.ts', import.meta.url), {
    // The young generation as `npm start` sets it.
    execArgv: ['--no-warnings', '--max-semi-space-size=8'],
    env: { ...process.env, ...environment(workspace, transport, folder) },
  });
  try {
    const { port } = await answerOf<{ port: number }>(bot);
    workspace.eventsUrl = `http://127.0.0.1:${port}/slack/events`;
    await ask(people, WARM_UP);
    const before = workspace.deliveries.length;
    const busy = await processorMs(bot);
    const start = performance.now();
    await ask(people, EVENTS_A_SECOND * SECONDS);
    const seconds = (performance.now() - start) / 1_000;
    await workspace.settled();
    const acks = workspace.deliveries
      .slice(before)
      .filter(isQuestion)
      .map(({ attempts }) => attempts[0]?.ms ?? Number.NaN);
    const busyMs = (await processorMs(bot)) - busy;
    bot.send('stop');
    await once(bot, 'exit');
    const runs = countRuns(join(folder, 'runs.db'));
    const asked = WARM_UP + acks.length;
    const note = `${(acks.length / seconds).toFixed(0)} a second, at most ${quantile(acks, 1).toFixed(1)} ms, ${(busyMs / acks.length).toFixed(1)} ms of processor a question`;
    return [
      { what: `${transport}: ack`, value: median(acks), p95: p95(acks), unit: 'ms', note },
      { what: `${transport}: ack, 99th percentile`, value: quantile(acks, 0.99), unit: 'ms', atMost: 10 },
      {
        what: `${transport}: lost or run twice`,
        value: Math.abs(asked - runs),
        unit: '',
        atMost: 0,
        note: `${asked} asked`,
      },
    ];
  } finally {
    bot.kill('SIGKILL');
    await workspace.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Direct messages: one event each. Sent by the clock, however long the acks take. */
async function ask(people: Person[], count: number): Promise<void> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const due = start + (i * 1_000) / EVENTS_A_SECOND;
    if (performance.now() < due) await sleep(Math.max(1, due - performance.now()));
    people[i % people.length]?.dm(`question ${i}`);
  }
}

/** What the bot itself posts comes back to it as events. */
function isQuestion({ body }: Workspace['deliveries'][number]): boolean {
  return (body.event as { bot_id?: string }).bot_id === undefined;
}

function environment(workspace: Workspace, transport: 'socket' | 'http', folder: string) {
  return {
    DATA_DIR: folder,
    PORT: '0',
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: workspace.botToken,
    ...(transport === 'socket'
      ? { SLACK_APP_TOKEN: workspace.appToken }
      : { SLACK_SIGNING_SECRET: workspace.signingSecret }),
  };
}

async function answerOf<T>(bot: ChildProcess): Promise<T> {
  const [message] = await once(bot, 'message');
  return message as T;
}

async function processorMs(bot: ChildProcess): Promise<number> {
  const answer = answerOf<{ ms: number }>(bot);
  bot.send('cpu');
  return (await answer).ms;
}

function countRuns(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const { count } = db.prepare('SELECT count(*) AS count FROM runs').get() as { count: number };
  db.close();
  return count;
}
