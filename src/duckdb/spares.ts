/** Instances opened ahead: opening one takes longer than a small query, and programs send several in a row. */
import { type LockedInstance, openLocked } from './instance.ts';
import { limits } from './limits.ts';

export interface Spares {
  take(): Promise<LockedInstance>;
  /** Opens instances in the background, one after the other, until there are enough. */
  refill(): void;
}

export function createSpares(): Spares {
  const ready: LockedInstance[] = [];
  let opening = false;

  async function open(): Promise<void> {
    opening = true;
    while (ready.length < limits.spares) ready.push(await openLocked());
    opening = false;
  }

  return {
    async take() {
      return ready.pop() ?? (await openLocked());
    },
    refill() {
      if (!opening) void open();
    },
  };
}
