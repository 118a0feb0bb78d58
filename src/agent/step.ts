/**
 * A durable step that is seen while it runs.
 */
import { toErrorRecord } from './errors.ts';
import type { Progress, ProgressEvent, Steps } from './ports.ts';

export interface StepDeps {
  runId: string;
  steps: Steps;
  progress: Progress;
  clock(): number;
}

export interface StepDetails {
  id: string;
  /** As the dashboard and the progress list show it. */
  name: string;
  kind: Extract<ProgressEvent, { type: 'start' }>['kind'];
}

/** What a finished step is shown with. */
export interface StepOutcome {
  cached?: boolean;
  rows?: number;
}

/**
 * @param describe what to show of the result; it does not change it
 * @throws AnalystError of the work
 */
export function trackedStep<T>(
  deps: StepDeps,
  { id, name, kind }: StepDetails,
  work: () => Promise<T>,
  describe: (result: T) => StepOutcome = () => ({}),
): Promise<T> {
  const { steps, progress, runId, clock } = deps;
  return steps.run(id, name, async () => {
    const started = clock();
    progress.emit(runId, { type: 'start', id, name, kind });
    try {
      const result = await work();
      const { cached = false, rows } = describe(result);
      progress.emit(runId, { type: 'end', id, name, durationMs: elapsed(clock, started), cached, rows });
      return result;
    } catch (error) {
      progress.emit(runId, { type: 'fail', id, name, message: toErrorRecord(error).message });
      throw error;
    }
  });
}

/** Whole milliseconds; never negative, because a clock may be set back. */
export function elapsed(clock: () => number, started: number): number {
  return Math.max(0, Math.round(clock() - started));
}
