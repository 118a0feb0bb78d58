/**
 * A pool of supervised child processes. It promises: a job ends, well or with an AnalystError; whatever a child
 * does costs that child alone; no child outlives this process. Lazy: nothing runs until the first job or `warm`.
 */
import { AnalystError } from '../agent/errors.ts';
import { type Supervised, startSupervised } from './supervised.ts';

export interface PoolOptions {
  /** Of what the children do, as it reads in "The … process took longer than 2 s." */
  name: string;
  /** The entry file of a child; it calls `serveJobs`. */
  script: URL;
  /** Most children. */
  size: number;
  /** Children kept alive once the pool is in use. */
  warm?: number;
  /** Node's own flags. */
  execArgv?: string[];
  /** The whole environment of a child beside TZ and LANG. */
  env?: Record<string, string>;
  /** `ulimit -d`, kB. */
  dataLimitKb?: number;
  rssLimitMb: number;
  /** Jobs waiting beyond this are refused with `busy`. */
  queueLimit: number;
  /** A child above `warm` is ended after being idle this long; 0 or absent: never. */
  idleMs?: number;
  /** A child is replaced after this many jobs; absent: never. */
  jobsPerChild?: number;
}

/** The parent's end of a running job. */
export interface Session {
  send(message: unknown): void;
  /** Stops the wall clock while the job waits for us. */
  pause(): void;
  resume(): void;
}

export interface JobOptions {
  /** Limit on running time, pauses not counted; waiting for a free child is not counted either. */
  wallMs: number;
  /** Kills the child at work. */
  signal?: AbortSignal;
  onMessage?(message: unknown, session: Session): void;
}

export interface Pool {
  /**
   * Rejects with AnalystError: `time_limit`, `memory_limit`, `stopped`; `crashed` and `busy`, both retryable;
   * and whatever AnalystError the handler threw.
   */
  run<T>(job: unknown, options: JobOptions): Promise<T>;
  /** Starts the children that are to be kept warm, one at least. Rejects with `crashed` when one cannot start. */
  warm(): Promise<void>;
  /** Jobs that wait for a child. */
  waiting(): number;
  /** Of every process that has not ended yet. */
  pids(): number[];
  /** Kills everything, refuses the waiting with `stopped`, resolves when the last process is gone. */
  close(): Promise<void>;
}

interface Member {
  child: Supervised;
  state: 'starting' | 'idle' | 'busy';
  jobs: number;
  retirement?: NodeJS.Timeout;
}

interface Waiting {
  start(member: Member): void;
  refuse(error: AnalystError): void;
}

export function createPool(options: PoolOptions): Pool {
  const warmCount = Math.min(options.warm ?? 0, options.size);
  const members = new Set<Member>();
  const living = new Set<Supervised>();
  let queue: Waiting[] = [];
  let closed = false;

  const count = (state: Member['state']) => [...members].filter((member) => member.state === state).length;

  function add(): Member {
    const child = startSupervised(options);
    const member: Member = { child, state: 'starting', jobs: 0 };
    members.add(member);
    living.add(child);
    child.gone.then(() => {
      living.delete(child);
      const died = members.has(member) && member.state === 'idle';
      remove(member);
      if (died) refill();
    });
    child.ready.then(
      () => idle(member),
      // One failed start costs one waiting job, so a script that cannot start ends every job, and never loops.
      (error: AnalystError) => {
        remove(member);
        queue.shift()?.refuse(error);
        dispatch();
      },
    );
    return member;
  }

  function remove(member: Member): void {
    clearTimeout(member.retirement);
    members.delete(member);
  }

  function retire(member: Member): void {
    remove(member);
    member.child.kill(stopped());
  }

  function idle(member: Member): void {
    if (!member.child.usable) remove(member);
    else if (options.jobsPerChild !== undefined && member.jobs >= options.jobsPerChild) retire(member);
    else if (members.has(member)) {
      member.state = 'idle';
      if (options.idleMs) {
        member.retirement = setTimeout(() => {
          if (members.size > warmCount) retire(member);
        }, options.idleMs).unref();
      }
    }
    dispatch();
    refill();
  }

  /** Gives waiting jobs to idle children, and starts children for those that are left. */
  function dispatch(): void {
    for (const member of members) {
      if (member.state !== 'idle' || !member.child.usable) continue;
      const next = queue.shift();
      if (!next) return;
      clearTimeout(member.retirement);
      member.state = 'busy';
      member.jobs++;
      next.start(member);
    }
    for (let wanted = queue.length - count('starting'); wanted > 0 && members.size < options.size; wanted--)
      add();
  }

  function refill(): void {
    while (!closed && members.size < warmCount) add();
  }

  async function run<T>(job: unknown, jobOptions: JobOptions): Promise<T> {
    const { signal } = jobOptions;
    if (closed || signal?.aborted) throw stopped();
    if (queue.length >= options.queueLimit + options.size - count('busy')) {
      throw new AnalystError('busy', `Too many jobs are waiting for the ${options.name} process.`, {
        retryable: true,
        hint: 'Try again in a moment.',
      });
    }
    const member = await new Promise<Member>((resolve, reject) => {
      const leave = () => {
        queue = queue.filter((other) => other !== waiting);
        reject(stopped());
      };
      const waiting: Waiting = {
        start(given) {
          signal?.removeEventListener('abort', leave);
          resolve(given);
        },
        refuse(error) {
          signal?.removeEventListener('abort', leave);
          reject(error);
        },
      };
      signal?.addEventListener('abort', leave);
      queue.push(waiting);
      dispatch();
    });
    let broke = false;
    try {
      if (closed || signal?.aborted) throw stopped();
      return (await member.child.run(job, jobOptions)) as T;
    } catch (error) {
      broke = !member.child.usable && !closed && !signal?.aborted;
      throw error;
    } finally {
      idle(member);
      if (broke) await replacement();
    }
  }

  /** Whoever broke a child waits for the next one, so that the next job does not. */
  async function replacement(): Promise<void> {
    const starting = [...members].filter(({ state }) => state === 'starting');
    if (count('idle') > 0 || starting.length === 0) return;
    await Promise.race(starting.map(({ child }) => child.ready.catch(() => {})));
  }

  async function warm(): Promise<void> {
    if (!closed && members.size === 0) add();
    refill();
    await Promise.all([...members].map((member) => member.child.ready));
  }

  async function close(): Promise<void> {
    closed = true;
    for (const waiting of queue.splice(0)) waiting.refuse(stopped());
    for (const member of members) retire(member);
    await Promise.all([...living].map((child) => child.gone));
  }

  return {
    run,
    warm,
    waiting: () => queue.length,
    pids: () => [...living].flatMap((child) => child.pid ?? []),
    close,
  };
}

function stopped(): AnalystError {
  return new AnalystError('stopped', 'The run was stopped.');
}
