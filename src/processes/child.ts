/**
 * The child's side of a pool: says `ready`, then answers one job at a time. Ends itself when the parent is
 * gone (the guardian ends those that are too busy to notice).
 */
import { AnalystError } from '../agent/errors.ts';
import type { FromChild, ToChild } from './protocol.ts';

/** Talks with the parent while a job runs; silent after the job has ended. */
export interface JobChannel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

export interface ServeOptions {
  /** Runs before the first job: load and warm what every job needs. */
  prepare?: () => Promise<void>;
}

/**
 * Called once, in the entry file of a child.
 * @param handler what it throws as AnalystError arrives in the parent as the same error; anything else is a bug.
 *   With `crashed` it says that this process is broken: it is replaced.
 */
export function serveJobs<J, R>(
  handler: (job: J, channel: JobChannel) => Promise<R>,
  options: ServeOptions = {},
): void {
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
  }

  process.on('message', (incoming: ToChild) => {
    if (incoming.kind === 'job') void answer(incoming.job as J);
    else listener?.(incoming.message);
  });
  process.on('disconnect', () => process.exit(0));
  // A failure here is an unhandled rejection: it ends the child, and the parent reads it on stderr.
  void Promise.resolve(options.prepare?.()).then(() => post({ kind: 'ready' }));
}

function post(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

function describe(error: unknown): FromChild {
  if (error instanceof AnalystError) {
    const { code, message, retryable, hint, retryAfterMs } = error;
    return { kind: 'failed', error: { code, message, retryable, hint, retryAfterMs } };
  }
  return { kind: 'broken', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
