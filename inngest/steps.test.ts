/** What steps promise of the way in which they are recorded, on the in-process driver. */
import { afterEach, expect, it } from 'vitest';
import type { Steps } from '../src/agent/ports.ts';
import { createDriver, question } from './driver/driver.fixture.ts';
import type { Driver } from './driver/driver.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close(1_000);
});

/** Runs a body, and counts how often it was entered and how often each work was begun. */
async function run(body: (steps: Steps, begin: (id: string) => number) => Promise<unknown>) {
  const begun: Record<string, number> = {};
  const begin = (id: string) => {
    begun[id] = (begun[id] ?? 0) + 1;
    return begun[id];
  };
  let visits = 0;
  const driver = createDriver({
    async body(steps) {
      visits++;
      return await body(steps, begin);
    },
  });
  drivers.push(driver);
  const { runId } = await driver.ask(question('q'));
  return { ...(await driver.wait(runId)), begun, visits };
}

const ALL = ['a', 'b', 'c'];

it('begins the work of all that are asked for at once, and needs no replay for them', async () => {
  let left = ALL.length;
  let release = () => {};
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { output, visits } = await run((steps) =>
    Promise.all(
      ALL.map((id) =>
        steps.run(id, id, async () => {
          if (--left === 0) release();
          await all;
          return id;
        }),
      ),
    ),
  );
  expect({ output, visits }).toEqual({ output: ALL, visits: 1 });
});

it('begins at once what is asked for while another one works', async () => {
  const { output } = await run(async (steps) => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let later: Promise<string> | undefined;
    const first = steps.run('a', 'a', async () => {
      later = steps.run('b', 'b', async () => {
        release();
        return 'b';
      });
      await released;
      return 'a';
    });
    return [await first, await later];
  });
  expect(output).toEqual(['a', 'b']);
});

it('does not begin again what went well beside a step that is tried again', async () => {
  const { output, begun } = await run((steps, begin) =>
    Promise.all(
      ALL.map((id) =>
        steps.run(id, id, async () => {
          if (begin(id) === 1 && id === 'a') throw new Error('not yet');
          return id;
        }),
      ),
    ),
  );
  expect({ output, begun }).toEqual({ output: ALL, begun: { a: 2, b: 1, c: 1 } });
});

it('does not begin what is recorded', async () => {
  const { begun, visits } = await run(async (steps, begin) => {
    await Promise.all(ALL.map((id) => steps.run(id, id, async () => begin(id))));
    await steps.run('last', 'last', async () => {
      if (begin('last') === 1) throw new Error('not yet');
    });
  });
  expect(begun).toEqual({ a: 1, b: 1, c: 1, last: 2 });
  expect(visits).toBeGreaterThan(1);
});

it('gives each its own failure, after its own attempts', async () => {
  const { output, begun } = await run(async (steps, begin) => {
    const settled = await Promise.allSettled(
      ALL.map((id) =>
        steps.run(id, id, async () => {
          begin(id);
          if (id === 'b') throw new Error('never');
          return id;
        }),
      ),
    );
    return settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message));
  });
  expect(output).toEqual(['a', 'never', 'c']);
  expect(begun).toEqual({ a: 1, b: 3, c: 1 });
});
