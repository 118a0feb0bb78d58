/**
 * A run that was cancelled on the Inngest server (its dashboard, its API, a bulk cancellation) says so to the
 * asker, and the next question of the thread goes on. After a stop of our own there is nothing left to say.
 */
import { z } from 'zod';
import { AnalystError, toErrorRecord } from '../src/agent/errors.ts';
import { questionSchema } from '../src/agent/question.ts';
import { emptyReport } from '../src/agent/report.ts';
import type { AnalyzeDeps } from './analyze.ts';
import type { Client } from './client.ts';
import { toSteps } from './steps.ts';

/** What the server adds to its typed payload: the event that had started the run. */
const cancelledSchema = z.object({
  run_id: z.string(),
  event: z.object({ data: z.object({ question: questionSchema }) }),
});

type Deps = Pick<AnalyzeDeps, 'delivery' | 'isStopped' | 'versions'>;

export function createCancelled(client: Client, deps: Deps) {
  const ofAnalyze = `event.data.function_id == "${client.id}-analyze"`;
  return client.createFunction(
    {
      id: 'cancelled',
      name: 'Say that a run was cancelled',
      triggers: [{ event: 'inngest/function.cancelled', if: ofAnalyze }],
      retries: 4,
    },
    async ({ event, step, runId: ownRunId }) => {
      const { run_id: runId, event: asked } = cancelledSchema.parse(event.data);
      const { question } = asked.data;
      if (await deps.isStopped(runId)) return;
      const failure = new AnalystError('stopped', 'This run was cancelled by the people who run me.', {
        hint: 'Ask again to start anew.',
      });
      const report = emptyReport(question, runId, toErrorRecord(failure), deps.versions);
      await deps.delivery.deliver(question, report, toSteps(step, { runId: ownRunId }));
    },
  );
}
