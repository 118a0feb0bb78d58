/**
 * The durable function: question asked -> answer delivered. The program runs in its body and is run again at
 * every replay; whatever costs anything is a step.
 */
import { NonRetriableError } from 'inngest';
import { type AnswerDeps, answer } from '../src/agent/answer.ts';
import { AnalystError, toErrorRecord } from '../src/agent/errors.ts';
import type { Delivery } from '../src/agent/ports.ts';
import { type Question, questionSchema } from '../src/agent/question.ts';
import { emptyReport, type Report } from '../src/agent/report.ts';
import { type Client, questionAsked, questionStopped } from './client.ts';
import { toSteps } from './steps.ts';

export interface AnalyzeDeps extends Omit<AnswerDeps, 'runId' | 'steps' | 'signal'> {
  delivery: Delivery;
  /** Keeps the report for buttons, receipts and follow-ups. Idempotent by run id. */
  keep(question: Question, report: Report): Promise<void>;
  /** Told the run of a question as soon as it has started, where the one who asked cannot know it. */
  started?(question: Question, runId: string): Promise<void>;
  /** Whether somebody has stopped the run. Asked before each step. */
  isStopped(runId: string): Promise<boolean>;
  /** Runs at once, over all and for each person. */
  concurrency: { total: number; perUser: number };
}

/** What a run ends with; the report itself is in the store. */
export interface RunResult {
  runId: string;
  summary: string;
  error: Report['error'];
}

export function createAnalyze(client: Client, deps: AnalyzeDeps) {
  return client.createFunction(
    {
      id: 'analyze',
      name: 'Answer a question',
      triggers: [questionAsked],
      // Retries are for crashes and for what may work later: errors that would only repeat are not retriable.
      retries: 4,
      checkpointing: { maxRuntime: 0 },
      // Invoking publishes an event as well: without this a server would start a run for each of the two.
      idempotency: 'event.data.question.id',
      concurrency: [
        { limit: deps.concurrency.total },
        { limit: deps.concurrency.perUser, key: 'event.data.question.user' },
      ],
      cancelOn: [{ event: questionStopped, match: 'data.question.id' }],
      onFailure: async ({ event, error, step, runId, logger }) => {
        logger.error({ run: event.data.run_id, err: error }, 'a run failed');
        const question = questionSchema.parse(event.data.event.data.question);
        const failure = new AnalystError('internal', `The run failed: ${error.message}`, {
          hint: 'Ask again; if it fails again, tell the people who run the analyst, with the run id.',
        });
        const report = emptyReport(question, event.data.run_id, toErrorRecord(failure), deps.versions);
        await deps.delivery.deliver(question, report, toSteps(step, { runId }));
      },
    },
    async ({ event, step, runId, signal }): Promise<RunResult> => {
      const parsed = questionSchema.safeParse(event.data.question);
      if (!parsed.success) throw new NonRetriableError(`Not a question: ${parsed.error.message}`);
      const question = parsed.data;
      const steps = toSteps(step, { runId, isStopped: () => deps.isStopped(runId) });
      // A store that is away must not cost the answer: it is delivered, even where it cannot be kept.
      const unlessAway = (error: unknown) => {
        if (!(error instanceof AnalystError) || error.code !== 'unavailable') throw error;
      };
      const start = async () => {
        await deps.started?.(question, runId);
        return null;
      };
      await steps.run('start', 'start', start).catch(unlessAway);
      const report = await answer(question, { ...deps, steps, runId, signal });
      const keep = async () => {
        await deps.keep(question, report);
        return null;
      };
      await steps.run('keep', 'keep the receipt', keep).catch(unlessAway);
      await deps.delivery.deliver(question, report, steps);
      return { runId, summary: report.summary, error: report.error };
    },
  );
}
