import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Head } from '../../../src/contract/journal/entry.ts';
import type { Archive } from '../../../src/terminal/journal/archive.ts';
import type { Journal } from '../../../src/terminal/journal/types.ts';
import { verifyJournal } from '../../../src/terminal/journal/verify.ts';
import { takeAcknowledgement, takeFeed } from '../../../src/terminal/sync/exchange.ts';
import {
  NOON,
  opened,
  openEpoch,
  redeem,
  testFolder,
  testIdentity,
  testRoot,
} from '../../support/journal-builder.ts';
import { puppetClearing } from '../../support/journal-clearing.ts';

/** More than stay in the database whatever their age; in memory where there is such a disk, for its flushes. */
const ENTRIES = 2150;
const MONTH_MS = 31 * 86_400_000;

const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'archive-'));
const archives = join(folder, 'archive');
const file = join(folder, 'journal.db');
const identity = testIdentity();
const root = testRoot();
const trusted = new Map([[root.keyId, createPublicKey(root.key)]]);
const puppet = puppetClearing(root, identity);
let journal: Journal;
let archive: Archive | null;
let before: { readonly totals: unknown; readonly head: Head | null; readonly bytes: number };

const request = (beforeMs: number) => ({ folder: archives, beforeMs, nowMs: NOON + 9 * MONTH_MS });
const context = () => ({ journal, trustedKeys: trusted, openPack: () => null, nowMs: NOON });

beforeAll(() => {
  ({ journal } = opened(folder, identity));
  openEpoch(journal, identity, root);
  for (let serial = 1; serial < ENTRIES; serial += 1)
    redeem(journal, serial, serial <= 60 ? NOON : NOON + MONTH_MS);
  // One of the first hundred waits for an operator; the rest is settled.
  puppet.judge = (entry) =>
    entry.seq === 101 ? { verdict: 'held', reason: 'late', settlementDay: null } : {};
  for (let batch = journal.entriesToSend(200); batch.length > 0; batch = journal.entriesToSend(200))
    takeAcknowledgement(context(), puppet.acknowledge(batch));
  puppet.feed = { changes: [{ number: 1, campaignNumber: 1, serial: '99999', change: 'spent' }] };
  takeFeed(context(), puppet.feedText());
  journal.checkpoint();
  before = { totals: journal.totalsOfDay('2023-06-10'), head: journal.head(), bytes: statSync(file).size };
});
afterAll(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

test('nothing leaves that is too young, and nothing while it is young leaves a trace', () => {
  expect(journal.archive(request(NOON))).toBeNull();
  expect(existsSync(archives)).toBe(false);
});

test('settled entries that are old enough move into a file; totals, vouchers and the head stay as they were', () => {
  archive = journal.archive(request(NOON + 1));
  // Entry 1 opens the epoch, 2 to 61 are the old redemptions.
  expect(archive).toMatchObject({ through: { epoch: 1, seq: 61 }, entries: 61 });
  expect(journal.entry({ epoch: 1, seq: 1 })).not.toBeNull();
  expect(journal.entry({ epoch: 1, seq: 61 })).toBeNull();
  expect(journal.entry({ epoch: 1, seq: 62 })).not.toBeNull();
  expect(journal.head()).toEqual(before.head);
  expect(journal.totalsOfDay('2023-06-10')).toEqual(before.totals);
  expect(journal.redemptionOfVoucher(1, '60')).toMatchObject({ state: 'settled' });
  expect(journal.isSpent(1, '99999')).toBe(true);
});

test('what waits for an operator stays, and so does everything behind it', () => {
  expect(journal.archive(request(NOON + 2 * MONTH_MS))).toMatchObject({ through: { seq: 100 } });
  expect(journal.archive(request(NOON + 2 * MONTH_MS))).toBeNull();
  expect(journal.entry({ epoch: 1, seq: 101 })).not.toBeNull();
});

test('clearing may repeat what it said of an archived entry; an operator’s word on the held one is taken', () => {
  const settled = puppet.verdicts.get('1:30');
  const held = puppet.verdicts.get('1:101');
  if (settled === undefined || held === undefined) throw new Error('not judged');
  const decision = { ...held, verdict: 'settled', reason: null, settlementDay: '2023-06-11' } as const;
  puppet.feed = { decisions: [settled, decision] };
  const taken = takeFeed(context(), puppet.feedText());
  expect(taken).toMatchObject({ ok: true, outcome: { contradictions: [] } });
  expect(journal.verdictOf({ epoch: 1, seq: 101 })).toMatchObject({ verdict: 'settled' });
});

test('no entry leaves but through an archive, and none of the last two thousand', () => {
  const last = journal.archive(request(NOON + 9 * MONTH_MS));
  expect(last).toMatchObject({ through: { seq: ENTRIES - 2001 } });
  expect(journal.archive(request(NOON + 9 * MONTH_MS))).toBeNull();
});

test('after a restart the journal goes on, and the whole chain is verified across archives and database', () => {
  journal.close();
  ({ journal } = opened(folder, identity));
  expect(journal.archives()).toHaveLength(3);
  redeem(journal, ENTRIES + 1, NOON + 9 * MONTH_MS);
  const head = journal.head();
  journal.checkpoint();
  expect(verifyJournal(file, { root: trusted, head })).toMatchObject({ result: 'ok', entries: ENTRIES + 1 });
  const inside = puppet.verdicts.get('1:30');
  if (inside === undefined) throw new Error('not judged');
  const { epoch, seq, hash } = inside;
  expect(verifyJournal(file, { root: trusted, head: { epoch, seq, hash } }).result).toBe('ok');
});

test('a restored terminal starts with a hole in its earlier epoch, where entries were archived', () => {
  const home = testFolder();
  const first = testIdentity();
  const { journal: earlier } = opened(home.folder, first);
  openEpoch(earlier, first, root);
  for (let serial = 1; serial <= 6; serial += 1)
    redeem(earlier, serial, serial <= 3 ? NOON : NOON + MONTH_MS);
  earlier.close();
  const second = testIdentity(2);
  const { journal: later } = opened(home.folder, second);
  openEpoch(later, second, root);
  const clearing = puppetClearing(root, second);
  takeAcknowledgement({ ...context(), journal: later }, clearing.acknowledge(later.entriesToSend(200)));
  expect(later.archive({ ...request(NOON + 1), folder: join(home.folder, 'archive') })).toMatchObject({
    through: { epoch: 1, seq: 4 },
  });
  later.close();
  const again = opened(home.folder, second).journal;
  expect(again.newestEntries(10).map(({ epoch, seq }) => `${epoch}:${seq}`)).toEqual([
    '1:1',
    '1:5',
    '1:6',
    '1:7',
    '2:1',
  ]);
  again.close();
  home.remove();
});

test('the background check begins where the archives end, and finds nothing broken', async () => {
  const script = new URL('../../../src/terminal/journal/background-check-worker.ts', import.meta.url);
  const worker = new Worker(script, { workerData: { file, terminalId: identity.terminalId }, execArgv: [] });
  expect(await once(worker, 'message')).toEqual([null]);
});

test('each archive is verified by itself, from the one before on', () => {
  for (const { file: name, through, entries } of journal.archives())
    expect(verifyJournal(join(archives, name), { root: trusted, head: through })).toMatchObject({
      result: 'ok',
      entries,
      head: through,
    });
});

test('a back-up in another folder is verified with the archives named, and not without them', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  try {
    const copy = join(elsewhere, 'journal-copy.db');
    await journal.backUp(copy);
    expect(verifyJournal(copy, { root: null, head: null })).toMatchObject({
      result: 'broken',
      first: { what: expect.stringContaining('archive-missing') as unknown },
    });
    const anchors = { root: trusted, head: journal.head(), archiveFolders: [archives] };
    expect(verifyJournal(copy, anchors).result).toBe('ok');
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test('one changed character in an archive is found, in the file alone and from the journal', () => {
  const [first] = journal.archives();
  const path = join(archives, first?.file ?? '');
  const whole = readFileSync(path, 'utf8');
  try {
    writeFileSync(path, whole.replace('"amountFen\\":10000', '"amountFen\\":10001'));
    expect(verifyJournal(path, { root: trusted, head: null })).toMatchObject({
      result: 'broken',
      first: { epoch: 1, seq: 2, what: 'hash-wrong' },
    });
    expect(verifyJournal(file, { root: trusted, head: null })).toMatchObject({
      result: 'broken',
      first: { what: expect.stringContaining('archive-differs') as unknown },
    });
    // Cut short, also where only whole lines are missing.
    writeFileSync(path, `${whole.split('\n').slice(0, -3).join('\n')}\n`);
    expect(verifyJournal(path, { root: trusted, head: null }).result).toBe('broken');
  } finally {
    writeFileSync(path, whole);
  }
});
