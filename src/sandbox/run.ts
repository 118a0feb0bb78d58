/**
 * One program from start to outcome. While it waits for its calls its clock stands; when others want to run, it
 * gives up its child, and starts again from the beginning, with the answers it already has, once its calls are
 * answered. A replay is exact, so nobody can tell the difference; what is known of it needs no child at all.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { LogLine, SandboxJob, SandboxOutcome } from '../agent/ports.ts';
import type { Pool, Session } from '../processes/pool.ts';
import { limits } from './limits.ts';
import { lost, TOO_LONG, toOutcome } from './outcome.ts';
import { noteEnding, noteResults, noteWave, type Past, type Pasts } from './past.ts';
import type { Answered, ChildJob, Ending, ToSandbox, Wave } from './protocol.ts';
import { answerCall, withinBudget } from './wave.ts';

interface Run {
  pool: Pool;
  job: SandboxJob;
  logs: LogLine[];
  /** Every wave so far. */
  given: Answered[];
  /** What earlier runs of the same job asked for. */
  past: Past;
  pasts: Pasts;
}

/** Never rejects; never settles once the job's signal is aborted or the pool is closed. */
export async function runProgram(pool: Pool, pasts: Pasts, job: SandboxJob): Promise<SandboxOutcome> {
  if (Buffer.byteLength(job.program) > LIMITS.programBytes) return { ok: false, error: TOO_LONG, logs: [] };
  const run: Run = { pool, job, logs: [], given: [], past: pasts.of(job), pasts };
  try {
    for (;;) {
      if (job.signal?.aborted) return await never();
      const ending = (await followPast(run)) ?? (await visitChild(run));
      if (job.signal?.aborted) return await never();
      if (ending !== 'made room') return toOutcome(ending, run.logs);
    }
  } catch (thrown) {
    const error = thrown as AnalystError;
    if (job.signal?.aborted || error.code === 'stopped') return await never();
    return { ok: false, error: lost(error), logs: run.logs };
  }
}

/** Whoever waits for an abandoned program is abandoned too. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/** Answers what the job is known to ask for. @returns how it is known to end, if it is */
async function followPast(run: Run): Promise<Ending | undefined> {
  const { past, given, job } = run;
  for (;;) {
    if (job.signal?.aborted) return await never();
    const wave = past.waves[given.length];
    if (!wave) return past.ending;
    await answerWave(run, wave.text);
  }
}

/** @returns the answers as the program is given them */
async function answerWave({ job, logs, given, past, pasts }: Run, text: string): Promise<string> {
  noteWave(past, given, text);
  const wave = JSON.parse(text) as Wave;
  if (text.length > limits.longWaveChars) await turn();
  logs.push(...(wave.logs as LogLine[]));
  const calls = wave.calls.map(([tool, args]) => answerCall(job, tool, args));
  const received = given.reduce((sum, { results }) => sum + results.length, 0);
  const results = `[${withinBudget(await Promise.all(calls), received).join(',')}]`;
  noteResults(past, given.length, results);
  given.push({ length: text.length, results });
  pasts.grew(text.length + results.length);
  return results;
}

/** Runs the program in a child until it ends, or until it made room and its calls are answered. */
async function visitChild(run: Run): Promise<Ending | 'made room'> {
  const { pool, job, given } = run;
  const kill = new AbortController();
  let waiting: Session | undefined;
  let answers: Promise<void> | undefined;
  let makeRoom: NodeJS.Timeout | undefined;

  // A program that waits for its calls is asked to end, which keeps the child; one at work is killed.
  const leave = () => {
    clearInterval(makeRoom);
    if (!waiting) return kill.abort();
    waiting.resume();
    waiting.send({ end: true } satisfies ToSandbox);
    waiting = undefined;
  };

  const onMessage = async (text: string, session: Session) => {
    session.pause();
    waiting = session;
    makeRoom = setInterval(() => {
      if (pool.waiting() > 0) leave();
    }, limits.makeRoomMs);
    const results = await answerWave(run, text);
    clearInterval(makeRoom);
    if (!waiting) return;
    waiting = undefined;
    session.resume();
    session.send({ results } satisfies ToSandbox);
  };

  job.signal?.addEventListener('abort', leave);
  try {
    const { program, tools, now, seed } = job;
    const settings = JSON.stringify({ now, seed, tools });
    const ending = await pool.run<Ending | null>({ program, settings, given } satisfies ChildJob, {
      wallMs: LIMITS.programMs + limits.graceMs,
      signal: kill.signal,
      onMessage: (message, session) => {
        answers = onMessage(message as string, session);
      },
    });
    if (ending) {
      noteEnding(run.past, given, ending);
      run.pasts.grew(ending.text.length);
      return ending;
    }
    await answers;
    return 'made room';
  } finally {
    clearInterval(makeRoom);
    job.signal?.removeEventListener('abort', leave);
  }
}
