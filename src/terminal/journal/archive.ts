import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Entry, Head } from '../../contract/journal/entry.ts';
import { hashEntry } from '../../contract/journal/seal.ts';
import { fileDigest, readArchiveFile, writeArchiveFile } from './archive-file.ts';
import { JournalError } from './errors.ts';
import { nameDurably } from './flush.ts';
import { idOf, nameOf } from './ids.ts';
import { entryOfRow } from './rows.ts';
import type { Connection } from './storage.ts';
import type { JournalReader } from './types.ts';

/** Entries that stay in the database whatever their age: the start looks at the last thousand links. */
const KEPT_LIVE = 2000;
/** Entries of one archive: written and removed in some 300 ms, then the counter has its turn. */
const MAX_ARCHIVED_AT_ONCE = 5_000;
/** A database of which so much lies empty is made smaller; below, the room is used again by new entries. */
const VACUUM_FROM_FREE_SHARE = 0.25;

/** One archive file, as the database knows it. */
export interface Archive {
  readonly through: Head;
  /** Its name, in the archive folder. */
  readonly file: string;
  readonly sha256: string;
  readonly entries: number;
  readonly archivedAtMs: number;
}

const archiveRow = z.object({
  through_id: z.int(),
  hash: z.string(),
  file: z.string(),
  sha256: z.string(),
  entries: z.int(),
  archived_at_ms: z.int(),
});

/** Every archive, oldest first. None in a database of a version that had no archives. */
export function listArchives(db: Connection): readonly Archive[] {
  const there = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'archives'").get();
  if (there === undefined) return [];
  return db
    .prepare('SELECT * FROM archives ORDER BY through_id')
    .all()
    .map((row) => {
      const { through_id, hash, file, sha256, entries, archived_at_ms } = archiveRow.parse(row);
      return {
        through: { ...nameOf(through_id), hash },
        file,
        sha256,
        entries,
        archivedAtMs: archived_at_ms,
      };
    });
}

/** The last entry that may leave: settled, recorded or refused like all before it, and old enough. Null: none. */
function lastToLeave(db: Connection, reader: JournalReader, after: number, beforeMs: number): number | null {
  const head = reader.head();
  const acknowledged = reader.acknowledgedHead();
  if (head === null || acknowledged === null) return null;
  const stays = db
    .prepare(
      `SELECT e.id FROM entries e LEFT JOIN verdicts v ON v.id = e.id
       WHERE e.id > ? AND (e.at_ms >= ? OR v.id IS NULL OR v.verdict = 'held') ORDER BY e.id LIMIT 1`,
    )
    .pluck()
    .get(after, beforeMs);
  const bounds = [idOf(acknowledged), idOf({ epoch: head.epoch, seq: Math.max(1, head.seq - KEPT_LIVE) })];
  const below = Math.min(...bounds, ...(typeof stays === 'number' ? [stays] : []));
  const leaving: unknown = db
    .prepare(
      `SELECT max(id) FROM (SELECT id FROM entries WHERE id > ? AND id < ? AND kind <> 'epoch-opened'
       ORDER BY id LIMIT ${MAX_ARCHIVED_AT_ONCE})`,
    )
    .pluck()
    .get(after, below);
  return typeof leaving === 'number' ? leaving : null;
}

export interface ArchiveRequest {
  readonly folder: string;
  /** Only what is older leaves. */
  readonly beforeMs: number;
  readonly nowMs: number;
}

/**
 * Moves the oldest settled entries into a file of their own: written, read back, and only then removed here, in one
 * transaction with the file's name and digest. Projections, verdicts and clearing's answers stay. Null: nothing to
 * move. A stop in between leaves a file that nobody names, which the next attempt writes anew.
 */
export function archiveOldEntries(
  db: Connection,
  reader: JournalReader,
  write: <T>(work: () => T) => T,
  { folder, beforeMs, nowMs }: ArchiveRequest,
): Archive | null {
  const last = listArchives(db).at(-1) ?? null;
  const after = last === null ? 0 : idOf(last.through);
  const throughId = lastToLeave(db, reader, after, beforeMs);
  if (throughId === null) return null;
  const rows = db.prepare('SELECT * FROM entries WHERE id > ? AND id <= ? ORDER BY id');
  const through = reader.entry(nameOf(throughId));
  if (through === null) throw new Error('an entry that leaves is not there');
  const { epoch, seq, hash } = through;
  const file = `journal-${String(epoch).padStart(4, '0')}-${String(seq).padStart(12, '0')}.ndjson`;
  const count = z
    .int()
    .parse(db.prepare('SELECT count(*) FROM entries WHERE id > ? AND id <= ?').pluck().get(after, throughId));
  const header = {
    terminalId: reader.terminalId,
    after: last?.through ?? null,
    through: { epoch, seq, hash },
    entries: count,
    opened: firstEntries(reader, last?.through.epoch ?? 1, epoch),
  };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, file);
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  const sha256 = writeArchiveFile(
    partial,
    header,
    entriesOf(rows.iterate(after, throughId), reader.terminalId),
  );
  checkReadBack(partial, sha256);
  nameDurably(partial, path);
  const archive: Archive = { through: header.through, file, sha256, entries: count, archivedAtMs: nowMs };
  remove(db, write, archive, throughId);
  return archive;
}

function* entriesOf(rows: Iterable<unknown>, terminalId: string): Generator<Entry> {
  for (const row of rows) yield entryOfRow(row, terminalId);
}

function firstEntries(reader: JournalReader, from: number, to: number): Entry[] {
  const found: Entry[] = [];
  for (let epoch = from; epoch <= to; epoch += 1) {
    const first = reader.entry({ epoch, seq: 1 });
    if (first !== null) found.push(first);
  }
  return found;
}

function checkReadBack(file: string, sha256: string): void {
  let wrong = 0;
  for (const entry of readArchiveFile(file).entries()) if (hashEntry(entry) !== entry.hash) wrong += 1;
  if (fileDigest(file) !== sha256 || wrong > 0)
    throw new JournalError('data-folder-unwritable', { what: 'archive-differs', file });
}

function remove(db: Connection, write: <T>(work: () => T) => T, archive: Archive, throughId: number): void {
  // Projections go on naming entries that are in the archive now: checked again by verify-journal, not by SQLite.
  db.pragma('foreign_keys = OFF');
  try {
    write(() => {
      db.prepare('INSERT INTO archives VALUES (?, ?, ?, ?, ?, ?)').run(
        throughId,
        archive.through.hash,
        archive.file,
        archive.sha256,
        archive.entries,
        archive.archivedAtMs,
      );
      db.prepare("DELETE FROM entries WHERE id <= ? AND kind <> 'epoch-opened'").run(throughId);
    });
  } finally {
    db.pragma('foreign_keys = ON');
  }
}

/** Gives room back to the disk when much of the file lies empty. */
export function shrink(db: Connection): void {
  const pages = Number(db.pragma('page_count', { simple: true }));
  const free = Number(db.pragma('freelist_count', { simple: true }));
  if (free > pages * VACUUM_FROM_FREE_SHARE) db.exec('VACUUM');
}

/** The archive's file, beside the database or where the folder says; null if it isn't there. */
export function findArchive(archive: Archive, folders: readonly string[]): string | null {
  return folders.map((folder) => join(folder, archive.file)).find((path) => existsSync(path)) ?? null;
}
