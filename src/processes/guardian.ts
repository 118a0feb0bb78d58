/**
 * Ends our children when this process dies in any way, kill -9 included. A child in an endless loop cannot
 * notice that its parent is gone, so a shell waits for us instead: it holds the list of pids, reads its
 * standard input, and kills the list when that input ends. One shell (about 1 MB) serves all pools; a watching
 * thread in each child would cost 10 MB and 20 ms apiece.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

const SCRIPT = `pids=
while read -r line; do pids=$line; done
[ -z "$pids" ] || kill -9 $pids`;

const guarded = new Set<number>();
let shell: ChildProcess | undefined;

/** From now on `pid` does not outlive this process. */
export function guard(pid: number): void {
  guarded.add(pid);
  report();
}

/** Must be called as soon as the process has ended: its number may soon belong to somebody else. */
export function release(pid: number): void {
  if (guarded.delete(pid)) report();
}

function report(): void {
  if (guarded.size > 0) shell ??= start();
  shell?.stdin?.write(`${[...guarded].join(' ')}\n`);
  if (guarded.size === 0) {
    shell?.stdin?.end();
    shell = undefined;
  }
}

function start(): ChildProcess {
  const started = spawn('/bin/sh', ['-c', SCRIPT], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    cwd: '/',
    // What kills our process group must not kill it.
    detached: true,
  });
  // Its death shows as `exit`; a write that comes too late is of no interest.
  started.on('error', () => {});
  started.stdin.on('error', () => {});
  started.on('exit', () => {
    if (shell !== started) return;
    shell = undefined;
    if (guarded.size > 0) report();
  });
  // It must not keep an otherwise finished program alive.
  started.unref();
  (started.stdin as Socket).unref();
  return started;
}
