import type { KeyObject } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ed25519PublicKey, type Envelope } from '../../contract/clearing/envelope.ts';
import { certificateSchema } from '../../contract/clearing/protocol.ts';
import { BODY_SCHEMAS, NO_HASH, type Entry, type Head } from '../../contract/journal/entry.ts';
import { checkSeal } from '../../contract/journal/seal.ts';
import { verifyDatabase } from './back-up.ts';
import { asJournalError, JournalError, withFaults } from './errors.ts';
import { createJournal, entryWriter } from './journal.ts';
import { migrate } from './migrate.ts';
import { journalReader } from './reader.ts';
import { entryOfRow } from './rows.ts';
import { checkUnused, FILES, openFileStorage, openTailFiles, type JournalStorage } from './storage.ts';
import { openTailLog } from './tail-log.ts';
import type { Journal, JournalFault, JournalIdentity, JournalReader } from './types.ts';

/** What a restore found. */
export interface Restored {
  readonly journal: Journal;
  /** Entries put back beyond the back-up: from the tail log and from what of the old database could be read. */
  readonly salvaged: number;
  /** Entries of the old epoch that somebody knew of and nobody has any more. */
  readonly lost: { readonly fromSeq: number; readonly toSeq: number } | null;
}

export interface NewEpoch {
  /** Of the new epoch: a new key, authorised by clearing. */
  readonly identity: JournalIdentity;
  /** Clearing's certificate for that key and epoch. */
  readonly certificate: Envelope;
  /** How far clearing knows the old epoch; null if it knows nothing. */
  readonly clearingHead: Head | null;
  readonly nowMs: number;
}

/** The key that the first entry of an epoch names; null for what is no such entry. */
function certifiedKey(first: Entry): KeyObject | null {
  if (first.kind !== 'epoch-opened') return null;
  const { certificate } = BODY_SCHEMAS['epoch-opened'].parse(JSON.parse(first.body));
  return ed25519PublicKey(certificateSchema.parse(JSON.parse(certificate.payload)).publicKey);
}

function publicKeyOfEpoch(reader: JournalReader, epoch: number): KeyObject | null {
  const first = reader.entry({ epoch, seq: 1 });
  return first === null ? null : certifiedKey(first);
}

/** The next entry of the epoch, or the first of a later one. */
function follows(entry: Entry, head: Head | null): boolean {
  if (entry.seq === 1) return entry.prev === NO_HASH && (head === null || entry.epoch > head.epoch);
  return (
    head !== null && entry.epoch === head.epoch && entry.seq === head.seq + 1 && entry.prev === head.hash
  );
}

/** Puts back what follows the journal's head without a gap, each entry sealed as it was. */
function putBack(storage: JournalStorage, reader: JournalReader, found: readonly Entry[]): number {
  const insert = entryWriter(storage);
  return storage.db
    .transaction((): number => {
      let count = 0;
      for (const entry of [...found].sort((a, b) => a.epoch - b.epoch || a.seq - b.seq)) {
        const head = reader.head();
        if (!follows(entry, head)) continue;
        const key = entry.seq === 1 ? certifiedKey(entry) : publicKeyOfEpoch(reader, entry.epoch);
        if (key === null || checkSeal(entry, key) !== null) continue;
        insert(entry);
        count += 1;
      }
      return count;
    })
    .immediate();
}

function lostRange(head: Head | null, found: readonly Entry[], clearingHead: Head | null): Restored['lost'] {
  const epoch = head?.epoch ?? clearingHead?.epoch ?? 1;
  const have = head?.seq ?? 0;
  let last = clearingHead?.epoch === epoch ? Math.max(have, clearingHead.seq) : have;
  for (const entry of found) if (entry.epoch === epoch) last = Math.max(last, entry.seq);
  return last > have ? { fromSeq: have + 1, toSeq: last } : null;
}

/**
 * Opens a new epoch on a storage that holds a back-up. `found` are entries from elsewhere: the old tail log, a
 * damaged database. The first entry of the new epoch names the last known hash and what is lost after it.
 */
export function restoreOn(storage: JournalStorage, found: readonly Entry[], epoch: NewEpoch): Restored {
  const { identity, certificate, clearingHead, nowMs } = epoch;
  migrate(storage.db);
  storage.db
    .prepare('INSERT OR IGNORE INTO journal (one, terminal_id) VALUES (1, ?)')
    .run(identity.terminalId);
  const reader = journalReader(storage.db, identity.terminalId, identity.epoch);
  const salvaged = putBack(storage, reader, found);
  const head = reader.head();
  if (head !== null && head.epoch >= identity.epoch)
    throw new JournalError('journal-behind', { epoch: head.epoch, seq: head.seq, by: 'identity' });
  const tail = openTailLog(storage.tail);
  tail.restart(head);
  const journal = createJournal({ storage, tail, identity, reader });
  const lost = lostRange(head, found, clearingHead);
  const previousHead =
    clearingHead !== null && (head === null || clearingHead.seq > head.seq) ? clearingHead : head;
  journal.append(nowMs, () => ({
    kind: 'epoch-opened',
    body: {
      certificate,
      previous:
        previousHead === null
          ? null
          : { head: previousHead, lostFromSeq: lost?.fromSeq ?? null, lostToSeq: lost?.toSeq ?? null },
    },
  }));
  return { journal, salvaged, lost };
}

/** Entries of a database that may be damaged, as far as they can be read. */
function readable(file: string, terminalId: string): readonly Entry[] {
  if (!existsSync(file)) return [];
  const entries: Entry[] = [];
  try {
    const db = new Database(file, { readonly: true });
    try {
      for (const row of db.prepare('SELECT * FROM entries ORDER BY id').iterate())
        entries.push(entryOfRow(row, terminalId));
    } finally {
      db.close();
    }
  } catch {
    // Damaged beyond this point: what was read so far is still checked entry by entry.
  }
  return entries;
}

/** The last entry in a back-up; null for none. Throws `database-damaged` for what is no journal. */
export function headOfFile(file: string | null): Head | null {
  if (file === null) return null;
  return withFaults(() => {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      return journalReader(db, '', 1).head();
    } finally {
      db.close();
    }
  });
}

export interface RestoreOptions extends NewEpoch {
  readonly folder: string;
  /** What clearing has of this journal beyond the back-up. */
  readonly copy?: readonly Entry[];
  /** A verified back-up; null: nothing but the remains. */
  readonly backUpFile: string | null;
}

/**
 * Restores a data folder into a new epoch. The old files are kept aside in a folder of their own, never deleted.
 * Nothing is redeemed in the old epoch any more; what of it was never sent is sent on.
 */
export function restoreJournal(
  options: RestoreOptions,
):
  | (Restored & { readonly ok: true; readonly keptAside: string })
  | { readonly ok: false; readonly fault: JournalFault } {
  const { folder, backUpFile, identity, nowMs } = options;
  const keptAside = join(folder, `set-aside-${nowMs}`);
  let storage: JournalStorage | null = null;
  try {
    checkUnused(folder);
    if (backUpFile !== null) checkBackUp(backUpFile, identity.terminalId);
    mkdirSync(keptAside, { recursive: true, mode: 0o700 });
    for (const name of [FILES.database, `${FILES.database}-wal`, `${FILES.database}-shm`, ...FILES.tail])
      if (existsSync(join(folder, name))) renameSync(join(folder, name), join(keptAside, name));
    const found = [...remains(keptAside, identity.terminalId), ...(options.copy ?? [])];
    if (backUpFile !== null) copyFileSync(backUpFile, join(folder, FILES.database));
    storage = openFileStorage(folder);
    return { ok: true, keptAside, ...restoreOn(storage, found, options) };
  } catch (error) {
    storage?.close();
    const fault = asJournalError(error);
    if (fault === null) throw error;
    return { ok: false, fault: fault.fault };
  }
}

function checkBackUp(file: string, terminalId: string): void {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    verifyDatabase(db, terminalId);
  } finally {
    db.close();
  }
}

/** Works on copies: even the remains stay as they were found. */
function remains(keptAside: string, terminalId: string): readonly Entry[] {
  const work = join(keptAside, 'reading');
  mkdirSync(work, { recursive: true });
  for (const name of [FILES.database, `${FILES.database}-wal`, ...FILES.tail])
    if (existsSync(join(keptAside, name))) copyFileSync(join(keptAside, name), join(work, name));
  const device = openTailFiles(work);
  try {
    const tail = openTailLog(device).contents.entries;
    return [...readable(join(work, FILES.database), terminalId), ...tail];
  } finally {
    device.close();
  }
}
