/** Limits of this room; those of programs are the core's. Times in milliseconds. */
export const limits = {
  /** A program over its time is stopped inside the child first; the parent kills this much later. */
  graceMs: 1_000,
  /** Programs waiting for a child. */
  queue: 1_000,
  /** What is remembered of programs, so that a replay takes no child: the texts of their calls and answers. */
  pastChars: 8_000_000,
  /** How often a program that waits for its calls looks whether another one wants its child. */
  makeRoomMs: 20,
  /** Others have a turn between reading a wave of this length and making its calls. */
  longWaveChars: 500_000,
  /** A child that is not kept warm ends after this. */
  idleMs: 60_000,
  /** isolated-vm keeps about 100 kB of each isolate for ever: this bounds it to 10 MB. */
  jobsPerChild: 100,
} as const;
