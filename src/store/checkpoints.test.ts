import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { startCheckpoints } from './checkpoints.ts';

const folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('moves what others write out of the log, and leaves a file alone that is no database', async () => {
  const [broken, path] = [join(folder, 'broken.db'), join(folder, 'good.db')];
  const db = new DatabaseSync(path);
  // The writer itself never moves anything.
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE rows (id INTEGER, text TEXT)',
  );
  const insert = db.prepare('INSERT INTO rows VALUES (?, ?)');
  for (let i = 0; i < 100; i++) insert.run(i, 'x'.repeat(1_000));
  const before = statSync(path).size;
  writeFileSync(broken, 'not a database');
  const checkpoints = startCheckpoints([broken, path]);
  try {
    await expect.poll(() => statSync(path).size, { timeout: 10_000 }).toBeGreaterThan(before + 100_000);
    insert.run(100, 'later');
    expect(db.prepare('SELECT count(*) AS count FROM rows').get()).toEqual({ count: 101 });
  } finally {
    await checkpoints.stop();
    db.close();
  }
});
