/** (f) Two hundred questions at once, 190 of them by one person: how many a second, and how long the other waits. */

import type { Item } from '../harness/item.ts';
import { familyMemory, listProcesses } from '../harness/memory.ts';
import { median, quantile } from '../harness/stats.ts';
import { askQuestion, withAnalyst } from './app.ts';

const QUESTIONS = 200;
const OF_THE_QUIET_ONE = 10;
/** Share of all answers after which the quiet one has hers: she asked a twentieth, last of all. */
const FAIR_SHARE = 0.2;

export const load: Item = {
  name: 'load',
  title: 'f  200 questions at once: 190 of one person, then 10 of another (2 at once for each person)',
  run: () =>
    withAnalyst({}, async (analyst) => {
      for (let i = 0; i < 10; i++) await askQuestion(analyst);
      const before = familyMemory();
      const start = performance.now();
      const ends: { user: string; ms: number }[] = [];
      const ask = async (user: string) => {
        await askQuestion(analyst, user);
        ends.push({ user, ms: performance.now() - start });
      };
      const asked = Array.from({ length: QUESTIONS }, (_, i) =>
        ask(i < QUESTIONS - OF_THE_QUIET_ONE ? 'busy' : 'quiet'),
      );
      await Promise.all(asked);
      const seconds = (performance.now() - start) / 1000;
      const after = familyMemory();
      const quiet = ends.filter(({ user }) => user === 'quiet').map(({ ms }) => ms);
      const busy = ends.filter(({ user }) => user === 'busy').map(({ ms }) => ms);
      const answeredBefore = ends.findLastIndex(({ user }) => user === 'quiet') + 1;
      return [
        { what: 'answers', value: QUESTIONS / seconds, unit: '/s' },
        {
          what: "share of all answers when the quiet one's are done",
          value: answeredBefore / QUESTIONS,
          unit: '',
          atMost: FAIR_SHARE,
          note: `her median wait ${(median(quiet) / 1000).toFixed(1)} s, the busy one's ${(median(busy) / 1000).toFixed(1)} s, at most ${(quantile(busy, 1) / 1000).toFixed(1)} s`,
        },
        {
          what: 'memory before, resident',
          value: before.rss,
          unit: 'MB',
          note: listProcesses(before),
        },
        {
          what: 'memory after, resident',
          value: after.rss,
          unit: 'MB',
          note: listProcesses(after),
        },
      ];
    }),
};
