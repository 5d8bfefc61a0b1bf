import { describe, expect, test } from 'vitest';
import type { Campaign } from '../../../src/domain/campaign.ts';
import { decide } from '../../../src/domain/decide.ts';
import {
  REFUSALS_BY_ACTOR,
  type Facts,
  type Purchase,
  type Refusal,
  type Store,
  type Vehicle,
  type Voucher,
} from '../../../src/domain/decision.ts';
import { dayStartMs } from '../../../src/domain/business-day.ts';
import { fen } from '../../../src/domain/money.ts';
import { aPurchase, aStore, aVehicle, aVoucher, NOON_MS, PLAN, someFacts } from '../../support/rules.ts';

interface Counter {
  voucher: Voucher;
  purchase: Purchase;
  store: Store;
  campaign: Campaign;
  facts: Facts;
}
type Obstacle = Refusal & { readonly put: (counter: Counter) => void };

const vehicle = (counter: Counter, changes: Partial<Vehicle>): void => {
  const before = counter.purchase.vehicle ?? aVehicle();
  counter.purchase = { ...counter.purchase, vehicle: { ...before, ...changes } };
};
const facts = (counter: Counter, changes: Partial<Facts>): void => {
  counter.facts = { ...counter.facts, ...changes };
};
const offline = (counter: Counter, rule: 'allowed' | 'never'): void => {
  const kinds = counter.campaign.kinds.map((kind) => ({ ...kind, offline: rule }));
  counter.campaign = { ...counter.campaign, kinds };
};

/** The order of design: terminal, store, clock, campaign dates, issuer and signatures, … */
const BEFORE_AMOUNT: readonly Obstacle[] = [
  { code: 'terminal-suspended', params: {}, put: (c) => facts(c, { terminal: 'suspended' }) },
  { code: 'store-suspended', params: {}, put: (c) => (c.store = { ...c.store, status: 'suspended' }) },
  {
    code: 'clock-untrusted',
    params: { reason: 'terminal' },
    put: (c) => facts(c, { online: false, clock: 'untrusted' }),
  },
  {
    code: 'campaign-not-open',
    params: { opensDay: '2023-06-11' },
    put: (c) => (c.campaign = { ...c.campaign, opensAtMs: dayStartMs('2023-06-11') }),
  },
  {
    code: 'campaign-closed',
    params: { lastDay: '2023-06-09' },
    put: (c) => (c.campaign = { ...c.campaign, closesAtMs: dayStartMs('2023-06-10') }),
  },
  {
    code: 'unknown-issuer',
    params: { campaignNumber: 1 },
    put: (c) => facts(c, { signatures: 'unknown-issuer' }),
  },
  {
    code: 'unknown-voucher-kind',
    params: { campaignNumber: 1, kindNumber: 999 },
    put: (c) => (c.voucher = { ...c.voucher, kindNumber: 999 }),
  },
  { code: 'voucher-revoked', params: { faceValueFen: 100_000 }, put: (c) => facts(c, { revoked: true }) },
  {
    code: 'wrong-category',
    params: { voucherCategory: 'car', storeCategory: 'petrol' },
    put: (c) => (c.store = { ...c.store, category: 'petrol' }),
  },
  {
    code: 'voucher-not-yet-valid',
    params: { faceValueFen: 100_000, notBeforeMs: NOON_MS + 1 },
    put: (c) => (c.voucher = { ...c.voucher, notBeforeMs: NOON_MS + 1 }),
  },
  {
    code: 'voucher-expired',
    params: { faceValueFen: 100_000, notAfterMs: NOON_MS },
    put: (c) => (c.voucher = { ...c.voucher, notAfterMs: NOON_MS }),
  },
  {
    code: 'already-redeemed',
    params: { faceValueFen: 100_000, atMs: 5, storeName: '丹尼斯', receiptNumber: '17' },
    put: (c) => facts(c, { redeemed: { atMs: 5, storeName: '丹尼斯', receiptNumber: '17' } }),
  },
  { code: 'one-voucher-per-purchase', params: {}, put: (c) => facts(c, { purchaseHasVoucher: true }) },
];
const OF_A_CAR: readonly Obstacle[] = [
  {
    code: 'car-buyer-not-a-person',
    params: { buyer: 'organisation' },
    put: (c) => vehicle(c, { buyer: 'organisation' }),
  },
  { code: 'car-too-many-seats', params: { seats: 9, maxSeats: 7 }, put: (c) => vehicle(c, { seats: 9 }) },
  { code: 'car-not-passenger', params: {}, put: (c) => vehicle(c, { passengerCar: false }) },
  {
    code: 'car-invoice-too-early',
    params: { invoiceDay: '2023-04-30', earliestDay: '2023-05-01' },
    put: (c) => vehicle(c, { invoiceIssuedOnMs: dayStartMs('2023-04-30') }),
  },
  {
    code: 'car-invoice-reissued',
    params: { announcedDay: '2023-04-20' },
    put: (c) => vehicle(c, { invoiceReissued: true }),
  },
  {
    code: 'car-papers-contradict',
    params: { reason: 'papers-differ' },
    put: (c) => vehicle(c, { papersAgree: false }),
  },
  {
    code: 'car-price-below-minimum',
    params: { priceFen: 999_999, minPriceFen: 1_000_000, shortfallFen: 1 },
    put: (c) => vehicle(c, { priceFen: fen(999_999) }),
  },
];
const AFTER_AMOUNT: readonly Obstacle[] = [
  {
    code: 'budget-exhausted',
    params: { kindId: 'car-1000' },
    put: (c) => facts(c, { budgetExhausted: true }),
  },
  {
    code: 'code-stale',
    params: { ageMs: 90_000, maxAgeMs: 90_000 },
    put: (c) => facts(c, { codeAgeMs: 90_000 }),
  },
  {
    code: 'online-required',
    params: { reason: 'kind', kindId: 'car-1000' },
    put: (c) => {
      offline(c, 'never');
      facts(c, { online: false });
    },
  },
  {
    code: 'offline-limit-reached',
    params: { limit: 'count', count: 5, max: 5 },
    put: (c) => {
      offline(c, 'allowed');
      facts(c, { online: false, offlineLimit: { limit: 'count', count: 5, max: 5 } });
    },
  },
];
const ORDER: readonly Obstacle[] = [...BEFORE_AMOUNT, ...OF_A_CAR, ...AFTER_AMOUNT];

function aCounter(): Counter {
  return {
    voucher: aVoucher('car-1000'),
    purchase: { ...aPurchase(6_000_000), vehicle: aVehicle() },
    store: aStore('car'),
    campaign: PLAN,
    facts: someFacts(),
  };
}
function decideAt({ voucher, purchase, store, campaign, facts: known }: Counter) {
  return decide(voucher, purchase, store, campaign, NOON_MS, known);
}

describe('the order of refusals', () => {
  test('with nothing in the way the car voucher is accepted', () => {
    expect(decideAt(aCounter()).verdict).toBe('accept');
  });
  test.each(ORDER)('$code alone is refused with what would help', ({ code, params, put }) => {
    const counter = aCounter();
    put(counter);
    expect(decideAt(counter)).toEqual({ verdict: 'refuse', code, params });
  });
  test.each(ORDER.map((obstacle, index) => ({ ...obstacle, index })))(
    '$code comes before all that follow it',
    ({ code, put, index }) => {
      for (const later of ORDER.slice(index + 1)) {
        const counter = aCounter();
        later.put(counter);
        put(counter);
        expect(decideAt(counter), `${code} with ${later.code}`).toMatchObject({ code });
      }
    },
  );
  test('with everything in the way at once, the first is given, and so on down', () => {
    for (let first = 0; first < BEFORE_AMOUNT.length; first += 1) {
      const counter = aCounter();
      for (const obstacle of ORDER.slice(first).toReversed()) obstacle.put(counter);
      expect(decideAt(counter)).toMatchObject({ code: ORDER[first]?.code });
    }
  });
  test('every code that decide can give is in the closed list', () => {
    const known: readonly string[] = Object.values(REFUSALS_BY_ACTOR).flat();
    expect(ORDER.map(({ code }) => code).filter((code) => !known.includes(code))).toEqual([]);
  });
});

describe('what stands outside the one line of the order', () => {
  const supermarket = (known: Partial<Facts>, campaign: Campaign = PLAN, store = aStore('supermarket')) =>
    decide(aVoucher('supermarket-20'), aPurchase(10_000), store, campaign, NOON_MS, someFacts(known));

  test('a store that was never admitted is refused', () => {
    expect(supermarket({}, PLAN, aStore('supermarket', 'not-admitted'))).toEqual({
      verdict: 'refuse',
      code: 'store-not-admitted',
      params: {},
    });
  });
  test('an untrusted clock matters only offline: online, clearing has the time', () => {
    expect(supermarket({ clock: 'untrusted' }).verdict).toBe('accept');
    expect(supermarket({ online: false }).verdict).toBe('accept');
  });
  test('a wrong signature is refused as such, an unknown issuer as such', () => {
    expect(supermarket({ signatures: 'invalid' })).toEqual({
      verdict: 'refuse',
      code: 'signature-invalid',
      params: { campaignNumber: 1 },
    });
  });
  test('a voucher of another campaign has no kind here', () => {
    const voucher = aVoucher('supermarket-20', { campaignNumber: 2 });
    const decision = decide(voucher, aPurchase(10_000), aStore('supermarket'), PLAN, NOON_MS, someFacts());
    expect(decision).toEqual({
      verdict: 'refuse',
      code: 'unknown-voucher-kind',
      params: { campaignNumber: 2, kindNumber: 1 },
    });
  });
  test('an amount that is not there yet is asked for', () => {
    const decision = decide(
      aVoucher('petrol-40'),
      aPurchase(null),
      aStore('petrol'),
      PLAN,
      NOON_MS,
      someFacts(),
    );
    expect(decision).toEqual({ verdict: 'refuse', code: 'amount-missing', params: { category: 'petrol' } });
  });
  test('from the spent set alone it is only known that the voucher was used', () => {
    const redeemed = { atMs: null, storeName: null, receiptNumber: null };
    expect(supermarket({ redeemed })).toMatchObject({
      code: 'already-redeemed',
      params: { atMs: null, storeName: null, receiptNumber: null },
    });
  });
  test.each([
    [-30_000, 'accept'],
    [-30_001, 'clock-untrusted'],
    [0, 'accept'],
    [89_999, 'accept'],
    [90_000, 'code-stale'],
    [null, 'accept'],
  ])('a code of age %s ms gives %s', (codeAgeMs, expected) => {
    const decision = supermarket({ codeAgeMs });
    expect(decision.verdict === 'accept' ? 'accept' : decision.code).toBe(expected);
  });
  test('a code from the future says by how much, and that it is about the clocks', () => {
    expect(supermarket({ codeAgeMs: -45_000 })).toMatchObject({
      params: { reason: 'code', aheadMs: 45_000 },
    });
  });
  test('an offline limit binds only offline', () => {
    const offlineLimit = { limit: 'amount', pendingFen: fen(500), maxFen: fen(400) } as const;
    expect(supermarket({ offlineLimit }).verdict).toBe('accept');
    expect(supermarket({ offlineLimit, online: false })).toEqual({
      verdict: 'refuse',
      code: 'offline-limit-reached',
      params: offlineLimit,
    });
  });
  test('a pack decides until just before it expires', () => {
    expect(supermarket({}, { ...PLAN, expiresAtMs: NOON_MS + 1 }).verdict).toBe('accept');
    expect(supermarket({}, { ...PLAN, expiresAtMs: NOON_MS })).toEqual({
      verdict: 'refuse',
      code: 'online-required',
      params: { reason: 'pack-expired' },
    });
  });
  test('a pack without an expiry goes on deciding', () => {
    const { expiresAtMs, ...campaign } = PLAN;
    expect(expiresAtMs).toBeGreaterThan(NOON_MS);
    expect(supermarket({}, campaign).verdict).toBe('accept');
  });
});
