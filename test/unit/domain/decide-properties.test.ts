import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, dayStartMs } from '../../../src/domain/business-day.ts';
import { CATEGORIES } from '../../../src/domain/campaign.ts';
import { decide } from '../../../src/domain/decide.ts';
import type { Facts, Purchase, Store, Voucher } from '../../../src/domain/decision.ts';
import { fen, type Fen } from '../../../src/domain/money.ts';
import { PLAN } from '../../support/rules.ts';

const rarely = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

/** Mostly near the bounds where the rules turn, else anything. */
const BOUNDS = PLAN.kinds.flatMap(({ rule, faceValueFen }) =>
  rule.type === 'minimum-spend'
    ? [rule.minSpendFen, faceValueFen]
    : [rule.fromFen, rule.belowFen ?? 100_000_000, faceValueFen],
);
const amount: fc.Arbitrary<Fen> = fc
  .oneof(
    fc.integer({ min: 0, max: 50_000_000 }),
    fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    fc
      .tuple(fc.constantFrom(...BOUNDS), fc.integer({ min: -2, max: 2 }))
      .map(([bound, step]) => Math.max(0, bound + step)),
  )
  .map(fen);
const time = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: PLAN.opensAtMs - DAY_MS, max: PLAN.closesAtMs + DAY_MS }) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
);
const LAST_DAY = (dayStartMs('9999-12-31') - dayStartMs('0000-01-01')) / DAY_MS;
/** Any day that a form can hold. */
const day = fc
  .oneof(
    fc.integer({ min: 0, max: LAST_DAY }),
    fc
      .integer({ min: 0, max: 250 })
      .map((days) => (PLAN.opensAtMs - dayStartMs('0000-01-01')) / DAY_MS + days),
  )
  .map((days) => dayStartMs('0000-01-01') + days * DAY_MS);
const voucher: fc.Arbitrary<Voucher> = fc.record({
  campaignNumber: rarely(1, fc.integer({ min: 0, max: 65_535 })),
  kindNumber: fc.integer({ min: 0, max: 16 }),
  serial: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  notBeforeMs: rarely(0, time),
  notAfterMs: rarely(4_294_967_295_000, time),
});
const purchase: fc.Arbitrary<Purchase> = fc.record({
  amountFen: fc.option(amount, { freq: 9 }),
  listAmountFen: fc.option(amount),
  vehicle: fc.option(
    fc.record({
      priceFen: amount,
      seats: fc.integer({ min: 1, max: 9 }),
      buyer: rarely<'person' | 'organisation'>('person', fc.constant('organisation')),
      invoiceIssuedOnMs: day,
      invoiceReissued: rarely(false, fc.constant(true)),
      papersAgree: rarely(true, fc.constant(false)),
      passengerCar: rarely(true, fc.constant(false)),
    }),
  ),
});
const store: fc.Arbitrary<Store> = fc.record({
  category: fc.constantFrom(...CATEGORIES),
  status: rarely<Store['status']>('admitted', fc.constantFrom('suspended', 'not-admitted')),
});
const facts: fc.Arbitrary<Facts> = fc.record({
  terminal: rarely<Facts['terminal']>('active', fc.constant('suspended')),
  online: fc.boolean(),
  clock: rarely<Facts['clock']>('trusted', fc.constant('untrusted')),
  signatures: rarely<Facts['signatures']>('valid', fc.constantFrom('unknown-issuer', 'invalid')),
  revoked: rarely(false, fc.constant(true)),
  redeemed: rarely<Facts['redeemed']>(null, fc.constant({ atMs: 1, storeName: 'X', receiptNumber: null })),
  purchaseHasVoucher: rarely(false, fc.constant(true)),
  budgetExhausted: rarely(false, fc.constant(true)),
  codeAgeMs: rarely<number | null>(0, fc.option(fc.integer({ min: -100_000, max: 200_000 }))),
  offlineLimit: rarely<Facts['offlineLimit']>(null, fc.constant({ limit: 'count', count: 2, max: 2 })),
});
const basis = fc.constantFrom('paid' as const, 'list' as const);
const RUNS = { numRuns: 3_000 };

describe('whatever the case', () => {
  test('the discount exceeds neither the face value nor what there is to pay, and no fen is lost', () => {
    let accepted = 0;
    fc.assert(
      fc.property(voucher, purchase, store, time, facts, basis, (v, p, s, nowMs, f, thresholdBasis) => {
        const kind = PLAN.kinds.find(({ number }) => number === v.kindNumber);
        // Half of the cases in a store of the voucher's category: four of five would be refused for that alone.
        const at = nowMs % 2 === 0 ? { ...s, category: kind?.category ?? s.category } : s;
        const decision = decide(v, p, at, { ...PLAN, thresholdBasis }, nowMs, f);
        if (decision.verdict === 'refuse') return;
        accepted += 1;
        const payFen = kind?.category === 'car' ? p.vehicle?.priceFen : p.amountFen;
        expect(decision.discountFen).toBeLessThanOrEqual(kind?.faceValueFen ?? -1);
        expect(decision.discountFen).toBeGreaterThanOrEqual(0);
        expect(decision.payableFen).toBeGreaterThanOrEqual(0);
        expect(decision.discountFen + decision.payableFen).toBe(payFen);
      }),
      RUNS,
    );
    // The property would be empty if hardly any case were accepted.
    expect(accepted).toBeGreaterThan(20);
  });

  test('the same case gives the same decision', () => {
    fc.assert(
      fc.property(voucher, purchase, store, time, facts, (v, p, s, nowMs, f) => {
        expect(decide(v, p, s, PLAN, nowMs, f)).toEqual(decide(v, p, s, PLAN, nowMs, f));
      }),
      RUNS,
    );
  });

  test('parameters of a refusal are flat and cross a border whole', () => {
    fc.assert(
      fc.property(voucher, purchase, store, time, facts, (v, p, s, nowMs, f) => {
        const decision = decide(v, p, s, PLAN, nowMs, f);
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      }),
      RUNS,
    );
  });
});

describe('spending more', () => {
  const minimumKinds = PLAN.kinds.filter(({ rule }) => rule.type === 'minimum-spend');

  test('never turns an accept into a refusal where a minimum is the rule', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...minimumKinds),
        fc.integer({ min: 0, max: 400_000 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        facts,
        (kind, lessFen, moreFen, f) => {
          const decideFor = (amountFen: number) =>
            decide(
              { campaignNumber: 1, kindNumber: kind.number, serial: 0n, notBeforeMs: 0, notAfterMs: 2e12 },
              { amountFen: fen(amountFen), listAmountFen: null, vehicle: null },
              { category: kind.category, status: 'admitted' },
              PLAN,
              PLAN.opensAtMs,
              f,
            );
          const less = decideFor(lessFen);
          if (less.verdict === 'refuse') return;
          expect(decideFor(lessFen + moreFen)).toEqual({ ...less, payableFen: less.payableFen + moreFen });
        },
      ),
      RUNS,
    );
  });

  test('never leaves a car without a band once it has reached the least price', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 1_000_000_000 }), (priceFen) => {
        const bands = PLAN.kinds.filter(
          ({ rule }) =>
            rule.type === 'car-price-band' &&
            priceFen >= rule.fromFen &&
            (rule.belowFen === null || priceFen < rule.belowFen),
        );
        expect(bands).toHaveLength(1);
      }),
    );
  });
});
