import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { nameDurably } from './flush.ts';
import { migrate, type Migration } from './migrate.ts';

const SIDE_FILES = ['', '-wal', '-shm', '-journal'] as const;

/**
 * Makes an empty database of the newest version. It is built under another name and gets its own only when it
 * is whole on the disk: a power cut leaves either no database or a good one. What an earlier attempt left
 * under the other name holds nothing yet and is discarded.
 */
export function createDatabase(folder: string, name: string, migrations: readonly Migration[]): void {
  const unfinished = join(folder, `${name}.new`);
  for (const suffix of SIDE_FILES) rmSync(`${unfinished}${suffix}`, { force: true });
  const db = new Database(unfinished);
  try {
    db.pragma('synchronous = FULL');
    migrate(db, migrations);
    // Already here, so that the first start changes nothing outside the WAL; closing takes its side files away.
    db.pragma('journal_mode = WAL');
  } finally {
    db.close();
  }
  nameDurably(unfinished, join(folder, name));
}
