/**
 * The process that programs run in. Takes one program at a time, passes its waves on, and has the next isolate
 * ready before it is asked for.
 */
import { setFlagsFromString } from 'node:v8';
import { AnalystError } from '../agent/errors.ts';
import { LIMITS } from '../agent/limits.ts';
import type { ProgramError } from '../agent/report.ts';
import { type Ask, serveJobsSync } from '../processes/child.ts';
import { CompileError, strip } from './compile.ts';
import { explain } from './explain.ts';
import type { GuestError, Taken } from './guest/bridge.ts';
import { type Isolate, prepareIsolate } from './isolate.ts';
import type { ChildJob, Ending, ToSandbox } from './protocol.ts';

let next: Isolate | undefined;

let used: Isolate | undefined;

serveJobsSync<ChildJob, Ending | null>(
  (job, ask) => {
    used = next ?? prepareIsolate();
    next = undefined;
    return runProgram(used, job, ask);
  },
  {
    prepare: async () => {
      // The first use loads the type stripper, which is itself WebAssembly; isolates made later have none.
      strip('return 1');
      setFlagsFromString('--no-expose-wasm');
      // The bridge is compiled with the isolate, ahead, and not when a program first calls it.
      setFlagsFromString('--no-lazy');
      next = prepareIsolate();
    },
    rest() {
      used?.dispose();
      next = prepareIsolate();
    },
  },
);

function runProgram(isolate: Isolate, job: ChildJob, ask: Ask): Ending | null {
  try {
    let taken = isolate.start(job.program, job.settings);
    for (const { length, results } of job.given) {
      if (taken.length !== length + 1) return { error: DIVERGED, text: '' };
      taken = isolate.give(results);
    }
    while (taken.startsWith('W')) {
      const given = ask(taken.slice(1)) as ToSandbox;
      if ('end' in given) return null;
      taken = isolate.give(given.results);
    }
    if (taken.startsWith('Q')) return { error: STUCK, text: taken };
    return taken.startsWith('F') ? failed(taken, job) : { text: taken };
  } catch (error) {
    if (error instanceof CompileError) return { error: explain(error.record, '', known(job)), text: '' };
    if (error instanceof AnalystError) throw error;
    return broken(error, isolate, job);
  }
}

/** What explains an error: the program and the names of its tools. */
function known({ program, settings }: ChildJob): { program: string; tools: string[] } {
  return { program, tools: (JSON.parse(settings) as { tools: string[] }).tools };
}

/** The program threw. */
function failed(text: string, job: ChildJob): Ending {
  const { stack, ...error } = (JSON.parse(text.slice(1)) as { error: GuestError }).error;
  return { error: explain(error, stack, known(job)), text };
}

const DIVERGED: ProgramError = {
  name: 'SandboxError',
  message: 'The program did something else when it was run again.',
};

const STUCK: ProgramError = {
  name: 'Error',
  message: 'The program waits for something that never happens.',
  hint: 'A promise is awaited that nothing resolves: did you forget to call its resolve function?',
};

/** What V8 threw out of the isolate: a limit, or a rejection that nobody waited for. */
function broken(error: unknown, isolate: Isolate, job: ChildJob): Ending {
  const { name, message, stack } = readable(error);
  const taken = tryTake(isolate);
  if (message === 'Script execution timed out.') {
    return { error: explain(OUT_OF_TIME, stack, known(job)), text: taken };
  }
  if (/memory limit|disposed/i.test(message)) return { error: OUT_OF_MEMORY, text: taken };
  if (taken.startsWith('F')) return failed(taken, job);
  const rejected = {
    name,
    message,
    hint: 'A promise was rejected and nobody waited for it: await every call.',
  };
  return { error: explain(rejected, stack, known(job)), text: taken };
}

const OUT_OF_TIME: ProgramError = {
  name: 'LimitError',
  message: `The program computed for more than ${LIMITS.programMs / 1000} s.`,
  hint: 'Look for a loop that does not end; leave heavy work to SQL in query.',
};

const OUT_OF_MEMORY: ProgramError = {
  name: 'LimitError',
  message: `The program needed more than ${LIMITS.programHeapMb} MB of memory.`,
  hint: 'Aggregate in SQL with query instead of holding many rows in the program.',
};

function readable(error: unknown): { name: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: '' };
  return { name: error.name, message: error.message.slice(0, 2000), stack: error.stack ?? '' };
}

function tryTake(isolate: Isolate): Taken | '' {
  try {
    return isolate.take();
  } catch {
    return '';
  }
}
