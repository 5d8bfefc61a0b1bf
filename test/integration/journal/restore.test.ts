import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Head } from '../../../src/contract/journal/entry.ts';
import { openJournal } from '../../../src/terminal/journal/open.ts';
import { restoreJournal } from '../../../src/terminal/journal/restore.ts';
import type { JournalIdentity } from '../../../src/terminal/journal/types.ts';
import { verifyJournal } from '../../../src/terminal/journal/verify.ts';
import {
  certificateFor,
  NOON,
  opened,
  openEpoch,
  redeem,
  testFolder,
  testIdentity,
  testRoot,
  type TestFolder,
} from '../../support/journal-builder.ts';

const root = testRoot();
const trusted = new Map([[root.keyId, createPublicKey(root.key)]]);
let home: TestFolder;
let old: JournalIdentity;
let next: JournalIdentity;
let last: Head;
const file = (name: string) => join(home.folder, name);

/** Five redemptions are in the back-up, five more are not; then the database is spoilt. */
beforeEach(async () => {
  home = testFolder();
  old = testIdentity();
  next = testIdentity(2);
  const { journal } = opened(home.folder, old);
  openEpoch(journal, old, root);
  for (let serial = 1; serial <= 5; serial += 1) redeem(journal, serial);
  await journal.backUp(file('back-up.db'));
  for (let serial = 6; serial <= 10; serial += 1) redeem(journal, serial);
  const head = journal.head();
  if (head === null) throw new Error('it has entries');
  last = head;
  const tails = ['tail-0.log', 'tail-1.log'].map((name) => [name, readFileSync(file(name))] as const);
  journal.close();
  for (const [name, bytes] of tails) writeFileSync(file(name), bytes);
  writeFileSync(file('journal.db'), 'spoilt');
});
afterEach(() => home.remove());

function restored(clearingHead: Head | null, backUpFile: string | null = file('back-up.db')) {
  const result = restoreJournal({
    folder: home.folder,
    backUpFile,
    identity: next,
    certificate: certificateFor(next, root),
    clearingHead,
    nowMs: NOON,
  });
  if (!result.ok) throw new Error(result.fault.code);
  return result;
}

it('brings back-up and tail log together in a new epoch, and keeps the spoilt database', () => {
  const { journal, salvaged, lost, keptAside } = restored(null);
  expect({ salvaged, lost }).toEqual({ salvaged: 5, lost: null });
  expect(journal.redemptionOfVoucher(1, '10')).not.toBeNull();
  expect(journal.head()).toMatchObject({ epoch: 2, seq: 1 });
  redeem(journal, 11);
  const head = journal.head();
  journal.close();
  expect(readFileSync(join(keptAside, 'journal.db'), 'utf8')).toBe('spoilt');
  expect(verifyJournal(file('journal.db'), { root: trusted, head })).toMatchObject({
    result: 'ok',
    entries: 13,
  });
  opened(home.folder, next).journal.close();
  expect(openJournal({ folder: home.folder, identity: old, nowMs: NOON })).toMatchObject({
    ok: false,
    fault: { code: 'journal-behind' },
  });
});

it('names in its first entry what clearing knows and nobody has', () => {
  const clearingHead = { ...last, seq: last.seq + 3, hash: '7'.repeat(64) };
  const { journal, lost } = restored(clearingHead);
  expect(lost).toEqual({ fromSeq: 12, toSeq: 14 });
  const [first] = journal.entriesAfter(last, 1);
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    previous: { head: clearingHead, lostFromSeq: 12, lostToSeq: 14 },
  });
  journal.close();
});

it('goes on from the tail log alone when there is no back-up', () => {
  const { journal, salvaged } = restored(null, null);
  expect(salvaged).toBe(11);
  expect(journal.redemptionOfVoucher(1, '10')).not.toBeNull();
  journal.close();
});

it('takes no back-up that is damaged, and moves nothing then', () => {
  copyFileSync(file('journal.db'), file('back-up.db'));
  expect(
    restoreJournal({
      folder: home.folder,
      backUpFile: file('back-up.db'),
      identity: next,
      certificate: certificateFor(next, root),
      clearingHead: null,
      nowMs: NOON,
    }),
  ).toMatchObject({ ok: false, fault: { code: 'database-damaged' } });
  expect(existsSync(file('journal.db'))).toBe(true);
});
