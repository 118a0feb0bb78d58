/** (g) A thousand questions, one after the other: what the analyst and its children hold after 50 and after all. */
import type { Item } from '../harness/item.ts';
import { familyMemory } from '../harness/memory.ts';
import { median } from '../harness/stats.ts';
import { askQuestion, withAnalyst } from './app.ts';

const QUESTIONS = 1_000;
const SETTLED_AFTER = 50;
/** Memory is looked at after each of as many questions, because it goes up and down with collections. */
const LOOKS = 25;

export const endurance: Item = {
  name: 'endurance',
  title: 'g  1,000 questions in a row: memory of the analyst and its children',
  run: () =>
    withAnalyst({}, async (analyst) => {
      const looks: { rss: number; pss: number }[] = [];
      const start = performance.now();
      for (let i = 1; i <= QUESTIONS; i++) {
        await askQuestion(analyst);
        const isLook = (i > SETTLED_AFTER && i <= SETTLED_AFTER + LOOKS) || i > QUESTIONS - LOOKS;
        if (isLook) looks.push(familyMemory());
      }
      const seconds = (performance.now() - start) / 1000;
      const early = looks.slice(0, LOOKS);
      const late = looks.slice(LOOKS);
      const resident = (of: typeof looks) => median(of.map(({ rss }) => rss));
      const proportional = (of: typeof looks) => median(of.map(({ pss }) => pss)).toFixed(0);
      return [
        {
          what: 'after 50, resident',
          value: resident(early),
          unit: 'MB',
          note: `proportional ${proportional(early)} MB`,
        },
        {
          what: 'after 1,000, resident',
          value: resident(late),
          unit: 'MB',
          note: `proportional ${proportional(late)} MB`,
        },
        { what: 'after 1,000 / after 50', value: resident(late) / resident(early), unit: 'x', atMost: 1.1 },
        { what: 'answers', value: QUESTIONS / seconds, unit: '/s' },
      ];
    }),
};
