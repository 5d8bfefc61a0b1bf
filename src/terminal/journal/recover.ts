import { createPublicKey } from 'node:crypto';
import { NO_HASH, type Entry } from '../../contract/journal/entry.ts';
import { checkSeal, hashEntry } from '../../contract/journal/seal.ts';
import { JournalError } from './errors.ts';
import { idOf } from './ids.ts';
import { entryWriter, verifiedCheckpoint } from './journal.ts';
import type { JournalStorage } from './storage.ts';
import type { TailLog } from './tail-log.ts';
import type { JournalIdentity, JournalNote, JournalReader } from './types.ts';

/** Entries at the end of the chain that every start looks at: hashes and links of all, signatures of the last. */
const CHECKED_LINKS = 1000;
const CHECKED_SIGNATURES = 32;
const PAGE = 500;

function damaged(what: string, { epoch, seq }: { epoch: number; seq: number }): JournalError {
  return new JournalError('database-damaged', { what, epoch, seq });
}

/**
 * Holds the tail log against the database. What the database lost is put back, exactly as it was sealed; what
 * the tail log lacks (the core stopped between its two flushes) is added there and marked "not confirmed".
 * Throws `journal-behind` if the tail log proves entries that nobody has any more, and `database-damaged` if
 * the two contradict each other.
 */
export function reconcile(
  storage: JournalStorage,
  tail: TailLog,
  reader: JournalReader,
  identity: JournalIdentity,
): readonly JournalNote[] {
  const notes: JournalNote[] = [];
  const { base, entries, empty, damagedRecords } = tail.contents;
  if (damagedRecords > 0) notes.push({ code: 'tail-log-damaged', params: { records: damagedRecords } });
  if (empty) {
    if (reader.head() !== null) notes.push({ code: 'tail-log-created', params: {} });
    verifiedCheckpoint(storage, tail, identity.terminalId);
    return notes;
  }
  const kept = reader.entry(base ?? { epoch: identity.epoch, seq: 0 });
  if (base !== null && kept?.hash !== base.hash)
    throw kept === null
      ? new JournalError('journal-behind', { epoch: base.epoch, seq: base.seq, by: 'tail-log' })
      : damaged('tail-log-differs', base);

  const replayed = replay(storage, reader, identity, entries);
  if (replayed > 0) notes.push({ code: 'replayed-from-tail-log', params: { entries: replayed } });
  const unlogged = markUnlogged(storage, tail, reader);
  if (unlogged > 0) notes.push({ code: 'not-confirmed', params: { entries: unlogged } });
  return notes;
}

function replay(
  storage: JournalStorage,
  reader: JournalReader,
  identity: JournalIdentity,
  entries: readonly Entry[],
): number {
  const insert = entryWriter(storage);
  const publicKey = createPublicKey(identity.key);
  return storage.db
    .transaction((): number => {
      let replayed = 0;
      for (const entry of entries) {
        const there = reader.entry(entry);
        if (there !== null) {
          if (there.hash !== entry.hash || hashEntry(there) !== there.hash)
            throw damaged('tail-log-differs', entry);
          continue;
        }
        const head = reader.head();
        if (head !== null && idOf(entry) < idOf(head)) continue;
        const follows = entry.seq === 1 ? entry.prev === NO_HASH : entry.prev === head?.hash;
        if (!follows)
          throw new JournalError('journal-behind', { epoch: entry.epoch, seq: entry.seq, by: 'tail-log' });
        const fault = entry.epoch === identity.epoch ? checkSeal(entry, publicKey) : null;
        if (fault !== null) throw damaged(fault, entry);
        insert(entry);
        replayed += 1;
      }
      return replayed;
    })
    .immediate();
}

/** Entries in the database that never reached the tail log. */
function markUnlogged(storage: JournalStorage, tail: TailLog, reader: JournalReader): number {
  const last = tail.contents.entries.at(-1) ?? tail.contents.base;
  const missing = reader.entriesAfter(last, PAGE * 2);
  if (missing.length === 0) return 0;
  const mark = storage.db.prepare('INSERT OR IGNORE INTO not_confirmed (id) VALUES (?)');
  storage.db
    .transaction(() => {
      for (const entry of missing) if (entry.kind === 'redemption') mark.run(idOf(entry));
    })
    .immediate();
  tail.append(missing);
  return missing.length;
}

/**
 * Checks the end of the chain: hashes and links, also where it reaches back into an earlier epoch, and the last
 * signatures of this one. Earlier epochs may have gaps where entries were archived; `verify-journal` knows of those.
 */
export function checkEnd(reader: JournalReader, identity: JournalIdentity): void {
  const head = reader.head();
  if (head === null) return;
  if (head.epoch > identity.epoch)
    throw new JournalError('journal-behind', { epoch: head.epoch, seq: head.seq, by: 'identity' });
  const publicKey = createPublicKey(identity.key);
  // One more: what the first of them links to.
  const newest = reader.newestEntries(CHECKED_LINKS + 1);
  let before: Entry | null = null;
  for (const entry of newest) {
    const within = before?.epoch === entry.epoch;
    const expected: number = before !== null && within ? before.seq + 1 : 1;
    const archived = within && entry.epoch < head.epoch;
    const cut = before === null && newest.length > CHECKED_LINKS;
    if (entry.seq !== expected) {
      if (!archived && !cut) throw damaged('gap', entry);
    } else if (entry.prev !== (within ? before?.hash : NO_HASH)) throw damaged('link-wrong', entry);
    if (hashEntry(entry) !== entry.hash) throw damaged('hash-wrong', entry);
    const recent = entry.epoch === identity.epoch && head.seq - entry.seq < CHECKED_SIGNATURES;
    if (recent && checkSeal(entry, publicKey) !== null) throw damaged('signature-wrong', entry);
    before = entry;
  }
}

/** Clearing has signed a head: a journal that doesn't reach it has lost entries. */
export function checkAgainstClearing(reader: JournalReader): void {
  const head = reader.acknowledgedHead();
  const feedHead = reader.lastFeed()?.head ?? null;
  for (const known of [head, feedHead]) {
    if (known === null || known.seq === 0) continue;
    if (reader.entry(known)?.hash !== known.hash)
      throw new JournalError('journal-behind', { epoch: known.epoch, seq: known.seq, by: 'clearing' });
  }
}
