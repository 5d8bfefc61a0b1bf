import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/business-day.ts';
import { REDEMPTION_STATES, stands, type Redeemed } from '../../../src/domain/correction/redeemed.ts';
import { aloneUntilMs, mayReverseAlone, reversalBar } from '../../../src/domain/correction/reversal.ts';
import { leftFen, returnBar, returnSums } from '../../../src/domain/correction/returns.ts';
import { leastPurchase } from '../../../src/domain/kind.ts';
import { kindNamed, NOON_MS } from '../../support/rules.ts';

const MIDNIGHT_MS = Date.parse('2023-06-11T00:00:00+08:00');
const FIVE_MINUTES_MS = 300_000;

/** 150.00 yuan with a voucher of 20 from 100 on. */
const SOLD: Redeemed = {
  state: 'settled',
  businessDay: '2023-06-10',
  amountFen: 15_000,
  discountFen: 2000,
  returnedFen: 0,
  backToFundFen: 0,
};
const LEAST_FEN = 10_000;

test('a redemption stands until it is refused or taken back, whether clearing has said its word or not', () => {
  expect(REDEMPTION_STATES.filter(stands)).toEqual(['pending', 'settled', 'held']);
});

test('the least purchase is the minimum spend, or where a price band begins', () => {
  expect(leastPurchase(kindNamed('supermarket-20').rule)).toBe(10_000);
  expect(leastPurchase(kindNamed('car-8000').rule)).toBe(20_000_000);
});

describe('a reversal', () => {
  test('is possible until the last millisecond of the business day', () => {
    expect(reversalBar(SOLD, MIDNIGHT_MS - 1, 0)).toBeNull();
    expect(reversalBar(SOLD, MIDNIGHT_MS, 0)).toBe('too-late');
    expect(reversalBar(SOLD, NOON_MS - DAY_MS, 0)).toBe('too-late');
  });

  test('a business day ends at its cut-over', () => {
    expect(reversalBar(SOLD, MIDNIGHT_MS + 120 * 60_000 - 1, 120)).toBeNull();
    expect(reversalBar(SOLD, MIDNIGHT_MS + 120 * 60_000, 120)).toBe('too-late');
  });

  test('a cut-over that one side has not heard of yet takes no day away', () => {
    const tonight = { ...SOLD, businessDay: '2023-06-11' };
    expect(reversalBar(tonight, MIDNIGHT_MS + 60_000, 0)).toBeNull();
    expect(reversalBar(tonight, MIDNIGHT_MS + 60_000, 360)).toBeNull();
  });

  test('nothing is taken back that moves no money any more, or of which goods came back', () => {
    expect(reversalBar({ ...SOLD, state: 'refused' }, NOON_MS, 0)).toBe('over');
    expect(reversalBar({ ...SOLD, state: 'reversed' }, MIDNIGHT_MS, 0)).toBe('over');
    expect(reversalBar({ ...SOLD, returnedFen: 1 }, NOON_MS, 0)).toBe('over');
  });

  test('the same cashier needs nobody for five minutes to the millisecond, another one always does', () => {
    expect(aloneUntilMs(NOON_MS)).toBe(NOON_MS + FIVE_MINUTES_MS);
    expect(mayReverseAlone(NOON_MS, true, NOON_MS + FIVE_MINUTES_MS - 1)).toBe(true);
    expect(mayReverseAlone(NOON_MS, true, NOON_MS + FIVE_MINUTES_MS)).toBe(false);
    expect(mayReverseAlone(NOON_MS, false, NOON_MS)).toBe(false);
  });
});

describe('a return', () => {
  test('takes nothing of the discount while the rest still meets the minimum, to the fen', () => {
    expect(returnSums(SOLD, 5000, LEAST_FEN)).toEqual({
      restFen: 10_000,
      backToFundFen: 0,
      paidOutFen: 5000,
      customerOwesFen: 0,
    });
    expect(returnSums(SOLD, 5001, LEAST_FEN)).toEqual({
      restFen: 9999,
      backToFundFen: 2000,
      paidOutFen: 3001,
      customerOwesFen: 0,
    });
  });

  test('of the whole pays what the customer paid', () => {
    expect(returnSums(SOLD, 15_000, LEAST_FEN)).toMatchObject({ restFen: 0, paidOutFen: 13_000 });
  });

  test('counts what came back before', () => {
    const before = { ...SOLD, returnedFen: 4000 };
    expect(leftFen(before)).toBe(11_000);
    expect(returnSums(before, 1000, LEAST_FEN)).toMatchObject({ restFen: 10_000, backToFundFen: 0 });
    expect(returnSums(before, 1001, LEAST_FEN)).toMatchObject({ restFen: 9999, backToFundFen: 2000 });
  });

  test('of goods worth less than the discount leaves the customer owing the difference', () => {
    const atMinimum = { ...SOLD, amountFen: 10_000 };
    expect(returnSums(atMinimum, 500, LEAST_FEN)).toMatchObject({ paidOutFen: 0, customerOwesFen: 1500 });
    expect(returnSums(atMinimum, 2000, LEAST_FEN)).toMatchObject({ paidOutFen: 0, customerOwesFen: 0 });
    expect(returnSums(atMinimum, 2001, LEAST_FEN)).toMatchObject({ paidOutFen: 1, customerOwesFen: 0 });
  });

  test('is of what is there: not more than is left, nothing after the discount went back, nothing of what is over', () => {
    expect(returnBar(SOLD, 15_000)).toBeNull();
    expect(returnBar(SOLD, 15_001)).toBe('too-much');
    expect(returnBar({ ...SOLD, returnedFen: 1 }, 15_000)).toBe('too-much');
    expect(returnBar({ ...SOLD, returnedFen: 6000, backToFundFen: 2000 }, 1)).toBe('discount-returned');
    expect(returnBar({ ...SOLD, state: 'reversed', backToFundFen: 2000 }, 1)).toBe('over');
    expect(returnBar({ ...SOLD, state: 'refused' }, 99_999)).toBe('over');
  });
});
