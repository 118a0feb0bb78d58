/**
 * Any program, whatever the order in which its calls end, and from any part of its record: the same calls, the same
 * value, the same console, the same error. The rule behind it: all calls that a program makes before it is quiet
 * form a wave; they are answered together, in the order of the calls, when the last has settled. So Promise.race is
 * exact: it is won by the promise that needs the fewest waves, and among those by the one that comes first.
 * A failure prints its seed and path; SEED=… runs it again.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeJob, resultOf, useSandbox } from './fixtures/harness.ts';
import { programs } from './fixtures/programs.ts';

const sandbox = useSandbox(2);
const seed = process.env.SEED ? Number(process.env.SEED) : undefined;

/** Tools that end in an order drawn from `order`; those in the record answer at once. */
function host(order: () => number, record: ReadonlySet<string>) {
  const calls: string[] = [];
  const ended: string[] = [];
  const pending: (() => void)[] = [];
  const endOne = () => {
    pending.splice(order() % pending.length, 1)[0]?.();
    if (pending.length > 0) setImmediate(endOne);
  };
  const call = async (tool: string, args: unknown[]) => {
    const name = `${tool} ${args.join()}`;
    calls.push(name);
    if (tool === 'tool' && !record.has(name)) {
      await new Promise<void>((resolve) => {
        pending.push(resolve);
        if (pending.length === 1) setImmediate(endOne);
      });
      ended.push(name);
    }
    if (String(args[0]).startsWith('f')) throw new Error(`${args[0]} failed`);
    return `${name} answered`;
  };
  return { calls, ended, call };
}

const orders = fc.infiniteStream(fc.nat(1_000));

async function outcomeOf(program: string, order: Iterator<number>, record: Iterable<string> = []) {
  const { calls, ended, call } = host(() => order.next().value, new Set(record));
  const outcome = await sandbox.run(makeJob(program, { call, tools: ['tool', 'create_metric'] }));
  return { seen: { outcome, calls }, ended };
}

describe('a generated program', () => {
  test('does the same in any order of its calls, and from any part of its record', async () => {
    let parallel = 0;
    await fc.assert(
      fc.asyncProperty(programs, orders, orders, orders, fc.nat(), async (program, one, two, three, cut) => {
        const first = await outcomeOf(program, one);
        const again = await outcomeOf(program, two);
        expect(again.seen).toEqual(first.seen);
        const part = first.ended.slice(0, cut % (first.ended.length + 1));
        expect((await outcomeOf(program, three, part)).seen).toEqual(first.seen);
        if (first.ended.join() !== again.ended.join()) parallel++;
      }),
      { numRuns: 250, seed },
    );
    // Else nothing was tried.
    expect(parallel).toBeGreaterThan(20);
  });

  test('is the same from every prefix of its record', async () => {
    await fc.assert(
      fc.asyncProperty(programs, orders, async (program, order) => {
        const first = await outcomeOf(program, order);
        for (let length = 0; length <= first.ended.length; length++) {
          const replay = await outcomeOf(program, order, first.ended.slice(0, length));
          expect(replay.seen).toEqual(first.seen);
        }
      }),
      { numRuns: 60, seed },
    );
  });
});

test('a race is won by the fewest waves, then by the order in the program', async () => {
  const late = (program: string) => outcomeOf(program, [3, 1, 2, 0][Symbol.iterator]());
  const winner = async (program: string) => resultOf((await late(program)).seen.outcome);
  expect(await winner(`return Promise.race([tool('x').then(() => tool('y')), tool('z')]);`)).toBe(
    'tool z answered',
  );
  expect(await winner(`return Promise.race([tool('x'), tool('y'), tool('z')]);`)).toBe('tool x answered');
  expect(await winner(`return Promise.any([tool('fx'), tool('y'), tool('z')]);`)).toBe('tool y answered');
});
