/**
 * The Sandbox port on isolates in supervised children. It promises: `run` never rejects; a program reaches its
 * tools and nothing else; the same program, answered the same, does the same; whatever it does costs at most
 * its child.
 */
import { fileURLToPath } from 'node:url';
import { LIMITS } from '../agent/limits.ts';
import type { Sandbox } from '../agent/ports.ts';
import { createPool } from '../processes/pool.ts';
import { limits } from './limits.ts';
import { createPasts } from './past.ts';
import { runProgram } from './run.ts';

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
  /** Programs that compute at once. Those that wait for their calls make room when others want to run. */
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
    // One arena: two would cost each child 10 MB for nothing.
    env: { MALLOC_ARENA_MAX: '1' },
    execArgv: [...INTERPRETED, ...PERMISSIONS],
    rssLimitMb: LIMITS.programRssMb,
    queueLimit: limits.queue,
    idleMs: limits.idleMs,
    jobsPerChild: limits.jobsPerChild,
  });
  const pasts = createPasts();
  return {
    run: (job) => runProgram(pool, pasts, job),
    warm: pool.warm,
    pids: pool.pids,
    close: pool.close,
  };
}
