/** Every limit of the store, once. Times in milliseconds, sizes in bytes. */
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MEGABYTE = 1_000_000;

export const STORE_LIMITS = {
  /** How long entries live. Pictures and receipts belong together: a report is opened with its pictures. */
  ttlMs: { thread: 90 * DAY, report: 180 * DAY, image: 180 * DAY, run: 2 * DAY },
  cache: {
    /** One result; all results together (exceeded by a tenth between two sweeps); the oldest result. */
    entryBytes: 4 * MEGABYTE,
    totalBytes: 200 * MEGABYTE,
    ageMs: 7 * DAY,
    /** What an answer waits for the store, and how long a store that was too slow is left alone. */
    waitMs: 300,
    pauseMs: 10_000,
  },
  /** Of a key, in UTF-8. */
  keyBytes: 1_000,
  /** How often a writer also deletes expired entries, and how many at once. */
  expiryMs: 5 * MINUTE,
  expiryBatch: 500,
  /** How long a writer waits for another process that is writing to the same file. */
  lockMs: 5_000,
  /** Connections to a server, and how long to wait for one and for an answer. */
  connections: 4,
  connectMs: 5_000,
  replyMs: 10_000,
} as const;
