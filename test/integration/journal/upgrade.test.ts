import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MIGRATIONS, type Migration } from '../../../src/terminal/journal/migrate.ts';
import { openJournalOn } from '../../../src/terminal/journal/open.ts';
import { openFileStorage } from '../../../src/terminal/journal/storage.ts';
import type { JournalIdentity } from '../../../src/terminal/journal/types.ts';
import { verifyJournal } from '../../../src/terminal/journal/verify.ts';
import {
  opened,
  openEpoch,
  redeem,
  testFolder,
  testIdentity,
  type TestFolder,
} from '../../support/journal-builder.ts';

const NEXT: readonly Migration[] = [
  ...MIGRATIONS,
  { number: MIGRATIONS.length + 1, sql: 'CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT' },
];
let home: TestFolder;
let identity: JournalIdentity;
const file = (name: string) => join(home.folder, name);
const copy = () => file(`journal.db.version-${MIGRATIONS.length}`);

beforeEach(() => {
  home = testFolder();
  identity = testIdentity();
});
afterEach(() => home.remove());

function versionOf(path: string): unknown {
  const db = new Database(path, { readonly: true });
  const version: unknown = db.pragma('user_version', { simple: true });
  db.close();
  return version;
}

it('backs a database up before it gets the next version, and the back-up is a whole journal of the old one', () => {
  const { journal } = opened(home.folder, identity);
  openEpoch(journal, identity);
  for (let serial = 1; serial <= 5; serial += 1) redeem(journal, serial);
  const head = journal.head();
  journal.close();
  const { journal: upgraded, notes } = openJournalOn(openFileStorage(home.folder, NEXT), identity, NEXT);
  expect(notes).toEqual([{ code: 'migrated', params: { from: MIGRATIONS.length, to: NEXT.length } }]);
  expect(upgraded.head()).toEqual(head);
  redeem(upgraded, 6);
  upgraded.close();
  expect(versionOf(file('journal.db'))).toBe(NEXT.length);
  expect(versionOf(copy())).toBe(MIGRATIONS.length);
  expect(verifyJournal(copy(), { root: null, head })).toMatchObject({
    result: 'whole, but not anchored',
    entries: 6,
    head,
  });
});

it('a new database and one of the newest version need no back-up', () => {
  opened(home.folder, identity).journal.close();
  opened(home.folder, identity).journal.close();
  expect(existsSync(copy())).toBe(false);
});

it('migrates nothing when the back-up finds a damaged entry', () => {
  const { journal } = opened(home.folder, identity);
  openEpoch(journal, identity);
  redeem(journal, 1);
  journal.close();
  const db = new Database(file('journal.db'));
  db.exec('DROP TRIGGER entries_never_change; UPDATE entries SET at_ms = at_ms + 1');
  db.close();
  expect(() => openFileStorage(home.folder, NEXT)).toThrow(/database-damaged/);
  expect(versionOf(file('journal.db'))).toBe(MIGRATIONS.length);
  expect(existsSync(copy())).toBe(false);
});

it('discards what an interrupted first start left, and starts', () => {
  writeFileSync(file('journal.db.new'), 'torn');
  writeFileSync(file('journal.db.new-wal'), 'torn too');
  const { journal, notes } = opened(home.folder, identity);
  expect(notes.map(({ code }) => code)).toEqual(['created']);
  openEpoch(journal, identity);
  journal.close();
  expect(existsSync(file('journal.db.new'))).toBe(false);
});
