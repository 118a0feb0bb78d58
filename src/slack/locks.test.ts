import { describe, expect, it } from 'vitest';
import { Pace } from './locks.ts';

describe('a pace', () => {
  it('lets a second of it through at once, and the rest later', async () => {
    const pace = new Pace(5);
    const passed: number[] = [];
    const turns = Array.from({ length: 6 }, (_, i) => pace.turn().then(() => passed.push(i)));
    await Promise.all(turns.slice(0, 5));
    expect(passed).toEqual([0, 1, 2, 3, 4]);
    await turns[5];
    expect(passed).toHaveLength(6);
  });

  it('lets nobody wait when it is closed', async () => {
    const pace = new Pace(1);
    expect(await pace.turn()).toBe(true);
    const waiting = Array.from({ length: 100 }, () => pace.turn());
    pace.close();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => false));
  });
});
