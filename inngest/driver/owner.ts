/**
 * Tells whether the process that drives a run still lives. Each holds a lock on a file of its own, which the
 * system lets go of however the process ends. A process id would not do: another process gets it one day, and
 * two containers with the same folder have the same ones.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const BUSY = 5;
/** A lock that a killed process left behind is removed after this long. */
const LEFT_MS = 7 * 24 * 3_600_000;

export interface Owner {
  readonly id: string;
  isAlive(id: string): boolean;
  /** Lets go: from now on this owner counts as gone. */
  close(): void;
}

/** @param folder of the locks; null when nobody else can see the record */
export function createOwner(folder: string | null): Owner {
  const id = randomUUID();
  if (folder === null) return { id, isAlive: () => false, close: () => {} };
  mkdirSync(folder, { recursive: true });
  const path = (owner: string) => join(folder, `${owner}.lock`);
  const held = lock(path(id));
  const isAlive = (owner: string) => {
    // An owner has its file, locked, before it owns anything.
    if (!existsSync(path(owner))) return false;
    const taken = lock(path(owner));
    if (!taken) return true;
    rmSync(path(owner), { force: true });
    taken.close();
    return false;
  };
  for (const file of readdirSync(folder)) {
    const { mtimeMs } = statSync(join(folder, file), { throwIfNoEntry: false }) ?? {};
    if (mtimeMs !== undefined && mtimeMs < Date.now() - LEFT_MS) isAlive(file.replace(/\.lock$/, ''));
  }
  return {
    id,
    isAlive,
    close() {
      rmSync(path(id), { force: true });
      held?.close();
    },
  };
}

/** SQLite's own lock on a file, which works on every system. Null when another process holds it. */
function lock(path: string): DatabaseSync | null {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if ((((error as { errcode?: number }).errcode ?? 0) & 0xff) === BUSY) return null;
    throw error;
  }
}
