/** (g) A thousand questions, one after the other: what the analyst and its children hold after 50 and after all. */
import type { Item } from '../harness/item.ts';
import { familyMemory, listProcesses, type Memory } from '../harness/memory.ts';
import { median } from '../harness/stats.ts';
import { askQuestion, withAnalyst } from './app.ts';

const QUESTIONS = 1_000;
const SETTLED_AFTER = 50;
/** Memory is looked at after each of as many questions, since children come and go. */
const LOOKS = 15;

export const endurance: Item = {
  name: 'endurance',
  title: 'g  1,000 questions in a row: memory of the analyst and its children',
  run: () =>
    withAnalyst({}, async (analyst) => {
      const looks: Memory[] = [];
      const start = performance.now();
      for (let i = 1; i <= QUESTIONS; i++) {
        await askQuestion(analyst);
        const isLook = (i > SETTLED_AFTER && i <= SETTLED_AFTER + LOOKS) || i > QUESTIONS - LOOKS;
        if (!isLook) continue;
        // V8 lets a heap grow as long as the machine has memory: what it no longer needs is not counted.
        globalThis.gc?.();
        looks.push(familyMemory());
      }
      const seconds = (performance.now() - start) / 1000;
      const early = looks.slice(0, LOOKS);
      const late = looks.slice(LOOKS);
      const resident = (of: Memory[]) => median(of.map(({ rss }) => rss));
      const note = (of: Memory[]) => of.slice(-1).map(listProcesses).join();
      return [
        {
          what: 'after 50, resident',
          value: resident(early),
          unit: 'MB',
          note: note(early),
        },
        {
          what: 'after 1,000, resident',
          value: resident(late),
          unit: 'MB',
          note: note(late),
        },
        { what: 'after 1,000 / after 50', value: resident(late) / resident(early), unit: 'x', atMost: 1.1 },
        { what: 'answers', value: QUESTIONS / seconds, unit: '/s' },
      ];
    }),
};
