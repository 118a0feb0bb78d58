/**
 * The Sandbox port on isolates in supervised children. It promises: `run` never rejects; a program reaches its
 * tools and nothing else; the same program, answered the same, does the same; whatever it does costs at most
 * its child.
 */
import { fileURLToPath } from 'node:url';
import type { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { LogLine, Sandbox, SandboxJob, SandboxOutcome } from '../agent/ports.ts';
import type { ProgramError } from '../agent/report.ts';
import { createPool, type Pool, type Session } from '../processes/pool.ts';
import { explain } from './explain.ts';
import type { GuestError } from './guest/bridge.ts';
import type { ChildJob, Ending, ToSandbox, Wave } from './protocol.ts';
import { answerCall } from './wave.ts';

/** Limits of this room; those of programs are the core's. Times in milliseconds. */
const limits = {
  /** A program over its time is stopped inside the child first; the parent kills this much later. */
  graceMs: 1_000,
  /** Programs waiting for a child. */
  queue: 1_000,
  idleMs: 60_000,
  /** Replaces a child before fragmentation shows. */
  jobsPerChild: 500,
} as const;

/** No compiler ever makes machine code from a program: the usual way out of V8 is through those. */
const INTERPRETED = [
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
  '--regexp-interpret-all',
  '--no-node-snapshot',
  '--no-warnings',
];

/** A second wall: the child reads its own code, writes nothing, starts nothing. The addon's loader asks for Alpine. */
const PERMISSIONS = [
  '--permission',
  '--allow-addons',
  ...['../', '../../node_modules/', '../../package.json', 'file:///etc/alpine-release'].map(
    (path) => `--allow-fs-read=${fileURLToPath(new URL(path, import.meta.url))}`,
  ),
];

export interface SandboxOptions {
  /** Programs that run at once, those that wait for a tool included. */
  size: number;
  /** Children kept ready, once the first program has run or `warm` was called. */
  warm?: number;
}

export interface SandboxPool extends Sandbox {
  /** Starts the children that are kept ready. */
  warm(): Promise<void>;
  pids(): number[];
  close(): Promise<void>;
}

export function createSandbox(options: SandboxOptions): SandboxPool {
  const pool = createPool({
    name: 'sandbox',
    script: new URL('./child.ts', import.meta.url),
    size: options.size,
    warm: options.warm ?? 1,
    execArgv: [...INTERPRETED, ...PERMISSIONS],
    rssLimitMb: LIMITS.programRssMb,
    queueLimit: limits.queue,
    idleMs: limits.idleMs,
    jobsPerChild: limits.jobsPerChild,
  });
  return {
    run: (job) => run(pool, job),
    warm: pool.warm,
    pids: pool.pids,
    close: pool.close,
  };
}

async function run(pool: Pool, job: SandboxJob): Promise<SandboxOutcome> {
  if (Buffer.byteLength(job.program) > LIMITS.programBytes) return { ok: false, error: TOO_LONG, logs: [] };
  const { program, tools, now, seed } = job;
  const logs: LogLine[] = [];
  const kill = new AbortController();
  let session: Session | undefined;

  // A program that waits for its calls is asked to end, which keeps the child; one at work is killed.
  const stop = () => {
    if (!session) return kill.abort();
    session.resume();
    session.send({ end: true } satisfies ToSandbox);
  };
  job.signal?.addEventListener('abort', stop);

  const onMessage = async (message: unknown, current: Session) => {
    const wave = JSON.parse(message as string) as Wave;
    logs.push(...(wave.logs as LogLine[]));
    session = current;
    current.pause();
    const results = await Promise.all(wave.calls.map(([tool, args]) => answerCall(job, tool, args)));
    if (job.signal?.aborted) return;
    session = undefined;
    current.resume();
    current.send({ results: `[${results.join(',')}]` } satisfies ToSandbox);
  };

  try {
    if (job.signal?.aborted) return await never();
    const settings = JSON.stringify({ now, seed, tools });
    const ending = await pool.run<Ending>({ program, settings } satisfies ChildJob, {
      wallMs: LIMITS.programMs + limits.graceMs,
      signal: kill.signal,
      onMessage: (message, current) => void onMessage(message, current),
    });
    return job.signal?.aborted ? await never() : read(ending, job, logs);
  } catch (thrown) {
    const error = thrown as AnalystError;
    if (job.signal?.aborted || error.code === 'stopped') return await never();
    return { ok: false, error: lost(error), logs };
  } finally {
    job.signal?.removeEventListener('abort', stop);
  }
}

/** Whoever waits for an abandoned program is abandoned too. */
function never(): Promise<never> {
  return new Promise(() => {});
}

function read(ending: Ending, job: SandboxJob, logs: LogLine[]): SandboxOutcome {
  const said = ending.text === '' ? {} : JSON.parse(ending.text.slice(1));
  logs.push(...((said.logs ?? []) as LogLine[]));
  if ('error' in ending) return { ok: false, error: explain(ending.error, ending.stack, job), logs };
  if (ending.text.startsWith('D')) return { ok: true, value: said.value, logs };
  const { stack, ...error } = said.error as GuestError;
  return { ok: false, error: explain(error, stack, job), logs };
}

const TOO_LONG: ProgramError = {
  name: 'LimitError',
  message: `The program is longer than ${LIMITS.programBytes} bytes.`,
  hint: 'Write a shorter program: data belongs in the tools, not in the text.',
};

/** The child is gone; the program may be at fault, the run goes on. */
function lost(error: AnalystError): ProgramError {
  if (error.code === 'time_limit') {
    return {
      name: 'LimitError',
      message: `The program computed for more than ${LIMITS.programMs / 1000} s.`,
      hint: 'Look for a loop that does not end; leave heavy work to SQL in query.',
    };
  }
  if (error.code === 'memory_limit') {
    return {
      name: 'LimitError',
      message: `The program needed more than ${LIMITS.programRssMb} MB of memory.`,
      hint: 'Aggregate in SQL with query instead of holding many rows in the program.',
    };
  }
  return { name: 'SandboxError', message: error.message, hint: error.hint };
}
