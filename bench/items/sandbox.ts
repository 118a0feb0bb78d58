/** (a) A realistic program, sandbox and value included, in our child process and in others' sandboxes in process. */
import type { SandboxPool } from '../../src/sandbox/sandbox.ts';
import { createSandbox } from '../../src/sandbox/sandbox.ts';
import { type Contender, interleave } from '../harness/interleave.ts';
import type { Finding, Item } from '../harness/item.ts';
import { median, p95, pairedRatio } from '../harness/stats.ts';
import { createCodeMode } from '../peers/code-mode.ts';
import { createMonty } from '../peers/monty.ts';
import { arePeersInstalled, type Peer, type Tools } from '../peers/peer.ts';
import { createQuickJs } from '../peers/quickjs.ts';
import { instantTools, PARALLEL, REALISTIC } from './programs.ts';

const OURS = 'ours, in a child process';
const PEERS = {
  '@pydantic/monty': { create: createMonty, language: 'python' },
  'quickjs-emscripten': { create: createQuickJs, language: 'javascript' },
  '@utcp/code-mode': { create: createCodeMode, language: 'javascript' },
} as const;
const MONTY = '@pydantic/monty';

type Program = typeof REALISTIC;

export const sandbox: Item = {
  name: 'sandbox',
  title: 'a  a realistic program: 3 fetches, a query of 750 rows, a loop, 2 metrics, a chart, a table',
  async run() {
    const samples = await measure(REALISTIC, instantTools(), { warmUp: 20, rounds: 150 });
    const ours = samples[OURS] ?? [];
    return Object.entries(samples)
      .map(([name, times]): Finding => {
        const figures = { what: name, value: median(times), p95: p95(times), unit: 'ms' } as const;
        return name === OURS
          ? figures
          : { ...figures, note: `ours takes ${pairedRatio(ours, times).toFixed(2)} of it` };
      })
      .concat(
        samples[MONTY]
          ? { what: 'ours / Monty', value: pairedRatio(ours, samples[MONTY]), unit: 'x', atMost: 0.6 }
          : [],
      );
  },
};

export const parallel: Item = {
  name: 'parallel',
  title: 'b  ten tools of 50 ms at once',
  async run() {
    const wait = (n: unknown) => new Promise((resolve) => setTimeout(resolve, 50, n));
    const samples = await measure(PARALLEL, { wait }, { warmUp: 3, rounds: 20 });
    return Object.entries(samples).map(([name, times]) => ({
      what: name,
      value: median(times),
      p95: p95(times),
      unit: 'ms',
      ...(name === OURS ? { atMost: 60 } : {}),
    }));
  },
};

async function measure(program: Program, tools: Tools, rounds: { warmUp: number; rounds: number }) {
  const pool = createSandbox({ size: 1 });
  try {
    await pool.warm();
    const contenders: Contender[] = [
      { name: OURS, prepare: () => () => runOurs(pool, program.javascript, tools) },
    ];
    for (const [name, { create, language }] of Object.entries(arePeersInstalled() ? PEERS : {})) {
      const peer: Peer = await create();
      contenders.push({ name, prepare: () => () => peer.run(program[language], tools) });
    }
    return await interleave(contenders, rounds);
  } finally {
    await pool.close();
  }
}

let seed = 1;

async function runOurs(pool: SandboxPool, program: string, tools: Tools): Promise<void> {
  const outcome = await pool.run({
    program,
    tools: Object.keys(tools),
    now: 0,
    // A program with another seed is another program: nothing is remembered of it.
    seed: seed++,
    call: async (tool, args) => tools[tool]?.(...args),
  });
  if (!outcome.ok) throw new Error(outcome.error.message);
}
