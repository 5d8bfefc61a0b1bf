import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate, MIGRATIONS, type Migration } from '../../../src/terminal/journal/migrate.ts';
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

it('a journal of an older version is verified by the schema of its own version', () => {
  const { journal } = opened(home.folder, identity);
  openEpoch(journal, identity);
  for (let serial = 1; serial <= 3; serial += 1) redeem(journal, serial);
  journal.close();
  for (let version = 1; version < MIGRATIONS.length; version += 1) {
    const path = file(`version-${version}.db`);
    const old = new Database(path);
    migrate(old, MIGRATIONS.slice(0, version));
    old.exec(`ATTACH '${file('journal.db')}' AS now`);
    const tables = old.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table'").pluck().all();
    for (const table of tables.map(String)) {
      old.exec(`DELETE FROM main.${table}`);
      // Up to version 4 a row of what waits, counted at every entry.
      const source = table === 'pending' && version < 5 ? '(SELECT 1, * FROM now.waiting)' : `now.${table}`;
      old.exec(`INSERT INTO main.${table} SELECT * FROM ${source}`);
    }
    old.close();
    expect(verifyJournal(path, { root: null, head: null })).toMatchObject({
      result: 'whole, but not anchored',
      entries: 4,
    });
  }
});

it('keeps the newest two copies from before migrations, and no heap of them', () => {
  const { journal } = opened(home.folder, identity);
  openEpoch(journal, identity);
  journal.close();
  for (const version of [0, 1, 2]) writeFileSync(file(`journal.db.version-${version}`), '');
  writeFileSync(file('journal.db.version-kept-by-hand'), '');
  openJournalOn(openFileStorage(home.folder, NEXT), identity, NEXT).journal.close();
  const copies = readdirSync(home.folder).filter((name) => name.includes('.version-'));
  expect(copies.toSorted()).toEqual([
    'journal.db.version-2',
    `journal.db.version-${MIGRATIONS.length}`,
    'journal.db.version-kept-by-hand',
  ]);
});
