import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { hashEntry } from '../../contract/journal/seal.ts';
import { atDiskWhile } from '../life-signs.ts';
import { JournalError } from './errors.ts';
import { nameDurably } from './flush.ts';
import { idOf } from './ids.ts';
import { databaseVersion, type Migration } from './migrate.ts';
import { entryOfRow } from './rows.ts';
import type { Connection, JournalStorage } from './storage.ts';

/** Databases up to this size are looked through by SQLite too: the counter waits for it, tens of milliseconds. */
const WHOLE_CHECK_BYTES = 33_554_432;
/** Entries between two turns of the counter: some 5 ms. */
const ENTRIES_A_TURN = 250;

function checkIntegrity(db: Connection): void {
  const integrity: unknown = db.pragma('integrity_check', { simple: true });
  if (integrity !== 'ok')
    throw new JournalError('database-damaged', { what: String(integrity).slice(0, 200) });
}

function checkHash(row: unknown, terminalId: string): number {
  const entry = entryOfRow(row, terminalId);
  if (hashEntry(entry) !== entry.hash)
    throw new JournalError('database-damaged', { what: 'hash-wrong', epoch: entry.epoch, seq: entry.seq });
  return idOf(entry);
}

/** Throws `database-damaged` unless SQLite finds it whole and every entry has the hash of its content. */
export function verifyDatabase(db: Connection, terminalId: string): void {
  checkIntegrity(db);
  for (const row of db.prepare('SELECT * FROM entries ORDER BY id').iterate()) checkHash(row, terminalId);
}

/** The same while the counter is at work: a scan never waits for a million hashes. */
async function verifyInTurns(db: Connection, terminalId: string): Promise<void> {
  const bytes =
    Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
  if (bytes <= WHOLE_CHECK_BYTES) checkIntegrity(db);
  const page = db.prepare(`SELECT * FROM entries WHERE id > ? ORDER BY id LIMIT ${ENTRIES_A_TURN}`);
  for (let after = 0; ;) {
    const rows = page.all(after);
    for (const row of rows) after = checkHash(row, terminalId);
    if (rows.length < ENTRIES_A_TURN) return;
    await turn();
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
  await atDiskWhile(() => storage.db.backup(partial));
  const copy = openCopy(partial);
  try {
    await verifyInTurns(copy, terminalId);
  } finally {
    copy.close();
  }
  nameDurably(partial, file);
}

function openCopy(partial: string): Connection {
  const copy = new Database(partial, { fileMustExist: true });
  // A back-up must be one file: no WAL beside it.
  copy.pragma('journal_mode = DELETE');
  return copy;
}

function nameVerified(partial: string, file: string, terminalId: string): void {
  const copy = openCopy(partial);
  try {
    verifyDatabase(copy, terminalId);
  } finally {
    copy.close();
  }
  nameDurably(partial, file);
}

/** Copies from before a migration that are kept: the newest; each is as large as the database was. */
const KEPT_COPIES = 2;

function forgetOldCopies(file: string): void {
  const prefix = `${basename(file)}.version-`;
  const versions = readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .toSorted((a, b) => b - a);
  for (const version of versions.slice(KEPT_COPIES)) rmSync(`${file}.version-${version}`, { force: true });
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
  forgetOldCopies(file);
}
