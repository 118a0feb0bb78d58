/**
 * Puts the rooms together for a process that answers questions: the bot, the terminal and the tests alike.
 * Whoever composes must close, or child processes stay.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { version as inngestVersion, type Middleware } from 'inngest';
import { type Client, createClient } from '../inngest/client.ts';
import { Driver } from '../inngest/driver/driver.ts';
import { DRIVER_URL, type FunctionList, interceptCheckpoints } from '../inngest/driver/protocol.ts';
import { DriverRecord } from '../inngest/driver/record.ts';
import { createFunctions } from '../inngest/index.ts';
import { ServerEngine } from '../inngest/server.ts';
import { AnalystError } from './agent/errors.ts';
import type { Delivery, Engine, Model, Progress, Store } from './agent/ports.ts';
import type { Question } from './agent/question.ts';
import type { Report } from './agent/report.ts';
import { createRenderer } from './charts/renderer.ts';
import type { Config } from './config.ts';
import { createDuckDb, type DuckDb } from './duckdb/duckdb.ts';
import { createModel, type Provider, providerOf } from './models/registry.ts';
import { createSandbox } from './sandbox/sandbox.ts';
import { createCache } from './store/cache.ts';
import { createReceipts, type Receipts } from './store/receipts.ts';
import { createRuns, type Runs } from './store/runs.ts';
import { createStore } from './store/store.ts';
import { createThreads } from './store/threads.ts';
import { createTools } from './tools/index.ts';
import { createMcpTools } from './tools/mcp/mcp.ts';
import { createToolBox } from './tools/tool-box.ts';

const ROOT = join(import.meta.dirname, '..');
const INNGEST_CLOUD = 'https://api.inngest.com';
/** Children of each kind at the most: programs, queries and charts of different runs do not wait in line. */
const CHILDREN = { sandbox: 3, duckdb: 3, charts: 2 };
/** How many earlier exchanges of a thread the model sees. */
const HISTORY = 8;

/** What the edge that talks to people is given, before there is an engine. */
export interface Ground {
  store: Store;
  receipts: Receipts;
  duckdb: DuckDb;
}

export interface Edges {
  /** The app's name on an Inngest server. */
  appId: string;
  /** How reports and progress reach people. */
  people(ground: Ground): { delivery: Delivery; progress: Progress };
  logger: Pick<Console, 'info' | 'warn' | 'error' | 'debug'>;
  middleware?: Middleware.Class[];
  /** In place of the configured model, for tests and benchmarks. */
  model?: Model;
}

export type Composition = Awaited<ReturnType<typeof compose>>;

export async function compose(config: Config, edges: Edges) {
  const { storeFile, runsFile } = filesOf(config);
  const store = createStore(config.STORE_URL ?? `file:${storeFile}`);
  const threads = createThreads(store);
  const receipts = createReceipts(store);
  const runs = createRuns(store);
  const sandbox = createSandbox({ size: CHILDREN.sandbox });
  const duckdb = createDuckDb({ size: CHILDREN.duckdb });
  const renderer = createRenderer({ size: CHILDREN.charts, store });
  const own = createTools({ duckdb, cache: createCache(store) });
  const mcp = createMcpTools({
    config: readJson(resolve(ROOT, config.MCP_CONFIG)),
    variables: { ...config.variables, MARKET_DATA: config.MARKET_DATA },
    root: ROOT,
    reserved: new Set(own.map((tool) => tool.name)),
  });
  const model = edges.model ?? chooseModel(config);
  const toolBox = createToolBox(own, mcp);
  const { delivery, progress } = edges.people({ store, receipts, duckdb });

  const functionDeps = {
    model,
    sandbox,
    store,
    renderer,
    toolBox,
    progress,
    delivery,
    history: (question: Question) => threads.history(question.thread, HISTORY),
    hash: (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16),
    clock: () => Date.now(),
    versions: {
      'slack-analyst': readVersion(),
      node: process.versions.node,
      inngest: inngestVersion,
      duckdb: duckdb.version,
    },
    concurrency: { total: config.CONCURRENCY, perUser: config.CONCURRENCY_PER_USER },
    started(question: Question, runId: string) {
      // What the program will need starts while the model thinks. Who cannot start says so when it is needed.
      for (const part of [sandbox, duckdb, renderer]) part.warm().catch(() => {});
      return runs.started(question.id, runId);
    },
    isStopped: runs.isStopped,
    async keep(question: Question, report: Report) {
      await receipts.save(report);
      const { runId, program, summary } = report;
      if (report.error) return;
      const exchange = { question: question.text, program, summary };
      await threads.append(question.thread, { runId, exchange, askedAt: question.askedAt });
    },
  };
  const { engine, ...parts } = createEngine(config, edges, runs, (client) =>
    createFunctions(client, functionDeps),
  );

  return {
    ...parts,
    engine: {
      ask: (question: Question) => engine.ask(question),
      link: (runId: string) => engine.link(runId),
      async cancel(runId: string) {
        // A store that is away must not keep a run from being stopped.
        const marked = await runs.stop(runId).catch((error: unknown) => error);
        await engine.cancel(runId);
        if (marked !== undefined && !parts.driver) throw marked;
      },
    } satisfies Engine,
    store,
    receipts,
    threads,
    toolBox,
    duckdb,
    model,
    /** SQLite files that this process writes. */
    files: [...(config.STORE_URL ? [] : [storeFile]), ...(parts.driver ? [runsFile] : [])],
    /** Process ids of all children, for memory figures. */
    pids: () => [sandbox, duckdb, renderer, mcp].flatMap((part) => part.pids()),
    async close(graceMs = 0): Promise<void> {
      await parts.driver?.close(graceMs);
      await Promise.all([sandbox, duckdb, renderer, mcp].map((part) => part.close()));
      await store.close();
    },
  };
}

type CreateFunctions = (client: Client) => ReturnType<typeof createFunctions>;

/** The server's engine where one is configured, else the driver of this process. */
function createEngine(
  config: Config,
  { appId, logger, middleware }: Edges,
  { runOf }: Runs,
  create: CreateFunctions,
) {
  const { INNGEST_DEV, INNGEST_BASE_URL, INNGEST_EVENT_KEY, INNGEST_SIGNING_KEY } = config;
  const cloud = INNGEST_SIGNING_KEY ? INNGEST_CLOUD : undefined;
  const baseUrl = INNGEST_DEV ?? INNGEST_BASE_URL ?? cloud;
  if (baseUrl) {
    const isDev = INNGEST_DEV !== undefined;
    const keys = { eventKey: INNGEST_EVENT_KEY, signingKey: INNGEST_SIGNING_KEY };
    // On Cloud events and API have addresses of their own, which the client knows.
    const address = baseUrl === INNGEST_CLOUD ? {} : { baseUrl };
    const client = createClient({ id: appId, ...address, isDev, ...keys, logger, middleware });
    const runUrl =
      config.INNGEST_RUN_URL ??
      (baseUrl === INNGEST_CLOUD
        ? 'https://app.inngest.com/env/production/runs/{run}'
        : `${baseUrl}/run?runID={run}`);
    const server = new ServerEngine(client, { baseUrl, signingKey: INNGEST_SIGNING_KEY, runUrl, runOf });
    return { engine: server, server, driver: null, client, functions: create(client) as FunctionList };
  }
  let driver: Driver | undefined;
  const client = createClient({
    id: appId,
    baseUrl: DRIVER_URL,
    isDev: true,
    logger,
    middleware,
    fetch: interceptCheckpoints((runId, operations) => driver?.onCheckpoint(runId, operations) ?? false),
  });
  const functions = create(client) as FunctionList;
  const record = new DriverRecord(filesOf(config).runsFile);
  driver = new Driver({ client, functions, record, logger });
  return { engine: driver, server: null, driver, client, functions };
}

/** The named model; without a name Claude where its key is set, else the planner that needs none. */
function chooseModel(config: Config): Model {
  const { MODEL, ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, OPENAI_API_KEY, OPENAI_BASE_URL } = config;
  const keyed: Provider = ANTHROPIC_API_KEY ? 'anthropic' : OPENAI_BASE_URL ? 'openai-compatible' : 'offline';
  const provider = MODEL ? providerOf(MODEL) : keyed;
  const access =
    provider === 'anthropic'
      ? { apiKey: ANTHROPIC_API_KEY, baseURL: ANTHROPIC_BASE_URL }
      : { apiKey: OPENAI_API_KEY, baseURL: OPENAI_BASE_URL };
  return createModel({ provider, model: MODEL, ...access });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AnalystError('bad_input', `${path} cannot be read as JSON.`, {
      hint: 'MCP_CONFIG names the file with the MCP servers; mcp.json comes with the project.',
      cause,
    });
  }
}

/** SQLite's files, where neither a store nor a server is configured. */
function filesOf({ DATA_DIR }: Config) {
  return { storeFile: join(DATA_DIR, 'store.db'), runsFile: join(DATA_DIR, 'runs.db') };
}

function readVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}
