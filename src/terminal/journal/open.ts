import { asJournalError, JournalError } from './errors.ts';
import { createJournal } from './journal.ts';
import { hasExpectedSchema, migrate, MIGRATIONS, type Migration } from './migrate.ts';
import { journalReader } from './reader.ts';
import { checkAgainstClearing, checkEnd, reconcile } from './recover.ts';
import { openFileStorage, type JournalStorage } from './storage.ts';
import { openTailLog } from './tail-log.ts';
import type { JournalIdentity, JournalNote, OpenedJournal, OpenJournalOptions } from './types.ts';

/** Databases up to this size get SQLite's quick check at start; for larger ones it goes on in the background. */
const QUICK_CHECK_BYTES = 33_554_432;

function quickCheck({ db }: JournalStorage): void {
  const bytes =
    Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
  if (bytes > QUICK_CHECK_BYTES) return;
  const result: unknown = db.pragma('quick_check(1)', { simple: true });
  if (result !== 'ok') throw new JournalError('database-damaged', { what: String(result).slice(0, 200) });
}

function claim({ db }: JournalStorage, terminalId: string): void {
  db.prepare('INSERT OR IGNORE INTO journal (one, terminal_id) VALUES (1, ?)').run(terminalId);
  const owner: unknown = db.prepare('SELECT terminal_id FROM journal').pluck().get();
  if (owner !== terminalId)
    throw new JournalError('database-damaged', { what: 'other-terminal', terminalId: String(owner) });
}

/** Opens a journal over a storage that is already locked. Throws JournalErrors; the caller closes the storage. */
export function openJournalOn(
  storage: JournalStorage,
  identity: JournalIdentity,
  migrations: readonly Migration[] = MIGRATIONS,
): { readonly journal: ReturnType<typeof createJournal>; readonly notes: readonly JournalNote[] } {
  const notes: JournalNote[] = [];
  const { from, to } = migrate(storage.db, migrations);
  if (storage.created) notes.push({ code: 'created', params: {} });
  else if (from < to) notes.push({ code: 'migrated', params: { from, to } });
  // First: SQLite's check runs what the schema says, and can't where that makes no sense.
  if (!hasExpectedSchema(storage.db, migrations))
    throw new JournalError('database-damaged', { what: 'schema-differs' });
  quickCheck(storage);
  claim(storage, identity.terminalId);
  const tail = openTailLog(storage.tail);
  const reader = journalReader(storage.db, identity.terminalId, identity.epoch);
  notes.push(...reconcile(storage, tail, reader, identity));
  checkEnd(reader, identity);
  checkAgainstClearing(reader);
  return { journal: createJournal({ storage, tail, identity, reader }), notes };
}

/**
 * Opens the journal of a data folder, or makes one. Looks at what the last stop left behind and mends what can
 * be mended; never deletes or overwrites what it doesn't understand. Expected faults are returned.
 */
export function openJournal({ folder, identity }: OpenJournalOptions): OpenedJournal {
  let storage: JournalStorage | null = null;
  try {
    storage = openFileStorage(folder);
    return { ok: true, ...openJournalOn(storage, identity) };
  } catch (error) {
    storage?.close();
    const fault = asJournalError(error);
    if (fault === null) throw error;
    return { ok: false, fault: fault.fault };
  }
}
