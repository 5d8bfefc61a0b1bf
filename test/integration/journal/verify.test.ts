import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Head } from '../../../src/contract/journal/entry.ts';
import { verifyJournal } from '../../../src/terminal/journal/verify.ts';
import type { JournalIdentity } from '../../../src/terminal/journal/types.ts';
import { takeAcknowledgement, takeFeed } from '../../../src/terminal/sync/exchange.ts';
import {
  NOON,
  opened,
  openEpoch,
  redeem,
  testFolder,
  testIdentity,
  testRoot,
  type TestFolder,
} from '../../support/journal-builder.ts';
import { puppetClearing } from '../../support/journal-clearing.ts';

let home: TestFolder;
let identity: JournalIdentity;
let file: string;
let head: Head;
const root = testRoot();
const trusted = new Map([[root.keyId, createPublicKey(root.key)]]);

beforeEach(() => {
  home = testFolder();
  identity = testIdentity();
  file = join(home.folder, 'journal.db');
  const { journal } = opened(home.folder, identity);
  openEpoch(journal, identity, root);
  for (let serial = 1; serial <= 8; serial += 1) redeem(journal, serial);
  journal.append(NOON, () => ({
    kind: 'reversal',
    body: { of: { epoch: 1, seq: 3 }, redemptionId: 'R-2', by: 'C-1', approvedBy: null, reason: '' },
  }));
  journal.append(NOON, () => ({ kind: 'shift-opened', body: { shift: 1, by: 'C-1' } }));
  const puppet = puppetClearing(root, identity);
  puppet.judge = (entry) => (entry.seq === 5 ? { verdict: 'held', reason: 'late', settlementDay: null } : {});
  const context = { journal, trustedKeys: trusted, openPack: () => null, nowMs: NOON };
  takeAcknowledgement(context, puppet.acknowledge(journal.entriesToSend(6)));
  const held = puppet.verdicts.get('1:5');
  if (held === undefined) throw new Error('it was held');
  puppet.feed = {
    decisions: [{ ...held, verdict: 'settled', reason: null, settlementDay: '2023-06-11' }],
    changes: [
      { number: 1, campaignNumber: 1, serial: '700', change: 'spent' },
      { number: 2, campaignNumber: 1, serial: '701', change: 'revoked' },
    ],
  };
  takeFeed(context, puppet.feedText());
  redeem(journal, 9);
  const last = journal.head();
  if (last === null) throw new Error('it has entries');
  head = last;
  journal.close();
});
afterEach(() => home.remove());

function change(sql: string): void {
  const db = new Database(file);
  const guards = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  for (const guard of guards) db.exec(guard.sql);
  db.close();
}
const at = (seq: number) => 2 ** 40 + seq;

describe('verify-journal', () => {
  it('says ok only with clearing’s root and a head to hold it against', () => {
    expect(verifyJournal(file, { root: trusted, head })).toMatchObject({ result: 'ok', entries: 12, head });
    expect(verifyJournal(file, { root: null, head })).toMatchObject({ result: 'whole, but not anchored' });
    expect(verifyJournal(file, { root: trusted, head: null })).toMatchObject({
      result: 'whole, but not anchored',
    });
  });

  it.each([
    [
      'an amount',
      `UPDATE entries SET body = replace(body, '"payableFen":8000', '"payableFen":7000') WHERE id = ${at(4)}`,
      4,
    ],
    ['a time', `UPDATE entries SET at_ms = at_ms + 1 WHERE id = ${at(6)}`, 6],
    ['a kind', `UPDATE entries SET kind = 'alarm' WHERE id = ${at(7)}`, 7],
    ['a signature', `UPDATE entries SET signature = zeroblob(64) WHERE id = ${at(5)}`, 5],
    ['a missing entry', `PRAGMA foreign_keys = OFF; DELETE FROM entries WHERE id = ${at(6)}`, 7],
  ])('names the first broken entry: %s', (_, sql, seq) => {
    change(sql);
    expect(verifyJournal(file, { root: trusted, head })).toMatchObject({
      result: 'broken',
      first: { epoch: 1, seq },
    });
  });

  it('finds a journal that was cut short, by the head', () => {
    change(`PRAGMA foreign_keys = OFF; DELETE FROM entries WHERE id = ${at(12)};
      DELETE FROM redemptions WHERE id = ${at(12)};
`);
    expect(verifyJournal(file, { root: trusted, head: null })).toMatchObject({
      result: 'whole, but not anchored',
    });
    expect(verifyJournal(file, { root: trusted, head })).toMatchObject({
      result: 'broken',
      first: { what: 'head-not-found' },
    });
  });

  it.each([
    ['a redemption made smaller', `UPDATE redemptions SET discount_fen = 1 WHERE id = ${at(4)}`],
    ['a redemption gone', `DELETE FROM redemptions WHERE id = ${at(4)}`],
    ['a voucher freed', `UPDATE redemptions SET reversed_id = ${at(10)} WHERE id = ${at(4)}`],
    ['a verdict turned', `UPDATE verdicts SET verdict = 'refused' WHERE id = ${at(4)}`],
    [
      'a verdict that nobody gave',
      `INSERT INTO verdicts VALUES (${at(9)}, 'settled', NULL, '{}', NULL, NULL)`,
    ],
    ['what is pending', 'UPDATE pending SET discount_fen = 0'],
    [
      'what is counted as pending, with the right sums',
      `UPDATE pending SET redemptions = w.redemptions, discount_fen = w.discount_fen, entries = w.entries,
         through_id = 9007199254740991 FROM waiting w`,
    ],
    ['a day', `UPDATE day_spans SET business_day = '2023-06-11'`],
    ['a spent voucher', 'UPDATE voucher_marks SET spent = zeroblob(512)'],
    ['the cursor', `UPDATE clearing_head SET seq = 12, hash = '${'0'.repeat(64)}'`],
  ])('holds what is derived against the journal: %s', (_, sql) => {
    change(sql);
    expect(verifyJournal(file, { root: trusted, head })).toMatchObject({ result: 'broken' });
  });

  it('doesn’t believe a certificate or an answer of clearing that its root didn’t sign', () => {
    const stranger = new Map([[root.keyId, createPublicKey(testRoot().key)]]);
    expect(verifyJournal(file, { root: stranger, head })).toMatchObject({
      result: 'broken',
      first: { seq: 1, what: 'certificate-signature-wrong' },
    });
  });

  it('finds a guard of the database that was taken away', () => {
    const db = new Database(file);
    db.exec('DROP TRIGGER entries_never_go');
    db.close();
    expect(verifyJournal(file, { root: trusted, head })).toMatchObject({
      result: 'broken',
      first: { what: 'schema-differs' },
    });
  });
});

it('time goes back in an entry that says so, and in no other', () => {
  const clean = testFolder();
  const { journal } = opened(clean.folder, identity);
  openEpoch(journal, identity, root);
  const note = (atMs: number) =>
    journal.append(atMs, () => ({ kind: 'signed-out', body: { userId: 'C-1', automatic: true } }));
  note(NOON + 3_600_000);
  note(NOON);
  expect(journal.entry(journal.head() ?? head)?.atMs).toBe(NOON + 3_600_000);
  const step = { fromMs: NOON + 3_600_000, toMs: NOON, basis: 'signed' } as const;
  journal.append(NOON, () => ({ kind: 'clock-set', body: step }));
  note(NOON + 1);
  expect(journal.entry(journal.head() ?? head)?.atMs).toBe(NOON + 1);
  journal.close();
  expect(verifyJournal(join(clean.folder, 'journal.db'), { root: trusted, head: null })).toMatchObject({
    result: 'whole, but not anchored',
  });
  clean.remove();
});
