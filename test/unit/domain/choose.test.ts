import { describe, expect, test } from 'vitest';
import { chooseVoucher, type Candidate } from '../../../src/domain/choose.ts';
import type { Facts, Voucher } from '../../../src/domain/decision.ts';
import { aPurchase, aStore, aVoucher, NOON_MS, PLAN, someFacts } from '../../support/rules.ts';

const candidate = (
  kindId: string,
  changes: Partial<Voucher> = {},
  facts: Partial<Facts> = {},
): Candidate => ({
  voucher: aVoucher(kindId, changes),
  facts: someFacts(facts),
});
const choose = (candidates: readonly Candidate[], amountFen: number) =>
  chooseVoucher(candidates, aPurchase(amountFen), aStore('supermarket'), PLAN, NOON_MS);

const SOON_MS = NOON_MS + 1_000;
const LATER_MS = NOON_MS + 2_000;

describe('of several vouchers', () => {
  test('the one worth most on this purchase is taken', () => {
    expect(choose([candidate('supermarket-20'), candidate('supermarket-40')], 20_000)).toEqual({
      chosen: true,
      index: 1,
      reason: 'worth-most',
      decision: { verdict: 'accept', discountFen: 4_000, payableFen: 16_000 },
    });
  });
  test('worth comes before expiry', () => {
    const list = [candidate('supermarket-20', { notAfterMs: SOON_MS }), candidate('supermarket-40')];
    expect(choose(list, 20_000)).toMatchObject({ index: 1, reason: 'worth-most' });
    expect(choose(list.toReversed(), 20_000)).toMatchObject({ index: 0, reason: 'worth-most' });
  });
  test('of those worth as much, the one that expires first', () => {
    const list = [
      candidate('supermarket-40', { notAfterMs: LATER_MS }),
      candidate('supermarket-40', { notAfterMs: SOON_MS }),
      candidate('supermarket-20', { notAfterMs: SOON_MS }),
    ];
    expect(choose(list, 20_000)).toMatchObject({ index: 1, reason: 'expires-first' });
  });
  test('of those that are alike, the one that came first', () => {
    const list = [candidate('supermarket-40'), candidate('supermarket-40', { serial: 2n })];
    expect(choose(list, 20_000)).toMatchObject({ index: 0, reason: 'came-first' });
  });
  test('those that are refused do not count', () => {
    const list = [
      candidate('supermarket-40'),
      candidate('supermarket-20'),
      candidate('supermarket-40', {}, { revoked: true }),
    ];
    expect(choose(list, 10_000)).toMatchObject({ index: 1, reason: 'only-usable' });
  });
  test('where none is usable, each one’s refusal is told in order', () => {
    expect(choose([candidate('supermarket-40'), candidate('petrol-40')], 19_999)).toMatchObject({
      chosen: false,
      refusals: [{ code: 'below-threshold', params: { shortfallFen: 1 } }, { code: 'wrong-category' }],
    });
    expect(choose([], 19_999)).toEqual({ chosen: false, refusals: [] });
  });
});
