/** A driver with one function, `work`, whose body the test gives: for tests of the driver itself. */
import type { Steps } from '../../src/agent/ports.ts';
import type { Question } from '../../src/agent/question.ts';
import { createClient, questionAsked } from '../client.ts';
import { type StepTools, toSteps } from '../steps.ts';
import { Driver } from './driver.ts';
import { DRIVER_URL, type FunctionList, interceptCheckpoints, type OnCheckpoint } from './protocol.ts';
import { DriverRecord } from './record.ts';

export interface DriverSettings {
  /** `step` is the engine's own. */
  body(steps: Steps, question: Question, signal: AbortSignal, step: StepTools): Promise<unknown>;
  path?: string;
  perUser?: number;
  onFailure?(error: Error): void;
}

const silent = { info() {}, warn() {}, error() {}, debug() {} };

export function createDriver({ body, path = ':memory:', perUser = 20, onFailure }: DriverSettings): Driver {
  let checkpoint: OnCheckpoint = () => false;
  const client = createClient({
    id: 'test',
    baseUrl: DRIVER_URL,
    isDev: true,
    logger: silent,
    fetch: interceptCheckpoints((runId, operations) => checkpoint(runId, operations)),
  });
  const fn = client.createFunction(
    {
      id: 'work',
      triggers: [questionAsked],
      retries: 2,
      checkpointing: { maxRuntime: 0 },
      concurrency: [{ limit: 20 }, { limit: perUser, key: 'event.data.question.user' }],
      onFailure: ({ error }) => onFailure?.(error),
    },
    async ({ event, step, runId, signal }) =>
      body(toSteps(step, { runId }), event.data.question, signal, step),
  );
  const driver = new Driver({
    client,
    functions: [fn] as FunctionList,
    record: new DriverRecord(path),
    logger: silent,
    backoffMs: () => 1,
  });
  checkpoint = driver.onCheckpoint;
  return driver;
}

export function question(id: string, user = 'ana'): Question {
  return { id, text: 'why?', thread: 't', user, team: '', askedAt: 1, tables: [] };
}
