import { describe, expect, test } from 'vitest';
import { chooseVoucher } from '../../../src/domain/choose.ts';
import { decide } from '../../../src/domain/decide.ts';
import type { Facts, Voucher } from '../../../src/domain/decision.ts';
import { aPurchase, aStore, aVoucher, NOON_MS, PLAN, someFacts } from '../../support/rules.ts';

type Candidate = readonly [kindId: string, changes?: Partial<Voucher>, facts?: Partial<Facts>];

/** Which of these is chosen in a supermarket, by its place in the list, and what was decided about it. */
function choose(candidates: readonly Candidate[], amountFen: number) {
  const tried = candidates.map(([kindId, changes = {}, facts = {}], index) => {
    const voucher = aVoucher(kindId, changes);
    const store = aStore('supermarket');
    const decision = decide(voucher, aPurchase(amountFen), store, PLAN, NOON_MS, someFacts(facts));
    return { index, voucher, decision };
  });
  const { index, decision } = chooseVoucher(tried);
  return { index, decision };
}
const both = (list: readonly Candidate[], amountFen: number) =>
  [list, list.toReversed()].map((each) => choose(each, amountFen).index);

const SOON_MS = NOON_MS + 1_000;
const LATER_MS = NOON_MS + 2_000;

describe('of several vouchers', () => {
  test('the one worth most on this purchase is taken', () => {
    expect(choose([['supermarket-20'], ['supermarket-40']], 20_000)).toEqual({
      index: 1,
      decision: { verdict: 'accept', discountFen: 4_000, payableFen: 16_000 },
    });
  });
  test('worth comes before expiry', () => {
    expect(both([['supermarket-20', { notAfterMs: SOON_MS }], ['supermarket-40']], 20_000)).toEqual([1, 0]);
  });
  test('of those worth as much, the one that expires first', () => {
    const list: Candidate[] = [
      ['supermarket-40', { notAfterMs: LATER_MS }],
      ['supermarket-40', { notAfterMs: SOON_MS }],
      ['supermarket-20', { notAfterMs: SOON_MS - 1 }],
    ];
    expect(both(list, 20_000)).toEqual([1, 1]);
  });
  test('of those that are alike, the one that came first', () => {
    expect(both([['supermarket-40'], ['supermarket-40', { serial: 2n }]], 20_000)).toEqual([0, 0]);
  });
  test('those that are refused do not count', () => {
    const revoked: Candidate = ['supermarket-40', {}, { revoked: true }];
    expect(both([['supermarket-40'], ['supermarket-20'], revoked], 10_000)).toEqual([1, 1]);
  });
  test('where none is usable, a minimum that is not reached is told before all else, then the first refusal', () => {
    const list: Candidate[] = [['petrol-40'], ['supermarket-40'], ['supermarket-20']];
    expect(choose(list, 9_999)).toMatchObject({
      index: 1,
      decision: { code: 'below-threshold', params: { shortfallFen: 10_001 } },
    });
    const gone: Candidate[] = [['petrol-40'], ['supermarket-40', {}, { revoked: true }]];
    expect(choose(gone, 9_999)).toMatchObject({ index: 0, decision: { code: 'wrong-category' } });
    expect(choose(gone.toReversed(), 9_999)).toMatchObject({
      index: 0,
      decision: { code: 'voucher-revoked' },
    });
  });
  test('of none there is nothing to choose', () => {
    expect(() => choose([], 9_999)).toThrow(TypeError);
  });
});
