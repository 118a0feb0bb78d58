/**
 * One isolate for one program, never used twice. The host runs it in this thread: a call into it returns when
 * the program is quiet, which takes tens of microseconds where another thread would take milliseconds. Only
 * strings go in and out, so the program never holds anything of the host.
 */
import { writeSync } from 'node:fs';
import ivm from 'isolated-vm';
import { LIMITS } from '../agent/limits.ts';
import { COLUMN_OFFSET, compile, FILE } from './compile.ts';
import { type Bridge, bridge, type Taken } from './guest/bridge.ts';
import { output } from './guest/output.ts';
import { values } from './guest/values.ts';
import { world } from './guest/world.ts';

const BOOT = `'use strict';
const limits = ${JSON.stringify(LIMITS)};
const guestWorld = (${world})();
const guestValues = (${values})();
const guestOutput = (${output})(guestValues, limits);
return (${bridge})(guestWorld, guestValues, guestOutput, limits);`;

export interface Isolate {
  /** Compiles and starts a program. Throws CompileError, or what V8 throws when a limit is reached. */
  start(program: string, settings: string): Taken;
  /** Answers the wave. */
  give(results: string): Taken;
  /** What is there after an error. */
  take(): Taken;
  dispose(): void;
}

export function prepareIsolate(): Isolate {
  const isolate = new ivm.Isolate({
    memoryLimit: LIMITS.programHeapMb,
    // V8 has lost control of the heap: only the end of the process frees it.
    onCatastrophicError: () => {
      writeSync(2, 'the isolate ran out of memory');
      process.abort();
    },
  });
  const context = isolate.createContextSync();
  const guest: ivm.Reference<Bridge> = context.evalClosureSync(BOOT, [], {
    result: { reference: true },
    filename: 'sandbox',
  });
  const method = <K extends keyof Bridge>(name: K) => guest.getSync(name, { reference: true });
  const [startGuest, giveGuest, takeGuest] = [method('start'), method('give'), method('take')];
  let left: number = LIMITS.programMs;

  /** Runs guest code within what is left of the time for computing. */
  function timed<T>(run: (timeout: number) => T): T {
    const before = performance.now();
    try {
      return run(Math.max(1, Math.ceil(left)));
    } finally {
      left -= performance.now() - before;
    }
  }

  function take(): Taken {
    const taken: unknown = timed((timeout) => takeGuest.applySync(undefined, [], { timeout }));
    if (typeof taken !== 'string' || !/^[WDFQ]\{/.test(taken))
      throw new Error('The sandbox answered nonsense.');
    return taken as Taken;
  }

  return {
    start(program, settings) {
      const script = compile(program, (text) =>
        isolate.compileScriptSync(text, { filename: FILE, columnOffset: COLUMN_OFFSET }),
      );
      const main = timed((timeout) => script.runSync(context, { timeout, reference: true }));
      timed((timeout) => startGuest.applySync(undefined, [main.derefInto(), settings], { timeout }));
      return take();
    },
    give(results) {
      timed((timeout) => giveGuest.applySync(undefined, [results], { timeout }));
      return take();
    },
    take,
    dispose() {
      if (!isolate.isDisposed) isolate.dispose();
    },
  };
}
