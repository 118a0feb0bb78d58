/**
 * Measures several ways of doing the same thing in turn, in an order that changes from round to round, so that
 * what else the machine does hits all of them alike, and none always follows the same other. None ever follows
 * itself, and each begins when the process is quiet: what one still does after its answer is its own affair.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { lcg } from './data.ts';

/** One way of doing the work. What it returns is timed; making it is not. */
export interface Contender<N extends string = string> {
  name: N;
  /** @returns the work of this round */
  prepare(round: number): () => unknown;
}

export interface Rounds {
  warmUp: number;
  rounds: number;
}

/** Enough for what was put off to the next turn of the event loop: finalisers, timers, the next isolate. */
const QUIET_MS = 10;

/** @returns by name, milliseconds of each round, in the order of the rounds */
export async function interleave<N extends string>(
  contenders: readonly Contender<N>[],
  { warmUp, rounds }: Rounds,
): Promise<Record<N, number[]>> {
  const samples = Object.fromEntries(contenders.map(({ name }) => [name, [] as number[]]));
  const random = lcg(1);
  let order = [...contenders];
  for (let round = -warmUp; round < rounds; round++) {
    const last = order.at(-1);
    do order = shuffle(order, random);
    while (order.length > 1 && order[0] === last);
    for (const { name, prepare } of order) {
      const work = prepare(round);
      await sleep(QUIET_MS);
      const start = performance.now();
      await work();
      if (round >= 0) samples[name]?.push(performance.now() - start);
    }
  }
  return samples as Record<N, number[]>;
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
