/**
 * One child process with somebody watching it: a wall clock, its resident memory, its death. Each of them ends
 * the job with an AnalystError and the child with SIGKILL. A child is never used again after any of these.
 */
import { spawn } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnalystError } from '../agent/errors.ts';
import { startClock } from './clock.ts';
import { CHANNEL_FD, createFrameReader, encodeFrame } from './frames.ts';
import { guard, release } from './guardian.ts';
import { limits } from './limits.ts';
import { residentMb } from './memory.ts';
import type { JobOptions, PoolOptions, Session } from './pool.ts';
import type { FromChild, ToChild } from './protocol.ts';

export interface Supervised {
  readonly pid: number | undefined;
  /** Resolves once it takes jobs; rejects with `crashed` when it never will. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone, however it ended. */
  readonly gone: Promise<void>;
  /** False as soon as its end is decided. */
  readonly usable: boolean;
  /** One job at a time. */
  run(job: unknown, options: JobOptions): Promise<unknown>;
  /** Ends the process at once, and the job it is at with `error`. */
  kill(error: AnalystError): void;
}

// Core files of a killed child would hold other people's data.
const LAUNCH = 'ulimit -c 0 && { [ -z "$1" ] || ulimit -d "$1"; } && shift && exec "$@"';

export function startSupervised(options: PoolOptions): Supervised {
  const command = [process.execPath, ...(options.execArgv ?? []), fileURLToPath(options.script)];
  const child = spawn('/bin/sh', ['-c', LAUNCH, 'sh', String(options.dataLimitKb ?? ''), ...command], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { TZ: 'UTC', LANG: 'C.UTF-8', ...compileCache(), ...options.env },
    cwd: '/',
    // A process group of its own: Ctrl-C is for the parent, which decides what becomes of the work.
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) guard(pid);

  let usable = true;
  let stderr = '';
  let receive: (message: FromChild) => void = () => {};
  let died: (error: AnalystError) => void = () => {};

  const kill = (error: AnalystError) => {
    usable = false;
    child.kill('SIGKILL');
    died(error);
  };
  const ready = new Promise<void>((resolve, reject) => {
    const late = () => kill(crashed(options.name, `not ready after ${limits.startMs} ms`));
    const timer = setTimeout(late, limits.startMs);
    receive = () => {
      clearTimeout(timer);
      resolve();
    };
    died = (error) => {
      clearTimeout(timer);
      reject(error);
    };
  });
  const gone = new Promise<void>((resolve) => {
    const ended = (detail: string) => {
      if (pid !== undefined) release(pid);
      usable = false;
      died(outOfMemory(stderr) ? memoryLimit(options.name) : crashed(options.name, `${detail}\n${stderr}`));
      resolve();
    };
    child.on('error', (error) => ended(error.message));
    // `close` comes after `exit` and after the last of stderr.
    child.on('close', (code, signal) => ended(`exit code ${code}, signal ${signal}`));
  });
  const pipe = child.stdio[CHANNEL_FD] as Socket;
  const read = createFrameReader((message) => receive(message as FromChild));
  pipe.on('data', (piece) => {
    try {
      read(piece);
    } catch (cause) {
      kill(broken(options.name, cause));
    }
  });
  // A child that died in between is reported by its `close`.
  pipe.on('error', () => {});
  const post = (message: ToChild) => pipe.write(encodeFrame(message));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-limits.stderrChars);
  });

  function run(job: unknown, { wallMs, signal, onMessage }: JobOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!usable) return reject(crashed(options.name, 'before its job'));
      // First, because a job that cannot be sent throws.
      post({ kind: 'job', job });
      let over = false;
      const end = () => {
        over = true;
        clock.clear();
        clearInterval(watch);
        signal?.removeEventListener('abort', stop);
        receive = () => {};
        died = () => {};
      };
      const fail = (error: AnalystError) => {
        end();
        reject(error);
      };
      const stop = () => kill(new AnalystError('stopped', 'The run was stopped.'));
      const clock = startClock(wallMs, () =>
        kill(
          new AnalystError('time_limit', `The ${options.name} process took longer than ${wallMs / 1000} s.`),
        ),
      );
      const watch = setInterval(() => {
        const mb = pid === undefined ? null : residentMb(pid);
        if (mb !== null && mb > options.rssLimitMb) kill(memoryLimit(options.name));
      }, limits.memoryPollMs);
      const session: Session = {
        send: (message) => {
          if (!over) post({ kind: 'message', message });
        },
        pause: clock.pause,
        resume: clock.resume,
      };
      signal?.addEventListener('abort', stop);
      died = fail;
      receive = (message) => {
        if (message.kind === 'message') {
          try {
            onMessage?.(message.message, session);
          } catch (cause) {
            kill(broken(options.name, cause));
          }
        } else if (message.kind === 'done') {
          end();
          resolve(message.value);
        } else if (message.kind === 'failed') {
          const error = new AnalystError(message.error.code, message.error.message, message.error);
          if (error.code === 'crashed') kill(error);
          else fail(error);
        } else if (message.kind === 'broken') {
          kill(
            outOfMemory(message.detail) ? memoryLimit(options.name) : broken(options.name, message.detail),
          );
        }
      };
    });
  }

  return {
    pid,
    ready,
    gone,
    get usable() {
      return usable;
    },
    run,
    kill,
  };
}

/**
 * A child reads compiled code where this process does, if it does: it starts sooner, and is 25 MB smaller without
 * the compiler of TypeScript. One that may write no files cannot use it.
 */
function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

function outOfMemory(stderr: string): boolean {
  return /out of memory|bad_alloc|allocation failed|(failed to|cannot) allocate/i.test(stderr);
}

function memoryLimit(name: string): AnalystError {
  return new AnalystError('memory_limit', `The ${name} process ran out of memory.`);
}

/** `detail` may name files of this machine: it stays in the cause, which no report shows. */
function crashed(name: string, detail: string): AnalystError {
  return new AnalystError('crashed', `The ${name} process ended unexpectedly.`, {
    retryable: true,
    cause: detail,
  });
}

function broken(name: string, cause: unknown): AnalystError {
  return new AnalystError('internal', `The ${name} process failed in a way it should not.`, { cause });
}
