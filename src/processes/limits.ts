/** The limits of every supervised child, whatever it does. Times in milliseconds. */
export const limits = {
  /** From the start of a child to its `ready`, generous because a loaded machine starts slowly. */
  startMs: 30_000,
  /** How often the resident memory of a working child is looked at. */
  memoryPollMs: 25,
  /** One message between a process and its child: twice the largest that either has a use for. */
  messageBytes: 256_000_000,
  /** From a child's answer to what it does for the next job. */
  restMs: 2,
  /** Characters of a child's stderr that are kept for the operator. */
  stderrChars: 4_000,
} as const;
