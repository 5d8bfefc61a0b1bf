import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, MIGRATIONS } from '../../../../src/terminal/journal/migrate.ts';
import { journalReader } from '../../../../src/terminal/journal/reader.ts';
import { FILES } from '../../../../src/terminal/journal/storage.ts';
import type { Journal, JournalIdentity } from '../../../../src/terminal/journal/types.ts';
import { verifyJournal } from '../../../../src/terminal/journal/verify.ts';
import { openReportQueries } from '../../../../src/terminal/reports/queries.ts';
import { takeAcknowledgement } from '../../../../src/terminal/sync/exchange.ts';
import {
  NOON,
  opened,
  openEpoch,
  redemptionBody,
  testFolder,
  testIdentity,
  testRoot,
  type TestFolder,
} from '../../../support/journal-builder.ts';
import { puppetClearing } from '../../../support/journal-clearing.ts';

const root = testRoot();
const rootKeys = new Map([[root.keyId, createPublicKey(root.key)]]);
const DAYS = ['2023-06-09', '2023-06-10', '2023-06-11'] as const;
const WHOLE = { fromDay: '2023-01-01', toDay: '2023-12-31' };
const EVERYTHING = { kinds: null, cashierId: null, counter: null, hour: null, state: null };
let home: TestFolder;
let identity: JournalIdentity;
let journal: Journal;

beforeEach(() => {
  home = testFolder();
  identity = testIdentity();
  ({ journal } = opened(home.folder, identity));
  openEpoch(journal, identity, root);
});
afterEach(() => {
  journal.close();
  home.remove();
});

function redeemOn(serial: number, businessDay: string): void {
  const purchase = { ...redemptionBody(serial).purchase, businessDay };
  journal.append(NOON, () => ({ kind: 'redemption', body: redemptionBody(serial, { purchase }) }));
}

function reverse(seq: number, redemptionId: string): void {
  const by = { by: 'C-1', approvedBy: null, reason: 'wrong voucher' };
  journal.append(NOON, () => ({
    kind: 'reversal',
    body: { of: { epoch: 1, seq }, redemptionId, ...by },
  }));
}

function acknowledge(count: number): void {
  const entries = journal.entriesToSend(count);
  if (entries.length === 0) return;
  const context = { journal, trustedKeys: rootKeys, openPack: () => null, nowMs: NOON };
  const taken = takeAcknowledgement(context, puppetClearing(root, identity).acknowledge(entries));
  if (!taken.ok) throw new Error(taken.fault.code);
}

type Step =
  | { readonly does: 'redeem'; readonly day: string; readonly times: number }
  | { readonly does: 'reverse'; readonly nth: number }
  | { readonly does: 'acknowledge'; readonly count: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant('redeem' as const),
    day: fc.constantFrom(...DAYS),
    times: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ does: fc.constant('reverse' as const), nth: fc.nat() }),
  fc.record({ does: fc.constant('acknowledge' as const), count: fc.integer({ min: 1, max: 90 }) }),
);

interface Known {
  readonly serial: number;
  readonly seq: number;
  readonly day: string;
  reversed: boolean;
}

/** What a plain list of everything that happened says. */
function play(steps: readonly Step[], firstSerial: number): readonly Known[] {
  const known: Known[] = [];
  for (const each of steps) {
    if (each.does === 'acknowledge') acknowledge(each.count);
    else if (each.does === 'redeem')
      for (let n = 0; n < each.times; n += 1) {
        const serial = firstSerial + known.length;
        redeemOn(serial, each.day);
        known.push({ serial, seq: journal.head()?.seq ?? 0, day: each.day, reversed: false });
      }
    else {
      const unreversed = known.filter(({ reversed }) => !reversed);
      const one = unreversed[each.nth % Math.max(1, unreversed.length)];
      if (one === undefined) continue;
      reverse(one.seq, `R-${one.serial}`);
      one.reversed = true;
    }
  }
  return known;
}

describe('what waits, and what belongs to a day', { timeout: 60_000 }, () => {
  it('is what a plain count says, after any redemptions, reversals and acknowledgements', () => {
    let known: Known[] = [];
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        known = [...known, ...play(steps, 1 + known.length)];
        const judged = (seq: number): boolean => journal.verdictOf({ epoch: 1, seq }) !== null;
        const waits = known.filter(({ seq, reversed }) => !reversed && !judged(seq));
        expect(journal.pending()).toMatchObject({
          count: waits.length,
          discountFen: waits.length * 2000,
          entries: journal.entriesToSend(10_000).length,
        });
        for (const day of DAYS)
          expect(
            journal.redemptionsOfDay(day, { after: null, limit: 10_000 }).map(({ seq }) => seq),
            day,
          ).toEqual(known.filter((each) => each.day === day).map(({ seq }) => seq));
      }),
      { numRuns: 15 },
    );
    const file = join(home.folder, FILES.database);
    const queries = openReportQueries(file);
    expect(queries.days(WHOLE.fromDay, WHOLE.toDay)).toEqual(DAYS);
    for (const day of DAYS) {
      const ofDay = known.filter((each) => each.day === day).length;
      const cells = queries.cellsOfDay(day).reduce((sum, { count }) => sum + count, 0);
      expect(cells, day).toBe(ofDay);
      const range = { fromDay: day, toDay: day };
      expect(queries.rows(range, EVERYTHING, { offset: 0, limit: 1 }).total, day).toBe(ofDay);
    }
    expect(queries.rows(WHOLE, EVERYTHING, { offset: 0, limit: 1 }).total).toBe(known.length);
    queries.close();
    expect(verifyJournal(file, { root: rootKeys, head: journal.head() })).toMatchObject({ result: 'ok' });
  });

  it('is written a few times an hour, not with every redemption', () => {
    const file = join(home.folder, FILES.database);
    const look = new Database(file, { readonly: true });
    const written = () => [
      look.prepare('SELECT through_id FROM pending').pluck().get(),
      look.prepare('SELECT count(*) FROM day_spans').pluck().get(),
    ];
    redeemOn(1, DAYS[1]);
    const before = written();
    for (let serial = 2; serial <= 60; serial += 1) redeemOn(serial, DAYS[1]);
    expect(written()).toEqual(before);
    expect(journal.pending().count).toBe(60);
    look.close();
  });
});

describe('a redemption', () => {
  it('writes fewer than five pages: what is flushed while a customer waits', () => {
    journal.checkpoint();
    const redemptions = 200;
    for (let serial = 1; serial <= redemptions; serial += 1) redeemOn(serial, DAYS[1]);
    const look = new Database(join(home.folder, FILES.database));
    const [{ log }] = look.pragma('wal_checkpoint(PASSIVE)') as [{ readonly log: number }];
    look.close();
    expect(log / redemptions).toBeGreaterThan(3);
    expect(log / redemptions).toBeLessThan(5);
  });
});

describe('a journal from before', () => {
  it('keeps what waits and its days when it gets this version, and is read as it is without', () => {
    const steps: readonly Step[] = [
      { does: 'redeem', day: DAYS[1], times: 70 },
      { does: 'acknowledge', count: 30 },
      { does: 'redeem', day: DAYS[2], times: 3 },
      { does: 'redeem', day: DAYS[1], times: 4 },
      { does: 'reverse', nth: 50 },
    ];
    play(steps, 1);
    const pending = journal.pending();
    const days = DAYS.map((day) => journal.totalsOfDay(day));
    const path = join(home.folder, 'version-4.db');
    const old = new Database(path);
    migrate(old, MIGRATIONS.slice(0, 4));
    old.exec(`ATTACH '${join(home.folder, FILES.database)}' AS now;
      DELETE FROM main.pending; DELETE FROM main.feed;
      INSERT INTO pending SELECT 1, redemptions, discount_fen, entries FROM now.waiting;`);
    for (const table of [
      'journal',
      'entries',
      'redemptions',
      'verdicts',
      'received',
      'clearing_head',
      'feed',
    ])
      old.exec(`INSERT INTO main.${table} SELECT * FROM now.${table}`);
    const asItIs = new Database(path, { readonly: true });
    const reader = journalReader(asItIs, identity.terminalId, 1);
    expect(reader.pending()).toEqual(pending);
    expect(DAYS.map((day) => reader.totalsOfDay(day))).toEqual(days);
    asItIs.close();
    old.exec('DETACH now');
    expect(migrate(old)).toEqual({ from: 4, to: MIGRATIONS.length });
    const migrated = journalReader(old, identity.terminalId, 1);
    expect(migrated.pending()).toEqual(pending);
    expect(DAYS.map((day) => migrated.totalsOfDay(day))).toEqual(days);
    old.close();
    expect(verifyJournal(path, { root: rootKeys, head: journal.head() })).toMatchObject({ result: 'ok' });
  });
});
