import { canonicalJson } from '../../contract/journal/canonical.ts';
import {
  BODY_SCHEMAS,
  MAX_BODY_BYTES,
  NO_HASH,
  type Entry,
  type EntryBody,
  type Head,
  type RedemptionBody,
} from '../../contract/journal/entry.ts';
import type { EntryKind } from '../../domain/entry-kinds.ts';
import { hashEntry, sealEntry } from '../../contract/journal/seal.ts';
import { atDisk, atLength } from '../life-signs.ts';
import { archiveOldEntries, listArchives, shrink } from './archive.ts';
import { authorisationBook } from './authorisations.ts';
import { backUpDatabase } from './back-up.ts';
import { clearingWords } from './clearing-words.ts';
import { asJournalError, JournalError, withFaults } from './errors.ts';
import { idOf } from './ids.ts';
import { projections } from './projections.ts';
import { columnsOfEntry, entryOfRow } from './rows.ts';
import type { Connection, JournalStorage } from './storage.ts';
import type { TailLog } from './tail-log.ts';
import type { AckOutcome, Appended, Journal, JournalIdentity, JournalReader, Prepared } from './types.ts';
import { applyChanges } from './voucher-marks.ts';

/** A checkpoint after so many writes keeps the WAL near 8 MiB and the tail log inside its preallocated files. */
const WRITES_A_CHECKPOINT = 256;
const TAIL_BYTES_A_CHECKPOINT = 786_432;

/**
 * A body, checked against the schema of its kind, and its canonical text. Throws if it isn't one. A redemption's is
 * given on as it was checked, so that the projections needn't read it out of the text again while a customer waits.
 */
export function checkedBody<K extends EntryKind>(
  kind: K,
  body: EntryBody<K>,
): { readonly text: string; readonly redemption: RedemptionBody | null } {
  const redemption = kind === 'redemption' ? BODY_SCHEMAS.redemption.parse(body) : null;
  const text = canonicalJson(redemption ?? BODY_SCHEMAS[kind].parse(body));
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new RangeError(`a body of ${kind} is too long`);
  return { text, redemption };
}

interface Insides {
  readonly storage: JournalStorage;
  readonly tail: TailLog;
  readonly identity: JournalIdentity;
  readonly reader: JournalReader;
}

/** Inserts entries with their projections. Runs inside the caller's transaction. */
export function entryWriter(
  storage: JournalStorage,
): (entry: Entry, redemption?: RedemptionBody | null) => void {
  const insert = storage.db.prepare(
    'INSERT INTO entries (id, kind, at_ms, body, prev, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  // Feeds signed by a clock that was ahead would otherwise stay the newest until the real time reaches them.
  const clockBack = storage.db.prepare('UPDATE feed SET server_time_ms = min(server_time_ms, ?)');
  const project = projections(storage.db);
  return (entry, redemption = null) => {
    insert.run(...columnsOfEntry(entry));
    if (entry.kind === 'clock-set') clockBack.run(entry.atMs);
    project.apply(entry, redemption);
  };
}

/** Seals the entry after `last`. The first of an epoch says who writes. */
function nextEntry(
  identity: JournalIdentity,
  last: Entry | null,
  atMs: number,
  kind: EntryKind,
  body: string,
): Entry {
  const sameEpoch = last?.epoch === identity.epoch;
  if (!sameEpoch && kind !== 'epoch-opened') throw new Error('the first entry of an epoch opens it');
  if (sameEpoch && kind === 'epoch-opened') throw new Error('this epoch is open already');
  return sealEntry(
    {
      terminalId: identity.terminalId,
      epoch: identity.epoch,
      seq: sameEpoch ? last.seq + 1 : 1,
      kind,
      // Time goes back in no other entry.
      atMs: kind === 'clock-set' ? atMs : Math.max(atMs, last?.atMs ?? 0),
      body,
      prev: sameEpoch ? last.hash : NO_HASH,
    },
    identity.key,
  );
}

/**
 * The second flush. An entry that could not be written stays in `missing` and goes with the next one, so the
 * tail log never has a gap in its middle.
 */
function tailWriter({ storage, tail }: Insides) {
  const mark = storage.db.prepare('INSERT OR IGNORE INTO not_confirmed (id) VALUES (?)');
  let missing: readonly Entry[] = [];
  let unmarked: readonly Entry[] = [];

  const markUnconfirmed = (): void => {
    if (unmarked.length === 0) return;
    for (const entry of unmarked) mark.run(idOf(entry));
    unmarked = [];
  };
  return {
    /** Inside the transaction of the next append: so that a restart still knows. */
    markUnconfirmed,
    write: (entry: Entry): boolean => {
      try {
        tail.append([...missing, entry]);
        missing = [];
        return true;
      } catch (error) {
        // Whatever the disk says, the entry is in the database: nobody may be told that it isn't recorded.
        if (asJournalError(error) === null) throw error;
        missing = [...missing, entry];
        if (entry.kind === 'redemption') unmarked = [...unmarked, entry];
        return false;
      }
    },
    /** Tries at once to leave the mark in the database; if that fails too, the next start finds the gap. */
    markNow: (): void => {
      try {
        atDisk(() => storage.db.transaction(markUnconfirmed).immediate());
      } catch (error) {
        if (asJournalError(error) === null) throw error;
      }
    },
    forget: (): void => {
      missing = [];
    },
  };
}

/**
 * Moves the WAL into the main file, reads back there what the tail log holds, and only then lets the tail log
 * begin anew. Throws `database-damaged` if the main file holds something else.
 */
export function verifiedCheckpoint(storage: JournalStorage, tail: TailLog, terminalId: string): void {
  withFaults(() => {
    const [outcome] = checkpointNow(storage.db);
    // Somebody still reads an older state: the tail log goes on as it is, and the next checkpoint tries again.
    if (outcome?.busy !== 0) return;
    const db = storage.openForReading();
    try {
      const { base, last } = tail.position();
      const read = readBack(db, base, terminalId);
      if (last !== null && !read.hashes.has(last.hash))
        throw new JournalError('database-damaged', {
          what: 'entry-missing',
          epoch: last.epoch,
          seq: last.seq,
        });
      tail.restart(read.head ?? base);
    } finally {
      db.close();
    }
  });
}

/** Without waiting for whoever reads just now: the background check may read for seconds, and a cashier waits. */
function checkpointNow(db: Connection): readonly { readonly busy: number }[] {
  const patience: unknown = db.pragma('busy_timeout', { simple: true });
  db.pragma('busy_timeout = 0');
  try {
    return db.pragma('wal_checkpoint(RESTART)') as readonly { readonly busy: number }[];
  } finally {
    db.pragma(`busy_timeout = ${Number(patience)}`);
  }
}

/** Reads the entries after `base` and checks content and links of each. */
function readBack(
  db: Connection,
  base: Head | null,
  terminalId: string,
): { readonly head: Head | null; readonly hashes: ReadonlySet<string> } {
  const rows = db.prepare('SELECT * FROM entries WHERE id > ? ORDER BY id');
  const hashes = new Set<string>(base === null ? [] : [base.hash]);
  let head = base;
  for (const row of rows.iterate(base === null ? 0 : idOf(base))) {
    const entry = entryOfRow(row, terminalId);
    const linked = entry.seq === 1 ? entry.prev === NO_HASH : head === null || entry.prev === head.hash;
    if (!linked || hashEntry(entry) !== entry.hash)
      throw new JournalError('database-damaged', {
        what: linked ? 'hash-wrong' : 'link-wrong',
        epoch: entry.epoch,
        seq: entry.seq,
      });
    hashes.add(entry.hash);
    head = { epoch: entry.epoch, seq: entry.seq, hash: entry.hash };
  }
  return { head, hashes };
}

/** The journal over an opened storage whose database and tail log agree. */
export function createJournal(insides: Insides): Journal {
  const { storage, tail, identity, reader } = insides;
  const { db } = storage;
  const insertEntry = entryWriter(storage);
  const words = clearingWords(db, reader);
  const tails = tailWriter(insides);
  const listeners = new Set<(entry: Entry) => void>();
  const statements = {
    received: db.prepare('INSERT INTO received (purpose, text, received_at_ms) VALUES (?, ?, ?)'),
    feed: db.prepare('UPDATE feed SET changes_after = ?, server_time_ms = ?'),
    keep: db.prepare(
      `INSERT INTO envelopes (name, version, text, stored_at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET version = excluded.version, text = excluded.text,
         stored_at_ms = excluded.stored_at_ms WHERE excluded.version >= envelopes.version`,
    ),
    set: db.prepare('INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'),
    unset: db.prepare('DELETE FROM settings WHERE name = ?'),
    seen: db.prepare('DELETE FROM not_confirmed WHERE id = ?'),
  };
  let writes = 0;
  let appending = false;
  // As the last append left it, which spares reading it for each. Null: to be read, a write may have failed.
  let newest: Entry | null = null;
  const readNewest = (): Entry | null => {
    const head = reader.head();
    return head === null ? null : reader.entry(head);
  };

  // Made once: a transaction of its own for each entry takes longer to make than the entry to insert.
  const transaction = db.transaction((work: () => unknown) => work());
  const write = <T>(work: () => T): T => withFaults(() => atDisk(() => transaction.immediate(work) as T));

  const checkpoint = (): void => {
    writes = 0;
    atDisk(() => verifiedCheckpoint(storage, tail, identity.terminalId));
    tails.forget();
  };
  const checkpointIfDue = (weight: number): void => {
    writes += weight;
    if (writes >= WRITES_A_CHECKPOINT || tail.usedBytes() >= TAIL_BYTES_A_CHECKPOINT) checkpoint();
  };

  const insert = <K extends EntryKind, A>(
    atMs: number,
    prepare: (reader: JournalReader) => Prepared<K, A>,
  ): { readonly entry: Entry } | { readonly aborted: A } => {
    const before = newest;
    newest = null;
    const inserted = write(() => {
      const prepared = prepare(reader);
      if ('abort' in prepared) return { aborted: prepared.abort };
      tails.markUnconfirmed();
      const { text, redemption } = checkedBody(prepared.kind, prepared.body);
      const entry = nextEntry(identity, before ?? readNewest(), atMs, prepared.kind, text);
      insertEntry(entry, redemption);
      return { entry };
    });
    newest = 'entry' in inserted ? inserted.entry : before;
    return inserted;
  };

  const append = <K extends EntryKind, A = never>(
    atMs: number,
    prepare: (reader: JournalReader) => Prepared<K, A>,
  ): Appended<A> => {
    if (appending) throw new Error('one entry at a time: append was called inside append');
    appending = true;
    try {
      // Before the entry, not after it: a checkpoint that fails must not spoil an entry that is already in.
      checkpointIfDue(1);
      const inserted = insert(atMs, prepare);
      if ('aborted' in inserted) return inserted;
      const confirmed = tails.write(inserted.entry);
      if (!confirmed) tails.markNow();
      return { entry: inserted.entry, durability: confirmed ? 'confirmed' : 'recorded-not-confirmed' };
    } finally {
      appending = false;
    }
  };

  return {
    ...reader,
    append: (atMs, prepare) => {
      const appended = append(atMs, prepare);
      if ('entry' in appended) for (const listener of listeners) listener(appended.entry);
      return appended;
    },
    applyAcknowledgement: (text, acknowledgement, receivedAtMs): AckOutcome => {
      if (acknowledgement.terminalId !== identity.terminalId)
        throw new Error('an acknowledgement for another terminal');
      checkpointIfDue(1 + acknowledgement.verdicts.length / 8);
      return write(() => {
        const outcome = words.take('first-hand', acknowledgement.verdicts, acknowledgement.head);
        if (outcome.news) statements.received.run('acknowledgement', text, receivedAtMs);
        return outcome;
      });
    },
    applyFeed: (text, feed, envelopes, receivedAtMs): AckOutcome => {
      if (feed.terminalId !== identity.terminalId) throw new Error('a feed for another terminal');
      checkpointIfDue(1 + feed.changes.length / 64);
      return write(() => {
        const { changesAfter, lastFeedServerTimeMs } = reader.feedState();
        const fresh = feed.changes.filter((change) => change.number > changesAfter);
        applyChanges(db, fresh);
        // A feed that was overtaken by a newer one still brings its changes, but not an older status.
        const newest = lastFeedServerTimeMs === null || feed.serverTimeMs >= lastFeedServerTimeMs;
        statements.feed.run(
          fresh.at(-1)?.number ?? changesAfter,
          newest ? feed.serverTimeMs : lastFeedServerTimeMs,
        );
        if (newest) statements.keep.run('feed', 0, text, receivedAtMs);
        for (const each of envelopes) statements.keep.run(each.name, each.version, each.text, receivedAtMs);
        const outcome = words.take('decision', feed.decisions, feed.head);
        // Kept as evidence if it changed anything; most feeds only say that all is as it was.
        if (fresh.length > 0 || outcome.news) statements.received.run('feed', text, receivedAtMs);
        return outcome;
      });
    },
    keepEnvelope: ({ name, version, text }, storedAtMs) =>
      write(() => statements.keep.run(name, version, text, storedAtMs).changes === 1),
    authorisations: authorisationBook(db, write),
    setSetting: (name, value) => {
      write(() => (value === null ? statements.unset.run(name) : statements.set.run(name, value)));
    },
    acceptNotConfirmed: (name) => {
      write(() => statements.seen.run(idOf(name)));
    },
    onAppended: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    checkpoint,
    archive: (request) => {
      // What leaves is in the main file, read back, and in no tail log any more.
      checkpoint();
      const archive = atDisk(() => archiveOldEntries(db, reader, write, request));
      if (archive === null) return null;
      withFaults(() => atLength(() => shrink(db)));
      checkpoint();
      return archive;
    },
    archives: () => listArchives(db),
    backUp: (file) => backUpDatabase(storage, file, identity.terminalId),
    close: () => {
      try {
        checkpoint();
      } catch (error) {
        // Closing must always succeed; what the checkpoint couldn't do, the next start looks at.
        if (asJournalError(error) === null) throw error;
      } finally {
        storage.close();
      }
    },
  };
}
