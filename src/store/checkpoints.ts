/**
 * Moves SQLite's write-ahead logs into their files from a thread of its own. A checkpoint waits for the disk, and
 * whoever's write makes it due waits with it: here that is never the thread that answers people. Without this the
 * logs are moved all the same, by the writer.
 */
import { Worker } from 'node:worker_threads';

/** @param files of SQLite, which may be missing yet */
export function startCheckpoints(files: string[]): { stop(): Promise<void> } {
  const worker = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: files });
  // It only saves time: should it end, the writers do its work.
  worker.on('error', () => {});
  worker.unref();
  return {
    async stop() {
      await worker.terminate();
    },
  };
}
