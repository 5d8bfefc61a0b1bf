import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPublicKey } from 'node:crypto';
import { checkSeal } from '../../../../src/contract/journal/seal.ts';
import type { Journal, JournalIdentity } from '../../../../src/terminal/journal/types.ts';
import {
  NOON,
  opened,
  openEpoch,
  redeem,
  redemptionBody,
  testFolder,
  testIdentity,
  testRoot,
  type TestFolder,
} from '../../../support/journal-builder.ts';
import { puppetClearing } from '../../../support/journal-clearing.ts';
import { takeAcknowledgement, takeFeed } from '../../../../src/terminal/sync/exchange.ts';

let home: TestFolder;
let identity: JournalIdentity;
let journal: Journal;
const root = testRoot();

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

function clearing() {
  const puppet = puppetClearing(root, identity);
  const context = {
    journal,
    trustedKeys: new Map([[root.keyId, createPublicKey(root.key)]]),
    openPack: () => null,
    nowMs: NOON,
  };
  return {
    puppet,
    send: () => {
      const taken = takeAcknowledgement(context, puppet.acknowledge(journal.entriesToSend(200)));
      if (!taken.ok) throw new Error(taken.fault.code);
      return taken.outcome;
    },
    feed: () => {
      const taken = takeFeed(context, puppet.feedText());
      if (!taken.ok) throw new Error(taken.fault.code);
      return taken.outcome;
    },
    context,
  };
}

describe('an entry', () => {
  it('is chained to the one before and signed', () => {
    for (let serial = 1; serial <= 5; serial += 1) redeem(journal, serial);
    const entries = journal.entriesAfter(null, 10);
    expect(entries.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    entries.forEach((entry, index) => {
      expect(checkSeal(entry, createPublicKey(identity.key))).toBeNull();
      if (index > 0) expect(entry.prev).toBe(entries[index - 1]?.hash);
    });
  });

  it('never has a time before the one before it', () => {
    redeem(journal, 1, NOON + 5000);
    expect(redeem(journal, 2, NOON).entry.atMs).toBe(NOON + 5000);
  });

  it('leaves no trace when the decision inside the transaction is against it', () => {
    const before = journal.head();
    const appended = journal.append(NOON, () => ({ abort: 'voucher-expired' as const }));
    expect(appended).toEqual({ aborted: 'voucher-expired' });
    expect(journal.head()).toEqual(before);
  });

  it('reads what it decides by inside its own transaction', () => {
    redeem(journal, 7);
    const appended = journal.append(NOON, (reader) => {
      const held = reader.redemptionOfVoucher(1, '7');
      return held === null
        ? { kind: 'redemption', body: redemptionBody(7) }
        : { abort: `${held.epoch}:${held.seq}` };
    });
    expect(appended).toEqual({ aborted: '1:2' });
  });
});

describe('a voucher', () => {
  it('is never taken twice on one terminal, not even when the decision says so', () => {
    redeem(journal, 1);
    const again = () =>
      journal.append(NOON, () => ({
        kind: 'redemption',
        body: redemptionBody(1, {
          redemptionId: 'other',
          purchase: { ...redemptionBody(1).purchase, receiptNumber: 'other' },
        }),
      }));
    expect(again).toThrow(/UNIQUE/);
    expect(journal.pending()).toMatchObject({ count: 1, discountFen: 2000, entries: 2 });
  });

  it('is free again after its redemption was reversed, and only then', () => {
    redeem(journal, 1);
    journal.append(NOON, () => ({
      kind: 'reversal',
      body: {
        of: { epoch: 1, seq: 2 },
        redemptionId: 'R-1',
        by: 'C-1',
        approvedBy: null,
        reason: 'wrong voucher',
      },
    }));
    expect(journal.redemptionOfVoucher(1, '1')).toBeNull();
    expect(journal.redemption(1, 2)).toMatchObject({ state: 'reversed', reversedBy: { epoch: 1, seq: 3 } });
    expect(journal.pending()).toMatchObject({ count: 0, discountFen: 0, entries: 3 });
    redeem(journal, 1);
    expect(journal.redemptionOfVoucher(1, '1')).toMatchObject({ seq: 4 });
  });

  it('is not freed by a reversal that names another entry or another redemption', () => {
    redeem(journal, 1);
    redeem(journal, 2);
    const reverse = (seq: number, redemptionId: string) => () =>
      journal.append(NOON, () => ({
        kind: 'reversal',
        body: { of: { epoch: 1, seq }, redemptionId, by: 'C-1', approvedBy: null, reason: '' },
      }));
    expect(reverse(2, 'R-2')).toThrow(/to reverse/);
    expect(reverse(9, 'R-1')).toThrow(/to reverse/);
    expect(journal.redemptionOfVoucher(1, '1')).not.toBeNull();
    expect(journal.redemptionOfVoucher(1, '2')).not.toBeNull();
  });

  it('marks spent and revoked come from the feed, set and clear, for any serial', () => {
    const { puppet, feed } = clearing();
    const largest = '18446744073709551615';
    puppet.feed = {
      changes: [
        { number: 1, campaignNumber: 1, serial: '66000', change: 'spent' },
        { number: 2, campaignNumber: 1, serial: largest, change: 'spent' },
        { number: 3, campaignNumber: 1, serial: '5', change: 'revoked' },
      ],
    };
    feed();
    expect(journal.isSpent(1, '66000')).toBe(true);
    expect(journal.isSpent(1, '66001')).toBe(false);
    expect(journal.isSpent(2, '66000')).toBe(false);
    expect(journal.isSpent(1, largest)).toBe(true);
    expect(journal.isRevoked(1, '5')).toBe(true);
    puppet.feed = { changes: [{ number: 4, campaignNumber: 1, serial: '66000', change: 'unspent' }] };
    feed();
    expect(journal.isSpent(1, '66000')).toBe(false);
    // An old feed that comes late changes nothing back.
    puppet.feed = { changes: [{ number: 1, campaignNumber: 1, serial: '66000', change: 'spent' }] };
    feed();
    expect(journal.isSpent(1, '66000')).toBe(false);
    expect(journal.feedState().changesAfter).toBe(4);
  });
});

describe('the last feed', () => {
  it('is read anew after each that came', () => {
    const { puppet, feed } = clearing();
    feed();
    expect(journal.lastFeed()).toMatchObject({ terminalStatus: 'active', exhaustedKinds: [] });
    puppet.feed = { terminalStatus: 'suspended', exhaustedKinds: ['supermarket-20'] };
    feed();
    expect(journal.lastFeed()?.terminalStatus).toBe('suspended');
    expect(journal.exhaustedKinds()).toEqual(['supermarket-20']);
    expect(journal.lastFeed(), 'and not each time that somebody asks').toBe(journal.lastFeed());
  });
});

describe('clearing’s verdicts', () => {
  it('move the cursor and what is pending, one verdict an entry', () => {
    const { puppet, send } = clearing();
    puppet.judge = (entry) =>
      entry.seq === 3
        ? { verdict: 'refused', reason: 'already-redeemed', settlementDay: null, borneBy: 'merchant' }
        : {};
    for (let serial = 1; serial <= 3; serial += 1) redeem(journal, serial, NOON + serial);
    expect(journal.pending()).toEqual({ count: 3, discountFen: 6000, oldestAtMs: NOON + 1, entries: 4 });
    const outcome = send();
    expect(outcome.changed.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    expect(journal.pending()).toEqual({ count: 0, discountFen: 0, oldestAtMs: null, entries: 0 });
    expect(journal.acknowledgedHead()).toEqual(journal.head());
    expect(journal.redemption(1, 3)).toMatchObject({
      state: 'refused',
      reason: 'already-redeemed',
      borneBy: 'merchant',
    });
    expect(journal.entriesToSend(10)).toEqual([]);
  });

  it('count once, however often they arrive', () => {
    const { puppet, context } = clearing();
    redeem(journal, 1);
    const text = puppet.acknowledge(journal.entriesToSend(10));
    takeAcknowledgement(context, text);
    const again = takeAcknowledgement(context, text);
    expect(again).toMatchObject({ ok: true, outcome: { changed: [], contradictions: [], behind: null } });
    expect(journal.pending().entries).toBe(0);
  });

  it('never change once given, except by an operator on a held entry', () => {
    const { puppet, send, feed } = clearing();
    puppet.judge = (entry) =>
      entry.seq === 3 ? { verdict: 'held', reason: 'late', settlementDay: null } : {};
    redeem(journal, 1);
    redeem(journal, 2);
    send();
    const settled = puppet.verdicts.get('1:2');
    const held = puppet.verdicts.get('1:3');
    if (settled === undefined || held === undefined) throw new Error('both have verdicts');
    puppet.feed = {
      decisions: [
        { ...settled, verdict: 'refused', reason: 'already-redeemed' },
        { ...held, verdict: 'settled', reason: null, settlementDay: '2023-06-11' },
      ],
    };
    const outcome = feed();
    expect(outcome.contradictions.map(({ seq }) => seq)).toEqual([2]);
    expect(outcome.changed.map(({ seq }) => seq)).toEqual([3]);
    expect(journal.redemption(1, 2)?.state).toBe('settled');
    expect(journal.redemption(1, 3)).toMatchObject({ state: 'settled', settlementDay: '2023-06-11' });
  });

  it('on an entry that isn’t ours are kept out', () => {
    const { puppet, context } = clearing();
    redeem(journal, 1);
    puppet.judge = (entry) => (entry.seq === 2 ? { hash: 'f'.repeat(64) } : {});
    const taken = takeAcknowledgement(context, puppet.acknowledge(journal.entriesToSend(10)));
    expect(taken).toMatchObject({ ok: true, outcome: { contradictions: [{ seq: 2 }] } });
    expect(journal.verdictOf({ epoch: 1, seq: 2 })).toBeNull();
    expect(journal.acknowledgedHead()?.seq).toBe(1);
  });

  it('signed by anybody else change nothing', () => {
    const { puppet, context } = clearing();
    redeem(journal, 1);
    const stranger = testRoot();
    const forged = puppetClearing({ keyId: root.keyId, key: stranger.key }, identity);
    const taken = takeAcknowledgement(context, forged.acknowledge(journal.entriesToSend(10)));
    expect(taken).toMatchObject({ ok: false, fault: { code: 'clearing-not-trusted' } });
    expect(takeAcknowledgement(context, '{"half an ans')).toMatchObject({ ok: false });
    expect(takeFeed(context, puppet.acknowledge([]))).toMatchObject({ ok: false });
    expect(journal.pending().entries).toBe(2);
  });

  it('never move the cursor past an entry without a verdict, though a feed names a later head', () => {
    const { puppet, feed } = clearing();
    redeem(journal, 1);
    redeem(journal, 2);
    puppet.acknowledge(journal.entriesToSend(10));
    feed();
    expect(journal.acknowledgedHead()).toBeNull();
    expect(journal.pending().entries).toBe(3);
  });

  it('tell of a journal that is shorter than clearing knows', () => {
    const { puppet, feed } = clearing();
    puppet.feed = { head: { epoch: 1, seq: 9, hash: 'a'.repeat(64) } };
    expect(feed().behind).toMatchObject({ seq: 9 });
  });
});

describe('a refund', () => {
  it('adds up on the redemption and never exceeds it', () => {
    redeem(journal, 1);
    const refund = (returnedFen: number, backToFundFen: number) =>
      journal.append(NOON, () => ({
        kind: 'refund',
        body: {
          of: { epoch: 1, seq: 2 },
          redemptionId: 'R-1',
          returnedFen,
          backToFundFen,
          paidOutFen: returnedFen - backToFundFen,
          by: 'C-1',
          approvedBy: 'M-1',
          reason: 'broken',
        },
      }));
    refund(4000, 2000);
    expect(journal.redemption(1, 2)).toMatchObject({ returnedFen: 4000, backToFundFen: 2000 });
    expect(() => refund(1000, 1)).toThrow(/refund/);
    expect(() => refund(6001, 0)).toThrow(/refund/);
    expect(journal.redemptionOfVoucher(1, '1')).not.toBeNull();
  });
});

describe('a shift', () => {
  it('is open until it is closed, one at a time', () => {
    const open = (shift: number) =>
      journal.append(NOON, () => ({ kind: 'shift-opened', body: { shift, by: 'C-1' } }));
    open(1);
    expect(journal.openShift()).toMatchObject({ number: 1, openedBy: 'C-1' });
    expect(() => open(2)).toThrow(/still open/);
    journal.append(NOON, () => ({
      kind: 'shift-closed',
      body: {
        shift: 1,
        by: 'C-1',
        approvedBy: null,
        count: 0,
        discountFen: 0,
        unsentCount: 0,
        unsentDiscountFen: 0,
      },
    }));
    expect(journal.openShift()).toBeNull();
    expect(journal.lastShiftNumber()).toBe(1);
    open(2);
  });
});

describe('envelopes and settings', () => {
  it('keep the newest version only; the same one may come again, signed anew', () => {
    expect(journal.keepEnvelope({ name: 'pack:a', version: 2, text: 'first' }, NOON)).toBe(true);
    expect(journal.keepEnvelope({ name: 'pack:a', version: 1, text: 'older' }, NOON)).toBe(false);
    expect(journal.envelope('pack:a')).toMatchObject({ version: 2, text: 'first' });
    expect(journal.keepEnvelope({ name: 'pack:a', version: 2, text: 'again' }, NOON)).toBe(true);
    expect(journal.envelope('pack:a')).toMatchObject({ version: 2, text: 'again' });
    expect(journal.feedState()).toMatchObject({ packVersions: { a: 2 }, keyRingVersion: 0 });
    journal.keepEnvelope({ name: 'key-ring', version: 3, text: 'three' }, NOON);
    expect(journal.feedState()).toMatchObject({ packVersions: { a: 2 }, keyRingVersion: 3 });
    journal.setSetting('language', 'en');
    expect(journal.setting('language')).toBe('en');
    journal.setSetting('language', null);
    expect(journal.setting('language')).toBeNull();
  });
});
