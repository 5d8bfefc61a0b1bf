import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../../src/terminal/journal/open.ts';
import type { JournalIdentity } from '../../../src/terminal/journal/types.ts';
import {
  NOON,
  opened,
  openEpoch,
  redeem,
  testFolder,
  testIdentity,
  type TestFolder,
} from '../../support/journal-builder.ts';

let home: TestFolder;
let identity: JournalIdentity;
beforeEach(() => {
  home = testFolder();
  identity = testIdentity();
});
afterEach(() => home.remove());

const file = (name: string) => join(home.folder, name);

/** What a process leaves behind that is killed: files as they are, no closing. */
function killedAfter(count: number): string {
  const { journal } = opened(home.folder, identity);
  openEpoch(journal, identity);
  for (let serial = 1; serial <= count; serial += 1) redeem(journal, serial);
  const copy = testFolder();
  for (const name of ['journal.db', 'journal.db-wal', 'tail-0.log', 'tail-1.log'])
    if (existsSync(file(name))) copyFileSync(file(name), join(copy.folder, name));
  journal.close();
  home.remove();
  home = copy;
  return copy.folder;
}

describe('starting the journal', () => {
  it('brings back everything after a kill', () => {
    const folder = killedAfter(10);
    const { journal, notes } = opened(folder, identity);
    expect(notes).toEqual([]);
    expect(journal.head()?.seq).toBe(11);
    expect(journal.pending()).toMatchObject({ count: 10, entries: 11 });
    journal.close();
  });

  it('puts back from the tail log what a damaged WAL lost without a word', () => {
    const folder = killedAfter(10);
    const wal = readFileSync(file('journal.db-wal'));
    // A flipped bit in the first frames: SQLite drops all that follows and finds nothing wrong.
    const at = Math.floor(wal.length / 3);
    wal[at] = (wal[at] ?? 0) ^ 4;
    writeFileSync(file('journal.db-wal'), wal);
    const { journal, notes } = opened(folder, identity);
    expect(notes).toEqual([
      { code: 'replayed-from-tail-log', params: { entries: expect.any(Number) as number } },
    ]);
    expect(journal.entriesAfter(null, 100)).toHaveLength(11);
    expect(journal.redemptionOfVoucher(1, '10')).not.toBeNull();
    expect(journal.pending()).toMatchObject({ count: 10, entries: 11 });
    journal.close();
  });

  it('says that it is behind when the tail log proves entries that nobody has', () => {
    const folder = killedAfter(10);
    rmSync(file('journal.db'));
    rmSync(file('journal.db-wal'));
    const tail = readFileSync(file('tail-0.log'));
    // Of the tail log's records the first is gone too.
    tail.fill(0, 512, 4096);
    writeFileSync(file('tail-0.log'), tail);
    expect(openJournal({ folder, identity, nowMs: NOON })).toMatchObject({
      ok: false,
      fault: { code: 'journal-behind', params: { by: 'tail-log' } },
    });
  });

  it('marks a redemption whose second flush is missing as not confirmed, until the cashier has looked', () => {
    const folder = killedAfter(3);
    const tail = readFileSync(file('tail-0.log'));
    const marker = Buffer.from('"seq":4');
    const at = tail.indexOf(marker);
    tail.fill(0, Math.floor(at / 512) * 512);
    writeFileSync(file('tail-0.log'), tail);
    const first = opened(folder, identity);
    expect(first.notes).toEqual([{ code: 'not-confirmed', params: { entries: 1 } }]);
    expect(first.journal.notConfirmed().map(({ serial }) => serial)).toEqual(['3']);
    first.journal.close();
    const second = opened(folder, identity);
    expect(second.notes).toEqual([]);
    expect(second.journal.notConfirmed().map(({ serial }) => serial)).toEqual(['3']);
    second.journal.acceptNotConfirmed({ epoch: 1, seq: 4 });
    expect(second.journal.notConfirmed()).toEqual([]);
    second.journal.close();
  });

  it('refuses a newer database and doesn’t change a byte of it', () => {
    const { journal } = opened(home.folder, identity);
    openEpoch(journal, identity);
    journal.close();
    const db = new Database(file('journal.db'));
    db.pragma('user_version = 99');
    db.close();
    const before = readFileSync(file('journal.db'));
    expect(openJournal({ folder: home.folder, identity, nowMs: NOON })).toEqual({
      ok: false,
      fault: { code: 'database-newer', params: expect.objectContaining({ found: 99 }) as object },
    });
    expect(readFileSync(file('journal.db')).equals(before)).toBe(true);
  });

  it('refuses a file that is no database of ours, and leaves it', () => {
    const { journal } = opened(home.folder, identity);
    journal.close();
    writeFileSync(file('journal.db'), 'not a database, but somebody’s only copy of something');
    const result = openJournal({ folder: home.folder, identity, nowMs: NOON });
    expect(result).toMatchObject({ ok: false, fault: { code: 'database-damaged' } });
    expect(readFileSync(file('journal.db'), 'utf8')).toContain('only copy');
  });

  it('lets only one core into a folder', () => {
    const { journal } = opened(home.folder, identity);
    expect(openJournal({ folder: home.folder, identity, nowMs: NOON })).toMatchObject({
      ok: false,
      fault: { code: 'data-folder-in-use' },
    });
    journal.close();
    opened(home.folder, identity).journal.close();
  });

  /** Past SQL's guards, which stand again afterwards. */
  function pastGuard(name: string, sql: string, id: number): void {
    const db = new Database(file('journal.db'));
    db.pragma('foreign_keys = OFF');
    const guard: unknown = db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name);
    db.exec(`DROP TRIGGER ${name}`);
    db.prepare(sql).run(id);
    db.exec(String(guard));
    db.close();
  }
  const change = (id: number): void =>
    pastGuard(
      'entries_never_change',
      `UPDATE entries SET body = replace(body, '"payableFen":8000', '"payableFen":7000') WHERE id = ?`,
      id,
    );
  const remove = (id: number): void => pastGuard('entries_never_go', 'DELETE FROM entries WHERE id = ?', id);

  it('finds a changed byte in a closed entry', () => {
    const { journal } = opened(home.folder, identity);
    openEpoch(journal, identity);
    for (let serial = 1; serial <= 5; serial += 1) redeem(journal, serial);
    journal.close();
    change(2 ** 40 + 3);
    expect(openJournal({ folder: home.folder, identity, nowMs: NOON })).toMatchObject({
      ok: false,
      fault: { code: 'database-damaged', params: { what: 'tail-log-differs', epoch: 1, seq: 3 } },
    });
  });

  it('finds it too where the end of the journal reaches back into an earlier epoch', () => {
    const first = opened(home.folder, identity).journal;
    openEpoch(first, identity);
    for (let serial = 1; serial <= 3; serial += 1) redeem(first, serial);
    first.close();
    const second = { ...identity, epoch: 2 };
    const { journal } = opened(home.folder, second);
    openEpoch(journal, second);
    redeem(journal, 4);
    journal.close();
    change(2 ** 40 + 4);
    expect(openJournal({ folder: home.folder, identity: second, nowMs: NOON })).toMatchObject({
      ok: false,
      fault: { code: 'database-damaged', params: { what: 'hash-wrong', epoch: 1, seq: 4 } },
    });
  });

  it('finds that the beginning of this epoch is missing behind an earlier one', () => {
    const first = opened(home.folder, identity).journal;
    openEpoch(first, identity);
    redeem(first, 1);
    first.close();
    const second = { ...identity, epoch: 2 };
    const { journal } = opened(home.folder, second);
    openEpoch(journal, second);
    for (let serial = 2; serial <= 4; serial += 1) redeem(journal, serial);
    journal.close();
    remove(2 * 2 ** 40 + 1);
    expect(openJournal({ folder: home.folder, identity: second, nowMs: NOON })).toMatchObject({
      ok: false,
      fault: { code: 'database-damaged', params: { what: 'gap', epoch: 2, seq: 2 } },
    });
  });

  it('refuses the data of another terminal', () => {
    opened(home.folder, identity).journal.close();
    const result = openJournal({ folder: home.folder, identity: testIdentity(1, 'T-2'), nowMs: NOON });
    expect(result).toMatchObject({ ok: false, fault: { code: 'database-damaged' } });
  });

  it('names a folder that can’t be written', () => {
    writeFileSync(file('taken'), '');
    const result = openJournal({ folder: join(file('taken'), 'data'), identity, nowMs: NOON });
    expect(result).toMatchObject({ ok: false, fault: { code: 'data-folder-unwritable' } });
  });

  it.each([
    ['a sentence', 'not a database'],
    ['kilobytes', 'x'.repeat(8192)],
    ['a cut database', `SQLite format 3\0${'y'.repeat(600)}`],
  ])('makes the lock’s file anew when it holds %s: nothing was in it', (_name, junk) => {
    const folder = killedAfter(3);
    writeFileSync(file('in-use.db'), junk);
    const { journal } = opened(folder, identity);
    expect(journal.head()?.seq).toBe(4);
    expect(openJournal({ folder, identity, nowMs: NOON })).toMatchObject({
      fault: { code: 'data-folder-in-use' },
    });
    journal.close();
    const aside = readdirSync(folder).filter((name) => name.startsWith('in-use.db.broken-'));
    expect(aside.map((name) => readFileSync(file(name), 'utf8'))).toEqual([junk]);
  });

  it.each(['in-use.db', 'tail-0.log', 'tail-1.log', 'journal.db'])(
    'names a folder or a dead link in the place of %s, and works again without it',
    (name) => {
      const folder = killedAfter(3);
      const away = `${file(name)}.away`;
      const unusable = { ok: false, fault: { code: 'journal-file-unusable', params: { path: file(name) } } };
      // The copy of a killed core's folder has no lock.
      const there = existsSync(file(name));
      if (there) copyFileSync(file(name), away);
      rmSync(file(name), { force: true });
      mkdirSync(file(name));
      expect(openJournal({ folder, identity, nowMs: NOON })).toMatchObject(unusable);
      rmSync(file(name), { recursive: true });
      if (name !== 'journal.db') {
        symlinkSync(join(folder, 'nowhere', 'at-all'), file(name));
        expect(openJournal({ folder, identity, nowMs: NOON })).toMatchObject(unusable);
        rmSync(file(name));
      }
      if (there) copyFileSync(away, file(name));
      const { journal } = opened(folder, identity);
      expect(journal.head()?.seq).toBe(4);
      journal.close();
    },
  );

  it('survives a tail log that is gone, once the database was read back whole', () => {
    const folder = killedAfter(4);
    rmSync(file('tail-0.log'));
    rmSync(file('tail-1.log'));
    const { journal, notes } = opened(folder, identity);
    expect(notes).toEqual([{ code: 'tail-log-created', params: {} }]);
    redeem(journal, 99);
    expect(journal.head()?.seq).toBe(6);
    journal.close();
  });
});

describe('the database itself', () => {
  it('refuses to change or delete an entry', () => {
    const { journal } = opened(home.folder, identity);
    openEpoch(journal, identity);
    journal.close();
    const db = new Database(file('journal.db'));
    expect(() => db.exec('UPDATE entries SET at_ms = 0')).toThrow(/append-only/);
    expect(() => db.exec('DELETE FROM entries')).toThrow(/append-only/);
    db.close();
  });
});

describe('a back-up', () => {
  it('is one whole file that opens as a journal, also while entries are being written', async () => {
    const { journal } = opened(home.folder, identity);
    openEpoch(journal, identity);
    for (let serial = 1; serial <= 50; serial += 1) redeem(journal, serial);
    const under = journal.backUp(file('back-up.db'));
    redeem(journal, 51);
    await under;
    journal.close();
    const other = testFolder();
    copyFileSync(file('back-up.db'), join(other.folder, 'journal.db'));
    const copy = opened(other.folder, identity);
    expect(copy.journal.head()?.seq).toBeGreaterThanOrEqual(51);
    copy.journal.close();
    other.remove();
  });
});
