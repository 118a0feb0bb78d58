/** Limits of this room; those of programs are the core's. Times in milliseconds. */
export const limits = {
  /** A program over its time is stopped inside the child first; the parent kills this much later. */
  graceMs: 1_000,
  /** Programs waiting for a child. */
  queue: 1_000,
  /** How often a program that waits for its calls looks whether another one wants its child. */
  makeRoomMs: 20,
  /** A child that is not kept warm ends after this. */
  idleMs: 60_000,
  /** Replaces a child before fragmentation shows. */
  jobsPerChild: 500,
} as const;
