import { copyFileSync, existsSync, linkSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { STEP_BACK_EXIT } from '../../contract/terminal/shell.ts';
import { verifyDatabase } from '../journal/back-up.ts';
import { nameDurably, syncFolder } from '../journal/flush.ts';
import { idOf } from '../journal/ids.ts';
import { databaseVersion } from '../journal/migrate.ts';
import { checkUnused, FILES, openTailFiles, type Connection } from '../journal/storage.ts';
import { openTailLog } from '../journal/tail-log.ts';

export type StepBackOutcome = keyof typeof STEP_BACK_EXIT;

const endSchema = z.object({ id: z.int(), hash: z.instanceof(Buffer) });

/** The last entry, and how many there are: archived ones are gone from the database. */
function endOf(db: Connection): { readonly id: number; readonly text: string } {
  const row = db.prepare('SELECT id, hash FROM entries ORDER BY id DESC LIMIT 1').get();
  const { id, hash } = row === undefined ? { id: 0, hash: Buffer.alloc(0) } : endSchema.parse(row);
  const count: unknown = db.prepare('SELECT count(*) FROM entries').pluck().get();
  return { id, text: JSON.stringify([id, hash.toString('hex'), count]) };
}

/** The newest copy from before a migration that a version can read which knows journals up to `journalVersion`. */
function copyFor(folder: string, journalVersion: number): string | null {
  const prefix = `${FILES.database}.version-`;
  const versions = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .filter((version) => version <= journalVersion);
  return versions.length === 0 ? null : join(folder, `${prefix}${Math.max(...versions)}`);
}

/** Entries that were made durable in the tail log and that the database doesn't hold. */
function tailGoesFurther(folder: string, lastId: number): boolean {
  const device = openTailFiles(folder);
  try {
    return openTailLog(device).contents.entries.some((entry) => idOf(entry) > lastId);
  } finally {
    device.close();
  }
}

/** One file, without a WAL beside it, and its end. */
function settle(file: string): { readonly version: number; readonly end: ReturnType<typeof endOf> } {
  const db = new Database(file, { fileMustExist: true, timeout: 2000 });
  try {
    db.pragma('journal_mode = DELETE');
    return { version: databaseVersion(db), end: endOf(db) };
  } finally {
    db.close();
  }
}

function versionOf(file: string): number {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 2000 });
  try {
    return databaseVersion(db);
  } finally {
    db.close();
  }
}

/** The copy's end, once it was read whole. */
function verifiedEnd(copy: string): string {
  const db = new Database(copy, { readonly: true, fileMustExist: true });
  try {
    const terminalId = z.string().parse(db.prepare('SELECT terminal_id FROM journal').pluck().get());
    verifyDatabase(db, terminalId);
    return endOf(db).text;
  } finally {
    db.close();
  }
}

/**
 * Makes the journal of a folder one that a program can read which knows versions up to `journalVersion`: as it is, or
 * by putting back the copy from before the migration. That only if not one entry was written since: the newer
 * database then stays beside it under another name, and nothing is lost but what clearing sends again. Changes
 * nothing otherwise.
 */
export function stepBack(folder: string, journalVersion: number): StepBackOutcome {
  const file = join(folder, FILES.database);
  try {
    if (!existsSync(file)) return 'ready';
    checkUnused(folder);
    if (versionOf(file) <= journalVersion) return 'ready';
    const copy = copyFor(folder, journalVersion);
    if (copy === null) return 'no-journal-copy';
    const { version, end } = settle(file);
    let copied: string;
    try {
      copied = verifiedEnd(copy);
    } catch {
      return 'no-journal-copy';
    }
    if (copied !== end.text || tailGoesFurther(folder, end.id)) return 'journal-moved-on';
    replace(folder, file, copy, version);
    return 'ready';
  } catch {
    return 'journal-unreadable';
  }
}

/** At every moment the name holds a whole database: a missing one would be made anew, empty. */
function replace(folder: string, file: string, copy: string, version: number): void {
  const aside = `${file}.given-up-${version}`;
  rmSync(aside, { force: true });
  linkSync(file, aside);
  syncFolder(folder);
  const partial = `${file}.partial`;
  copyFileSync(copy, partial);
  nameDurably(partial, file);
}
