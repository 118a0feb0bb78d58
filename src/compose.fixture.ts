/** The whole analyst in a folder of its own, with a scripted model: for tests that go end to end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveFunctions } from '../inngest/serve.ts';
import { AnalystError } from './agent/errors.ts';
import type { Model, ModelRequest, ProgressEvent } from './agent/ports.ts';
import type { Question } from './agent/question.ts';
import type { Report } from './agent/report.ts';
import { type Composition, compose, type Edges } from './compose.ts';
import { parseConfig } from './config.ts';

type Turn = string | AnalystError | ((request: ModelRequest) => string);

export interface ScriptedModel extends Model {
  requests: ModelRequest[];
}

/** Answers with the script, a turn a reply; one more turn than scripted is an error of the test. */
export function scriptedModel(...script: Turn[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    name: 'scripted',
    requests,
    async complete(request) {
      const turn = script[requests.length];
      requests.push(structuredClone(request));
      if (turn === undefined) throw new AnalystError('internal', 'The script has no more turns.');
      if (turn instanceof Error) throw turn;
      const text = typeof turn === 'function' ? turn(request) : turn;
      const usage = {
        inputTokens: 1_000,
        outputTokens: 100,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        cost: 0.01,
      };
      return { text, stop: 'end', usage };
    },
  };
}

export const program = (source: string) => `\`\`\`ts\n${source}\n\`\`\``;

export interface TestAnalyst {
  app: Composition;
  /** Where it keeps its data. */
  folder: string;
  events: ProgressEvent[];
  /** Reports in the order of their delivery. */
  delivered: Report[];
  /** Asks, and resolves with the delivered report. */
  ask(text: string, more?: Partial<Question>): Promise<Report>;
  close(): Promise<void>;
}

let asked = 0;
const ignore = () => {};
const SILENT = { info: ignore, warn: ignore, error: ignore, debug: ignore };

export async function startAnalyst(
  model: Model,
  environment: Record<string, string> = {},
  logger: Edges['logger'] = SILENT,
): Promise<TestAnalyst> {
  const folder = mkdtempSync(join(tmpdir(), 'analyst-'));
  const events: ProgressEvent[] = [];
  const delivered: Report[] = [];
  const app = await compose(parseConfig({ DATA_DIR: folder, ...environment }), {
    appId: 'test',
    people: () => ({
      delivery: {
        async deliver(_question, report, steps) {
          await steps.run('deliver', 'deliver', async () => delivered.push(report));
        },
      },
      progress: { emit: (_runId, event) => void events.push(event) },
    }),
    logger,
    model,
  });
  const server = app.server ? await serveFunctions(app.client, app.functions) : undefined;
  return {
    app,
    folder,
    events,
    delivered,
    async ask(text, more = {}) {
      const id = `test:${++asked}`;
      const question = {
        id,
        text,
        thread: id,
        user: 'ana',
        team: '',
        askedAt: Date.now(),
        tables: [],
        ...more,
      };
      const { runId } = await app.engine.ask(question);
      await (app.driver ?? app.server)?.wait(runId);
      const report = delivered.find((candidate) => candidate.runId === runId);
      if (!report) throw new Error(`run ${runId} delivered no report`);
      return report;
    },
    async close() {
      server?.close();
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
