/** The thread of checkpoints.ts. */
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

/** Often enough that no log reaches the 1,000 pages at which its writer would take over. */
const EVERY_MS = 100;

const databases = (workerData as string[]).map((file) => new DatabaseSync(file, { timeout: 0 }));

setInterval(() => {
  for (const database of databases) {
    try {
      database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // Somebody else is at it, or the disk is in trouble: the writers meet that themselves and say so.
    }
  }
}, EVERY_MS);
