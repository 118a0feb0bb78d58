/** A time limit that can be stopped while the work it measures waits for somebody else. */
export interface WallClock {
  pause(): void;
  resume(): void;
  /** Ends it for good. */
  clear(): void;
}

/** Calls `expired` once, after `ms` milliseconds of running time. */
export function startClock(ms: number, expired: () => void): WallClock {
  let left = ms;
  let since = performance.now();
  let timer: NodeJS.Timeout | undefined = setTimeout(expired, left);
  let over = false;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    pause() {
      if (!timer) return;
      stop();
      left = Math.max(0, left - (performance.now() - since));
    },
    resume() {
      if (timer || over) return;
      since = performance.now();
      timer = setTimeout(expired, left);
    },
    clear() {
      over = true;
      stop();
    },
  };
}
