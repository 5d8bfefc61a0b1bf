import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MIGRATIONS, type Migration } from '../../../src/terminal/journal/migrate.ts';
import { openJournalOn } from '../../../src/terminal/journal/open.ts';
import { openFileStorage, openTailFiles } from '../../../src/terminal/journal/storage.ts';
import { openTailLog } from '../../../src/terminal/journal/tail-log.ts';
import type { Journal, JournalIdentity } from '../../../src/terminal/journal/types.ts';
import { stepBack } from '../../../src/terminal/support/step-back.ts';
import {
  opened,
  openEpoch,
  redeem,
  testFolder,
  testIdentity,
  type TestFolder,
} from '../../support/journal-builder.ts';

/** A version that knows one migration more was installed over one that knows today's, and is to be given up. */
const KNOWN = MIGRATIONS.length;
const NEXT: readonly Migration[] = [
  ...MIGRATIONS,
  { number: KNOWN + 1, sql: 'CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT' },
];
let home: TestFolder;
let identity: JournalIdentity;
const file = (name: string) => join(home.folder, name);

beforeEach(() => {
  home = testFolder();
  identity = testIdentity();
  const { journal } = opened(home.folder, identity);
  openEpoch(journal, identity);
  for (let serial = 1; serial <= 5; serial += 1) redeem(journal, serial);
  journal.close();
});
afterEach(() => home.remove());

function asNewerVersion(work: (journal: Journal) => void): void {
  const { journal } = openJournalOn(openFileStorage(home.folder, NEXT), identity, NEXT);
  work(journal);
  journal.close();
}

function versionOf(path: string): unknown {
  const db = new Database(path, { readonly: true });
  const version: unknown = db.pragma('user_version', { simple: true });
  db.close();
  return version;
}

/** What the older version finds, and goes on with. */
function entriesForOlder(): number {
  const { journal } = opened(home.folder, identity);
  redeem(journal, 900);
  const seq = journal.head()?.seq ?? 0;
  journal.close();
  return seq - 1;
}

it('a folder without a journal, or with one that was not migrated, is left as it is', () => {
  const before = readFileSync(file('journal.db'));
  expect(stepBack(home.folder, KNOWN)).toBe('ready');
  expect(readFileSync(file('journal.db'))).toEqual(before);
  rmSync(file('journal.db'));
  expect(stepBack(home.folder, KNOWN)).toBe('ready');
  expect(existsSync(file('journal.db'))).toBe(false);
});

it('a journal that was only migrated comes back as it was, the older version goes on with it, and the newer one is kept', () => {
  asNewerVersion(() => undefined);
  expect(stepBack(home.folder, KNOWN)).toBe('ready');
  expect(versionOf(file('journal.db'))).toBe(KNOWN);
  expect(versionOf(file(`journal.db.given-up-${KNOWN + 1}`))).toBe(KNOWN + 1);
  expect(entriesForOlder()).toBe(6);
});

it('done twice it is done once: a power cut in between loses nothing', () => {
  asNewerVersion(() => undefined);
  writeFileSync(file('journal.db.partial'), 'torn');
  expect(stepBack(home.folder, KNOWN)).toBe('ready');
  expect(stepBack(home.folder, KNOWN)).toBe('ready');
  asNewerVersion(() => undefined);
  expect(stepBack(home.folder, KNOWN)).toBe('ready');
  expect(entriesForOlder()).toBe(6);
});

it('one redemption after the migration, and nothing goes back: the journal stays whole with the newer version', () => {
  asNewerVersion((journal) => redeem(journal, 6));
  const before = readFileSync(file('journal.db'));
  expect(stepBack(home.folder, KNOWN)).toBe('journal-moved-on');
  expect(versionOf(file('journal.db'))).toBe(KNOWN + 1);
  expect(readdirSync(home.folder).filter((name) => name.includes('given-up'))).toEqual([]);
  expect(readFileSync(file('journal.db')).length).toBe(before.length);
  asNewerVersion((journal) => expect(journal.head()?.seq).toBe(7));
});

it('a redemption that is only in the write-ahead log counts, as after a kill', () => {
  const storage = openFileStorage(home.folder, NEXT);
  const { journal } = openJournalOn(storage, identity, NEXT);
  redeem(journal, 6);
  const [wal, main] = [readFileSync(file('journal.db-wal')), readFileSync(file('journal.db'))];
  journal.close();
  writeFileSync(file('journal.db'), main);
  writeFileSync(file('journal.db-wal'), wal);
  expect(stepBack(home.folder, KNOWN)).toBe('journal-moved-on');
});

it('a redemption that only the tail log still holds counts too', () => {
  asNewerVersion((journal) => redeem(journal, 6));
  // The database of right after the migration, as if the newest rows had been torn off.
  const db = new Database(file('journal.db'));
  db.pragma('foreign_keys = OFF');
  db.exec('DROP TRIGGER entries_never_go; DELETE FROM entries WHERE id = (SELECT max(id) FROM entries)');
  db.close();
  const device = openTailFiles(home.folder);
  expect(openTailLog(device).contents.entries.at(-1)?.seq).toBe(7);
  device.close();
  expect(stepBack(home.folder, KNOWN)).toBe('journal-moved-on');
});

it('without a whole copy from before the migration nothing goes back', () => {
  asNewerVersion(() => undefined);
  const copy = file(`journal.db.version-${KNOWN}`);
  const bytes = readFileSync(copy);
  truncateSync(copy, 8192);
  expect(stepBack(home.folder, KNOWN)).toBe('no-journal-copy');
  writeFileSync(copy, bytes);
  const db = new Database(copy);
  db.exec(
    'DROP TRIGGER entries_never_change; UPDATE entries SET at_ms = at_ms + 1 WHERE id = (SELECT min(id) + 2 FROM entries)',
  );
  db.close();
  expect(stepBack(home.folder, KNOWN), 'an entry of it was changed').toBe('no-journal-copy');
  rmSync(copy);
  expect(stepBack(home.folder, KNOWN)).toBe('no-journal-copy');
  expect(versionOf(file('journal.db'))).toBe(KNOWN + 1);
});

it('a journal that does not open, or that a core still works on, is left alone', () => {
  asNewerVersion(() => undefined);
  const storage = openFileStorage(home.folder, NEXT);
  expect(stepBack(home.folder, KNOWN)).toBe('journal-unreadable');
  storage.close();
  truncateSync(file('journal.db'), 100);
  appendFileSync(file('journal.db'), 'no database');
  expect(stepBack(home.folder, KNOWN)).toBe('journal-unreadable');
});
