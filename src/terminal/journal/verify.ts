import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import {
  ed25519PublicKey,
  envelopeSchema,
  openEnvelope,
  type Envelope,
} from '../../contract/clearing/envelope.ts';
import {
  acknowledgementSchema,
  authorisationSchema,
  certificateSchema,
  feedSchema,
} from '../../contract/clearing/protocol.ts';
import { canonicalJson } from '../../contract/journal/canonical.ts';
import { BODY_SCHEMAS, NO_HASH, type Entry, type Head } from '../../contract/journal/entry.ts';
import { checkSeal, hashEntry } from '../../contract/journal/seal.ts';
import { findArchive, listArchives, type Archive } from './archive.ts';
import { fileDigest, isArchiveFile, readArchiveFile } from './archive-file.ts';
import { clearingWords } from './clearing-words.ts';
import { asJournalError } from './errors.ts';
import { nameOf } from './ids.ts';
import { checkDatabaseVersion, databaseVersion, hasExpectedSchema, migrate, MIGRATIONS } from './migrate.ts';
import { standInForYounger } from './older.ts';
import { projections } from './projections.ts';
import { journalReader } from './reader.ts';
import { columnsOfEntry, entryOfRow } from './rows.ts';
import type { Connection } from './storage.ts';
import { applyChanges } from './voucher-marks.ts';

/** What an auditor holds the journal against; without both, "ok" can't be said. */
export interface Anchors {
  /** Clearing's public key by key id: signs certificates, acknowledgements and feeds. */
  readonly root: ReadonlyMap<string, KeyObject> | null;
  /** An entry that must be there: from clearing's ledger, a settlement file, a receipt. */
  readonly head: Head | null;
  /** Where archive files may lie besides the usual places. */
  readonly archiveFolders?: readonly string[];
}

export interface Broken {
  readonly epoch: number | null;
  readonly seq: number | null;
  readonly what: string;
}

export type Verified =
  | {
      readonly result: 'ok' | 'whole, but not anchored';
      readonly terminalId: string;
      readonly entries: number;
      readonly head: Head | null;
    }
  | { readonly result: 'broken'; readonly first: Broken };

/** The first break that was found, with the entry where it is. */
export class BrokenJournal extends Error {
  readonly broken: Broken;
  constructor(what: string, name: { readonly epoch: number; readonly seq: number } | null = null) {
    super(what);
    this.broken = { epoch: name?.epoch ?? null, seq: name?.seq ?? null, what };
  }
}

/** The database's version since which `pending` counts up to an entry, and `waiting` what came after it. */
const FIRST_WITH_WAITING = 5;

/** Tables that can be made again from entries and kept answers, and how to compare them row by row. */
const DERIVED = [
  ['redemptions', 'id'],
  ['refunds', 'id'],
  ['shifts', 'number'],
  ['waiting', 'entries'],
  ['day_spans', 'first_id'],
  ['verdicts', 'id'],
  ['clearing_head', 'one'],
  ['voucher_marks', 'campaign_number, block'],
] as const;

/** The public key of an epoch, out of the certificate in its first entry. */
function epochKey(entry: Entry, root: Anchors['root']): KeyObject {
  const body = BODY_SCHEMAS['epoch-opened'].parse(JSON.parse(entry.body));
  const envelope: Envelope = body.certificate;
  const certificate = root === null ? unverified(envelope) : verified(envelope, root, entry);
  if (certificate.terminalId !== entry.terminalId || certificate.epoch !== entry.epoch)
    throw new BrokenJournal('certificate-of-another', entry);
  return ed25519PublicKey(certificate.publicKey);
}

function unverified(envelope: Envelope): z.infer<typeof certificateSchema> {
  return certificateSchema.parse(JSON.parse(envelope.payload));
}

function verified(
  envelope: Envelope,
  root: ReadonlyMap<string, KeyObject>,
  entry: Entry,
): z.infer<typeof certificateSchema> {
  const opened = openEnvelope('certificate', envelope, root, certificateSchema);
  if (!opened.ok) throw new BrokenJournal(`certificate-${opened.reason}`, entry);
  return opened.value;
}

type Before = Pick<Entry, 'epoch' | 'seq' | 'hash' | 'atMs'>;

/** Walks the chain; each call takes the next entry. Throws at the first that doesn't fit. */
export function chainWalker(
  root: Anchors['root'],
  start: { readonly before: Before; readonly key: KeyObject } | null = null,
) {
  let before: Before | null = start?.before ?? null;
  let key: KeyObject | null = start?.key ?? null;
  return (entry: Entry): void => {
    const opens: boolean = entry.epoch !== before?.epoch;
    if (opens) {
      if (entry.seq !== 1 || entry.kind !== 'epoch-opened')
        throw new BrokenJournal('epoch-not-opened', entry);
      checkPrevious(entry, before);
      key = epochKey(entry, root);
    }
    const expected: { seq: number; prev: string } =
      opens || before === null ? { seq: 1, prev: NO_HASH } : { seq: before.seq + 1, prev: before.hash };
    if (entry.seq !== expected.seq) throw new BrokenJournal('gap', entry);
    if (entry.prev !== expected.prev) throw new BrokenJournal('link-wrong', entry);
    if (key === null) throw new BrokenJournal('epoch-not-opened', entry);
    const fault = checkSeal(entry, key);
    if (fault !== null) throw new BrokenJournal(fault, entry);
    if (before !== null && entry.atMs < before.atMs && entry.kind !== 'clock-set')
      throw new BrokenJournal('time-goes-back', entry);
    const body = BODY_SCHEMAS[entry.kind].safeParse(JSON.parse(entry.body));
    if (!body.success || canonicalJson(body.data) !== entry.body)
      throw new BrokenJournal('body-wrong', entry);
    before = entry;
  };
}

/** A later epoch names the last entry that was known of the one before, and what is lost after it. */
function checkPrevious(entry: Entry, before: Before | null): void {
  const { previous } = BODY_SCHEMAS['epoch-opened'].parse(JSON.parse(entry.body));
  if (before === null) return;
  if (previous?.head.epoch !== before.epoch) throw new BrokenJournal('epoch-without-link', entry);
  // Salvaged entries may reach beyond the head that the new epoch knew of.
  if (previous.head.seq === before.seq && previous.head.hash !== before.hash)
    throw new BrokenJournal('epoch-link-wrong', entry);
}

const receivedRow = z.object({
  purpose: z.enum(['acknowledgement', 'feed']),
  text: z.string(),
});

/** What clearing held for a redemption is clearing's own signed word, and about this very authorisation. */
function checkAuthorisation(entry: Entry, root: Anchors['root']): void {
  const { evidence } = BODY_SCHEMAS.redemption.parse(JSON.parse(entry.body));
  if (evidence.type !== 'authorisation' || evidence.held === null || root === null) return;
  const opened = openEnvelope('authorisation', evidence.held.answer, root, authorisationSchema);
  if (!opened.ok) throw new BrokenJournal(`authorisation-${opened.reason}`, entry);
  const { authorisationId, terminalId, voucher } = opened.value;
  const same =
    authorisationId === evidence.authorisationId &&
    terminalId === entry.terminalId &&
    voucher?.serial === evidence.held.serial;
  if (!same) throw new BrokenJournal('authorisation-of-another', entry);
}

interface OpenArchive extends Archive {
  readonly path: string;
}

/** Where archives lie: in the data folder, beside a back-up in the second place, or where the caller says. */
function openArchives(db: Connection, file: string, more: readonly string[]): readonly OpenArchive[] {
  const here = dirname(file);
  const folders = [...more, here, join(here, 'archive'), join(here, '..', 'archive')];
  return listArchives(db).map((archive) => {
    const path = findArchive(archive, folders);
    if (path === null) throw new BrokenJournal(`archive-missing: ${archive.file}`);
    if (fileDigest(path) !== archive.sha256) throw new BrokenJournal(`archive-differs: ${archive.file}`);
    return { ...archive, path };
  });
}

/** What was archived, then what is in the database: one chain. The first entries of epochs are in both. */
function* wholeJournal(
  db: Connection,
  terminalId: string,
  archives: readonly OpenArchive[],
): Generator<Entry> {
  const archivedFirsts = new Map<number, string>();
  for (const { path } of archives)
    for (const entry of readArchiveFile(path).entries()) {
      if (entry.terminalId !== terminalId) throw new BrokenJournal('other-terminal', entry);
      if (entry.seq === 1) archivedFirsts.set(entry.epoch, entry.hash);
      yield entry;
    }
  for (const row of db.prepare('SELECT * FROM entries ORDER BY id').iterate()) {
    const entry = entryOfRow(row, terminalId);
    const archived = archivedFirsts.get(entry.epoch);
    if (entry.seq !== 1 || archived === undefined) yield entry;
    else if (archived !== entry.hash || hashEntry(entry) !== entry.hash)
      throw new BrokenJournal('epoch-differs', entry);
  }
}

/** Makes everything again that can be made again, from the entries and clearing's kept answers. */
function rebuild(
  db: Connection,
  copy: Connection,
  terminalId: string,
  { root, archives }: Pick<Anchors, 'root'> & { readonly archives: readonly OpenArchive[] },
): number {
  const walk = chainWalker(root, null);
  const insert = copy.prepare(
    'INSERT INTO entries (id, kind, at_ms, body, prev, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const project = projections(copy);
  let count = 0;
  for (const entry of wholeJournal(db, terminalId, archives)) {
    walk(entry);
    if (entry.kind === 'redemption') checkAuthorisation(entry, root);
    insert.run(...columnsOfEntry(entry));
    try {
      project.apply(entry);
    } catch (error) {
      throw new BrokenJournal(`contradicts-earlier: ${String(error)}`, entry);
    }
    count += 1;
  }
  const words = clearingWords(copy, journalReader(copy, terminalId, 1));
  let changesAfter = 0;
  for (const row of db.prepare('SELECT purpose, text FROM received ORDER BY number').iterate()) {
    const { purpose, text } = receivedRow.parse(row);
    const envelope = envelopeSchema.parse(JSON.parse(text));
    if (purpose === 'acknowledgement') {
      const { verdicts, head } = said(envelope, purpose, acknowledgementSchema, root);
      words.take('first-hand', verdicts, head);
    } else {
      const { decisions, head, changes } = said(envelope, purpose, feedSchema, root);
      applyChanges(
        copy,
        changes.filter(({ number }) => number > changesAfter),
      );
      changesAfter = Math.max(changesAfter, ...changes.map(({ number }) => number));
      words.take('decision', decisions, head);
    }
  }
  return count;
}

function said<T>(
  envelope: Envelope,
  purpose: 'acknowledgement' | 'feed',
  schema: z.ZodType<T>,
  root: Anchors['root'],
): T {
  if (root === null) return schema.parse(JSON.parse(envelope.payload));
  const opened = openEnvelope(purpose, envelope, root, schema);
  if (!opened.ok) throw new BrokenJournal(`${purpose}-${opened.reason}`);
  return opened.value;
}

function rowName(row: unknown): { readonly epoch: number; readonly seq: number } | null {
  const id = z.object({ id: z.int() }).safeParse(row);
  return id.success ? nameOf(id.data.id) : null;
}

/** `waiting` passes over whatever `pending` claims to have counted: it can't have counted what isn't there yet. */
function checkCountedThrough(db: Connection): void {
  if (databaseVersion(db) < FIRST_WITH_WAITING) return;
  const beyond = db.prepare(
    'SELECT 1 FROM pending WHERE through_id > coalesce((SELECT max(id) FROM entries), 0)',
  );
  if (beyond.get() !== undefined) throw new BrokenJournal('projection-differs: pending');
}

function compareDerived(db: Connection, copy: Connection): void {
  standInForYounger(db);
  checkCountedThrough(db);
  for (const [table, order] of DERIVED) {
    const list = `SELECT * FROM ${table} ORDER BY ${order}`;
    const remade = copy.prepare(list).iterate();
    try {
      for (const row of db.prepare(list).iterate()) {
        const other = remade.next();
        if (other.done === true || JSON.stringify(row) !== JSON.stringify(other.value))
          throw new BrokenJournal(`projection-differs: ${table}`, rowName(row));
      }
      const rest = remade.next();
      if (rest.done !== true) throw new BrokenJournal(`projection-lacks: ${table}`, rowName(rest.value));
    } finally {
      // A connection with an open query can't be closed.
      remade.return?.();
    }
  }
}

/**
 * Verifies a journal's database, or a back-up of one, without changing it: SQLite's own structure, the whole
 * chain with every signature, every body, and all that is derived from them. With clearing's root also
 * certificates and all that clearing said. The first break found is given.
 */
export function verifyJournal(file: string, anchors: Anchors): Verified {
  try {
    if (isArchiveFile(file)) return verifyArchive(file, anchors);
  } catch (error) {
    return { result: 'broken', first: describeBreak(error) };
  }
  const db = new Database(file, { readonly: true, fileMustExist: true });
  // A temporary database on disk: a million entries must not fill the memory.
  const copy = new Database('');
  try {
    checkDatabaseVersion(db);
    const integrity: unknown = db.pragma('integrity_check(1)', { simple: true });
    if (integrity !== 'ok') throw new BrokenJournal(`structure: ${String(integrity).slice(0, 200)}`);
    migrate(copy);
    copy.pragma('synchronous = OFF');
    // The schema as software of its own version made it: a dropped guard is a break too.
    if (!hasExpectedSchema(db, MIGRATIONS.slice(0, databaseVersion(db))))
      throw new BrokenJournal('schema-differs');
    const terminalId = z.string().parse(db.prepare('SELECT terminal_id FROM journal').pluck().get());
    const archives = openArchives(db, file, anchors.archiveFolders ?? []);
    const entries = copy.transaction(() => rebuild(db, copy, terminalId, { root: anchors.root, archives }))();
    compareDerived(db, copy);
    const reader = journalReader(db, terminalId, 1);
    const whole = journalReader(copy, terminalId, 1);
    const cursor = reader.acknowledgedHead();
    for (const head of [anchors.head, cursor]) {
      if (head !== null && head.seq > 0 && whole.entry(head)?.hash !== head.hash)
        throw new BrokenJournal(head === cursor ? 'cursor-without-entry' : 'head-not-found', head);
    }
    const anchored = anchors.root !== null && anchors.head !== null;
    return {
      result: anchored ? 'ok' : 'whole, but not anchored',
      terminalId,
      entries,
      head: reader.head(),
    };
  } catch (error) {
    return { result: 'broken', first: describeBreak(error) };
  } finally {
    copy.close();
    db.close();
  }
}

/** Verifies an archive by itself: its chain from the one before on, with every signature and body. */
function verifyArchive(file: string, anchors: Anchors): Verified {
  const { header, entries } = readArchiveFile(file);
  const { terminalId, after, through, opened } = header;
  const walk = chainWalker(anchors.root, after === null ? null : startAfter(after, opened, anchors.root));
  let count = 0;
  let anchored = false;
  for (const entry of entries()) {
    if (entry.terminalId !== terminalId) throw new BrokenJournal('other-terminal', entry);
    walk(entry);
    anchored ||= entry.hash === anchors.head?.hash;
    count += 1;
  }
  if (anchors.head !== null && !anchored) throw new BrokenJournal('head-not-found', anchors.head);
  const ok = anchors.root !== null && anchors.head !== null;
  return { result: ok ? 'ok' : 'whole, but not anchored', terminalId, entries: count, head: through };
}

/** Where a walk begins whose earlier entries are in archives; `opened` holds the first entry of that epoch. */
export function startAfter(after: Head, opened: readonly Entry[], root: Anchors['root']) {
  const first = opened.find(({ epoch }) => epoch === after.epoch);
  if (first === undefined) throw new BrokenJournal('epoch-not-opened', after);
  const key = epochKey(first, root);
  if (checkSeal(first, key) !== null) throw new BrokenJournal('signature-wrong', first);
  return { before: { ...after, atMs: first.atMs }, key };
}

/** What is said of an error that ended a verification. */
export function describeBreak(error: unknown): Broken {
  if (error instanceof BrokenJournal) return error.broken;
  const fault = asJournalError(error);
  if (fault !== null)
    return { epoch: null, seq: null, what: `${fault.code} ${JSON.stringify(fault.params)}` };
  // A row or text that can't be read at all: damage as well, though it has no better name.
  return { epoch: null, seq: null, what: `unreadable: ${String(error).slice(0, 300)}` };
}
