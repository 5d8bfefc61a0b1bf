import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { hashEntry } from '../../contract/journal/seal.ts';
import { JournalError } from './errors.ts';
import { nameDurably } from './flush.ts';
import { databaseVersion, type Migration } from './migrate.ts';
import { entryOfRow } from './rows.ts';
import type { Connection, JournalStorage } from './storage.ts';

/** Throws `database-damaged` unless SQLite finds it whole and every entry has the hash of its content. */
export function verifyDatabase(db: Connection, terminalId: string): void {
  const integrity: unknown = db.pragma('integrity_check', { simple: true });
  if (integrity !== 'ok')
    throw new JournalError('database-damaged', { what: String(integrity).slice(0, 200) });
  for (const row of db.prepare('SELECT * FROM entries ORDER BY id').iterate()) {
    const entry = entryOfRow(row, terminalId);
    if (hashEntry(entry) !== entry.hash)
      throw new JournalError('database-damaged', { what: 'hash-wrong', epoch: entry.epoch, seq: entry.seq });
  }
}

/**
 * An online back-up: the database may be written to meanwhile. Gets its name only once it has been read back
 * whole, so a file of that name is always a good one.
 */
export async function backUpDatabase(
  storage: JournalStorage,
  file: string,
  terminalId: string,
): Promise<void> {
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  await storage.db.backup(partial);
  nameVerified(partial, file, terminalId);
}

function nameVerified(partial: string, file: string, terminalId: string): void {
  const copy = new Database(partial, { fileMustExist: true });
  try {
    // A back-up must be one file: no WAL beside it.
    copy.pragma('journal_mode = DELETE');
    verifyDatabase(copy, terminalId);
  } finally {
    copy.close();
  }
  nameDurably(partial, file);
}

/**
 * Before a database gets its next version: a verified copy as it is, beside it, named for its version. Throws
 * a JournalError if it can't be made; then nothing must be migrated.
 */
export function backUpBeforeMigrating(db: Connection, file: string, migrations: readonly Migration[]): void {
  const version = databaseVersion(db);
  if (version === 0 || version >= migrations.length) return;
  const terminalId: unknown = db.prepare('SELECT terminal_id FROM journal').pluck().get();
  // Never claimed by a terminal: there is no entry in it.
  if (typeof terminalId !== 'string') return;
  const copy = `${file}.version-${version}`;
  const partial = `${copy}.partial`;
  rmSync(partial, { force: true });
  db.prepare('VACUUM INTO ?').run(partial);
  nameVerified(partial, copy, terminalId);
}
