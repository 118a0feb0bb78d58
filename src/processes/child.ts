/**
 * The child's side of a pool: says `ready`, then answers one job at a time. Ends itself when the parent is
 * gone (the guardian ends those that are too busy to notice).
 */
import { flushCompileCache } from 'node:module';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AnalystError } from '../agent/errors.ts';
import { CHANNEL_FD, createFrameReader, encodeFrame, readFrameSync, writeFrameSync } from './frames.ts';
import { limits } from './limits.ts';
import type { FromChild, ToChild } from './protocol.ts';

/** Talks with the parent while a job runs; silent after the job has ended. */
export interface JobChannel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

export interface ServeOptions {
  /** Runs before the first job: load and warm what every job needs. */
  prepare?: () => Promise<void>;
  /**
   * Runs after each job: what makes the next one faster. A little later than the answer: a process that goes on
   * computing can keep its reader from the processor.
   */
  rest?: () => void;
}

/**
 * Called once, in the entry file of a child.
 * @param handler what it throws as AnalystError arrives in the parent as the same error; anything else is a bug.
 *   With `crashed` it says that this process is broken: it is replaced.
 */
export function serveJobs<J, R>(
  handler: (job: J, channel: JobChannel) => Promise<R>,
  { prepare, rest }: ServeOptions = {},
): void {
  const pipe = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
  const post = (message: FromChild) => pipe.write(encodeFrame(message));
  let listener: ((message: unknown) => void) | undefined;

  async function answer(job: J): Promise<void> {
    let open = true;
    const channel: JobChannel = {
      send: (message) => {
        if (open) post({ kind: 'message', message });
      },
      onMessage: (next) => {
        listener = next;
      },
    };
    let reply: FromChild;
    try {
      reply = { kind: 'done', value: await handler(job, channel) };
    } catch (error) {
      reply = describe(error);
    }
    open = false;
    listener = undefined;
    post(reply);
    if (rest) setTimeout(rest, limits.restMs);
  }

  const receive = createFrameReader((message) => {
    const incoming = message as ToChild;
    if (incoming.kind === 'job') void answer(incoming.job as J);
    else listener?.(incoming.message);
  });
  pipe.on('data', receive);
  pipe.on('error', () => process.exit(0));
  pipe.on('close', () => process.exit(0));
  // A failure here is an unhandled rejection: it ends the child, and the parent reads it on stderr.
  void Promise.resolve(prepare?.()).then(() => {
    post({ kind: 'ready' });
    // Node itself would do it at the end of a process that is not killed.
    flushCompileCache();
  });
}

/** Sends the parent a message, and waits for its answer. */
export type Ask = (message: unknown) => unknown;

/**
 * The same for jobs that never wait for anything but their parent: the process sleeps in the read itself, which
 * halves the time of a message there and back.
 */
export function serveJobsSync<J, R>(
  handler: (job: J, ask: Ask) => R,
  { prepare, rest }: ServeOptions = {},
): void {
  const post: (message: FromChild) => void = writeFrameSync;
  const next = () => readFrameSync() as ToChild;
  const ask: Ask = (message) => {
    post({ kind: 'message', message });
    const answer = next();
    if (answer.kind !== 'message') throw new Error('A job came before the last one had ended.');
    return answer.message;
  };

  function answer(job: J): FromChild {
    try {
      return { kind: 'done', value: handler(job, ask) };
    } catch (error) {
      return describe(error);
    }
  }

  async function serve(): Promise<never> {
    await prepare?.();
    post({ kind: 'ready' });
    for (;;) {
      const incoming = next();
      if (incoming.kind !== 'job') continue;
      post(answer(incoming.job as J));
      // The event loop turns here: V8 does what it has put off, such as freeing what was collected.
      await sleep(limits.restMs);
      rest?.();
    }
  }

  void serve();
}

function describe(error: unknown): FromChild {
  if (error instanceof AnalystError) {
    const { code, message, retryable, hint, retryAfterMs } = error;
    return { kind: 'failed', error: { code, message, retryable, hint, retryAfterMs } };
  }
  return { kind: 'broken', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
