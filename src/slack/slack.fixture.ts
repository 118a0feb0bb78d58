/**
 * For the tests of this room: the real Bolt app against the local workspace, a real store, and an engine whose
 * answers are scripted. Its steps are recorded, retried, and killed where a test says so.
 */
import { AnalystError } from '../agent/errors.ts';
import type { Engine, ProgressEvent, Steps, Store } from '../agent/ports.ts';
import type { Question } from '../agent/question.ts';
import { type Block, NO_USAGE, type Report } from '../agent/report.ts';
import { createReceipts } from '../store/receipts.ts';
import { createStore } from '../store/store.ts';
import { createThreads } from '../store/threads.ts';
import type { WorkspaceOptions } from '../workspace/options.ts';
import { startWorkspace, type Workspace } from '../workspace/workspace.ts';
import type { SlackSettings } from './settings.ts';
import type { SlackDependencies } from './slack.ts';
import { createSlack, type Slack } from './slack.ts';

/** A transparent pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

export const EVENTS_OF_MANIFEST = [
  'agent_session_stopped',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'message.channels',
  'message.groups',
  'message.im',
  'tokens_revoked',
];

export function reportOf(question: Question, runId: string, over: Partial<Report> = {}): Report {
  const finishedAt = question.askedAt + 2_400;
  return {
    runId,
    question: question.text,
    summary: 'NVDA rose most.',
    blocks: BLOCKS,
    program: 'return 1 + 1;',
    error: null,
    attempts: 1,
    freshness: [{ source: 'Test prices', lastDate: '2026-11-20', kind: 'bundled' }],
    receipt: {
      version: 1,
      runId,
      question: question.text,
      user: question.user,
      thread: question.thread,
      askedAt: question.askedAt,
      finishedAt,
      model: 'scripted',
      turns: 1,
      programs: [{ source: 'return 1 + 1;', error: null }],
      calls: [
        {
          tool: 'query',
          name: 'query prices',
          args: [],
          resultHash: 'ab',
          rows: 3,
          durationMs: 12,
          cached: true,
        },
      ],
      usage: { ...NO_USAGE, inputTokens: 900, outputTokens: 100 },
      versions: { node: '24' },
    },
    ...over,
  };
}

export const BLOCKS: Block[] = [
  { kind: 'metric', label: 'NVDA', value: 171.3, unit: '%', delta: 12.5 },
  {
    kind: 'table',
    title: 'Ranking',
    columns: [{ name: 'ticker' }, { name: 'return', unit: '%' }],
    rows: [
      { ticker: 'NVDA', return: 171.3 },
      { ticker: 'MSFT', return: 12.1 },
    ],
  },
  {
    kind: 'chart',
    type: 'line',
    title: 'Indexed to 100',
    alt: 'NVDA rises above MSFT.',
    spec: {},
    rows: [{ date: '2026-01-01', close: 100 }],
    image: { key: 'image:test', width: 1, height: 1, bytes: PNG.length },
  },
];

class ScriptedEngine implements Engine {
  readonly asked: Question[] = [];
  readonly cancelled: string[] = [];
  /** Rejects the next so many `ask`. */
  away = 0;
  /** While it is set, runs wait for it before they answer. */
  gate: Promise<void> | null = null;
  progress: ProgressEvent[] = [
    { type: 'plan', turn: 1, text: 'Fetch and compare' },
    { type: 'start', id: 'a', name: 'fetch NVDA', kind: 'tool' },
    { type: 'end', id: 'a', name: 'fetch NVDA', durationMs: 12, cached: false, rows: 3 },
  ];
  report: (question: Question, runId: string) => Report = reportOf;
  /** Kills the process at a step: before its work, or between its work and its record. */
  kill: { step: string; when: 'before' | 'after' } | null = null;
  readonly #runs = new Map<string, Promise<void>>();
  readonly #connect: () => { slack: Slack; store: Store };

  constructor(connect: () => { slack: Slack; store: Store }) {
    this.#connect = connect;
  }

  async ask(question: Question): Promise<{ runId: string; duplicate: boolean }> {
    if (this.away > 0) {
      this.away -= 1;
      throw new AnalystError('unavailable', 'The engine is away.', { retryable: true });
    }
    const runId = `run-${question.id.replaceAll(':', '-')}`;
    const duplicate = this.#runs.has(runId);
    if (!duplicate) {
      this.asked.push(question);
      this.#runs.set(runId, this.#run(question, runId));
    }
    return { runId, duplicate };
  }

  async cancel(runId: string): Promise<void> {
    this.cancelled.push(runId);
  }

  link(runId: string): string {
    return `https://runs.test/${runId}`;
  }

  async idle(): Promise<void> {
    await Promise.all(this.#runs.values());
  }

  async #run(question: Question, runId: string): Promise<void> {
    const { slack, store } = this.#connect();
    for (const event of this.progress) slack.progress.emit(runId, event);
    await this.gate;
    if (this.cancelled.includes(runId)) return;
    const report = this.report(question, runId);
    const threads = createThreads(store);
    await createReceipts(store).save(report);
    const exchange = {
      question: question.text,
      program: report.program,
      summary: report.summary,
    };
    await threads.append(question.thread, { runId, askedAt: question.askedAt, exchange });
    const record = new Map<string, unknown>();
    for (let alive = false; !alive; ) {
      // A killed process settles nothing: whatever waited for a step waits for ever, and a new one begins.
      const killed = Promise.withResolvers<boolean>();
      const steps = this.#steps(record, () => killed.resolve(false));
      const delivered = this.#connect().slack.delivery.deliver(question, report, steps);
      alive = await Promise.race([delivered.then(() => true), killed.promise]);
    }
  }

  #steps(record: Map<string, unknown>, die: () => void): Steps {
    const dies = (step: string, when: 'before' | 'after') => {
      if (this.kill?.step !== step || this.kill.when !== when) return false;
      this.kill = null;
      die();
      return true;
    };
    const steps: Steps = {
      run: async (id, _name, fn) => {
        if (record.has(id)) return record.get(id) as never;
        for (let attempt = 0; ; attempt++) {
          if (dies(id, 'before')) return new Promise(() => {});
          try {
            const value = JSON.parse(JSON.stringify((await fn()) ?? null)) as unknown;
            if (dies(id, 'after')) return new Promise(() => {});
            record.set(id, value);
            return value as never;
          } catch (error) {
            const retry = error instanceof AnalystError && error.retryable && attempt < 4;
            if (!retry) throw error;
          }
        }
      },
    };
    return steps;
  }
}

export interface Room {
  workspace: Workspace;
  store: Store;
  engine: ScriptedEngine;
  slack: Slack;
  /** Base of the room's own HTTP server. */
  url: string;
  logs: string[];
  /** Another process on the same store takes over. */
  restart(): void;
  /** Another process on the same store and the same Slack, not yet started. */
  another(over?: Partial<SlackSettings>): Slack;
  close(): Promise<void>;
}

export interface RoomOptions {
  settings?: Partial<SlackSettings>;
  dependencies?: Partial<SlackDependencies>;
  workspace?: WorkspaceOptions;
}

export async function openRoom(transport: 'socket' | 'http', options: RoomOptions = {}): Promise<Room> {
  const workspace = await startWorkspace({
    transport,
    events: EVENTS_OF_MANIFEST,
    ackMs: 1_200,
    retryDelaysMs: [50, 100, 100],
    ...options.workspace,
  });
  const store = createStore('memory:');
  await store.setBytes('image:test', PNG);
  const logs: string[] = [];
  const write = (fields: object, text: string) => void logs.push(`${text} ${JSON.stringify(fields)}`);
  const logger = { debug: write, info: write, warn: write, error: write };
  const settings: SlackSettings = {
    botToken: workspace.botToken,
    ...(transport === 'socket'
      ? { appToken: workspace.appToken }
      : { signingSecret: workspace.signingSecret }),
    apiUrl: workspace.apiUrl,
    fileHosts: [new URL(workspace.apiUrl).host],
    port: 0,
    role: 'all',
    command: '/ask',
    access: { teams: [], channels: [], users: [], allowExternal: false },
    limits: {
      user: { concurrent: 10, perHour: 100, tokensPerDay: 1_000_000 },
      team: { concurrent: 100, perHour: 1_000, tokensPerDay: 10_000_000 },
    },
    mentionAlways: false,
    picturesInThread: false,
    suggestions: ['Compare AAPL and MSFT', 'Which rose most?'],
    fileBytes: 1_000_000,
    fileRows: 1_000,
    logText: false,
    ...options.settings,
  };
  const make = (over: Partial<SlackSettings> = {}) =>
    createSlack(
      { ...settings, ...over },
      {
        store,
        receipts: createReceipts(store),
        logger,
        ...options.dependencies,
      },
    );
  const opened = { slack: make(), store };
  const engine = new ScriptedEngine(() => opened);
  const first = opened.slack;
  const { port } = await first.start(engine);
  workspace.eventsUrl = `http://127.0.0.1:${port}/slack/events`;
  return {
    workspace,
    store,
    engine,
    slack: first,
    url: `http://127.0.0.1:${port}`,
    logs,
    restart: () => {
      opened.slack = make();
    },
    another: make,
    close: async () => {
      await engine.idle();
      await first.stop();
      await workspace.close();
      await store.close();
    },
  };
}
