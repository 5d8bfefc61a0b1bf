import { describe, expect, test } from 'vitest';
import { dayStartMs } from '../../../src/domain/business-day.ts';
import { CATEGORIES } from '../../../src/domain/campaign.ts';
import { decide } from '../../../src/domain/decide.ts';
import { fen } from '../../../src/domain/money.ts';
import {
  aCarPurchase,
  aPurchase,
  aStore,
  aVoucher,
  decideKind,
  kindNamed,
  NOON_MS,
  PLAN,
  someFacts,
} from '../../support/rules.ts';

const YUAN = 100;

/** Plan section 五: kind, face value and minimum spend in yuan, how many are issued. */
const MINIMUM_SPEND_ROWS = [
  ['五 (一) 商超', 'supermarket-20', 20, 100, 20_000],
  ['五 (一) 商超', 'supermarket-40', 40, 200, 15_000],
  ['五 (二) 餐饮住宿', 'catering-40', 40, 200, 8_000],
  ['五 (二) 餐饮住宿', 'catering-60', 60, 300, 8_000],
  ['五 (二) 餐饮住宿', 'catering-100', 100, 500, 2_000],
  ['五 (三) 加油站', 'petrol-40', 40, 200, 5_000],
  ['五 (三) 加油站', 'petrol-60', 60, 300, 5_000],
  ['五 (四) 家电', 'appliance-200', 200, 2_000, 1_000],
  ['五 (四) 家电', 'appliance-300', 300, 3_000, 1_000],
] as const;

describe.each(MINIMUM_SPEND_ROWS)('plan section %s: %s', (_section, kindId, faceYuan, minYuan, count) => {
  const minSpendFen = minYuan * YUAN;
  const discountFen = faceYuan * YUAN;

  test('one fen below the minimum is refused with the one fen that is short', () => {
    expect(decideKind(kindId, aPurchase(minSpendFen - 1))).toEqual({
      verdict: 'refuse',
      code: 'below-threshold',
      params: { minSpendFen, shortfallFen: 1, faceValueFen: discountFen },
    });
  });
  test('at the minimum the whole face value is taken off', () => {
    expect(decideKind(kindId, aPurchase(minSpendFen))).toEqual({
      verdict: 'accept',
      discountFen,
      payableFen: minSpendFen - discountFen,
    });
  });
  test('one fen above the minimum the customer pays that fen more', () => {
    expect(decideKind(kindId, aPurchase(minSpendFen + 1))).toEqual({
      verdict: 'accept',
      discountFen,
      payableFen: minSpendFen + 1 - discountFen,
    });
  });
  test('as many are issued as the plan says', () => {
    expect(kindNamed(kindId).quota).toBe(count);
  });
});

/** Plan section 五 (五): face value, first and last price of the band in fen, how many. */
const CAR_ROWS = [
  ['car-500', 500, 10_000 * YUAN, 50_000 * YUAN - 1, 100],
  ['car-1000', 1_000, 50_000 * YUAN, 100_000 * YUAN - 1, 200],
  ['car-3000', 3_000, 100_000 * YUAN, 150_000 * YUAN - 1, 150],
  ['car-5000', 5_000, 150_000 * YUAN, 200_000 * YUAN - 1, 300],
  ['car-8000', 8_000, 200_000 * YUAN, null, 100],
] as const;

describe.each(CAR_ROWS)('plan section 五 (五) 汽车: %s', (kindId, faceYuan, fromFen, lastFen, count) => {
  const faceValueFen = faceYuan * YUAN;
  const at = (priceFen: number) => decideKind(kindId, aCarPurchase({ priceFen: fen(priceFen) }));
  const accepted = (priceFen: number) => ({
    verdict: 'accept',
    discountFen: faceValueFen,
    payableFen: priceFen - faceValueFen,
  });

  test('the lower bound belongs to the band, and so does the fen above it', () => {
    expect(at(fromFen)).toEqual(accepted(fromFen));
    expect(at(fromFen + 1)).toEqual(accepted(fromFen + 1));
  });
  test('the last fen of the band belongs to it, the next one does not', () => {
    if (lastFen === null) {
      expect(at(99_999_999_999)).toEqual(accepted(99_999_999_999));
      return;
    }
    expect(at(lastFen)).toEqual(accepted(lastFen));
    expect(at(lastFen + 1)).toMatchObject({ verdict: 'refuse', code: 'car-wrong-price-band' });
  });
  test('one fen below the band names the band that fits, or the least price of all', () => {
    const below = at(fromFen - 1);
    const index = CAR_ROWS.findIndex(([id]) => id === kindId);
    const [fittingKind = null, fittingYuan = 0] = CAR_ROWS[index - 1] ?? [];
    expect(below).toEqual(
      fittingKind === null
        ? {
            verdict: 'refuse',
            code: 'car-price-below-minimum',
            params: { priceFen: fromFen - 1, minPriceFen: 1_000_000, shortfallFen: 1 },
          }
        : {
            verdict: 'refuse',
            code: 'car-wrong-price-band',
            params: {
              priceFen: fromFen - 1,
              fromFen,
              belowFen: lastFen === null ? null : lastFen + 1,
              fittingKind,
              fittingFaceValueFen: fittingYuan * YUAN,
            },
          },
    );
  });
  test('as many are issued as its line says', () => {
    expect(kindNamed(kindId).quota).toBe(count);
  });
});

describe('plan section 五 (五): which purchases of cars are left out', () => {
  const decideCar = (changes: Parameters<typeof aCarPurchase>[0], nowMs = NOON_MS) =>
    decideKind('car-1000', aCarPurchase(changes), nowMs);

  test('7座（含）以下: seven seats are in, eight are out', () => {
    expect(decideCar({ seats: 7 }).verdict).toBe('accept');
    expect(decideCar({ seats: 8 })).toEqual({
      verdict: 'refuse',
      code: 'car-too-many-seats',
      params: { seats: 8, maxSeats: 7 },
    });
  });
  test('乘用车: any other vehicle is out', () => {
    expect(decideCar({ passengerCar: false })).toEqual({
      verdict: 'refuse',
      code: 'car-not-passenger',
      params: {},
    });
  });
  test('(1) cars of government bodies, companies and institutions are out', () => {
    expect(decideCar({ buyer: 'organisation' })).toEqual({
      verdict: 'refuse',
      code: 'car-buyer-not-a-person',
      params: { buyer: 'organisation' },
    });
  });
  test('(2) an invoice that replaces one from before the announcement is out', () => {
    expect(decideCar({ invoiceReissued: true })).toEqual({
      verdict: 'refuse',
      code: 'car-invoice-reissued',
      params: { announcedDay: '2023-04-20' },
    });
  });
  test('an invoice of the day before the campaign is too early, one of its first day is not', () => {
    expect(decideCar({ invoiceIssuedOnMs: dayStartMs('2023-04-30') })).toEqual({
      verdict: 'refuse',
      code: 'car-invoice-too-early',
      params: { invoiceDay: '2023-04-30', earliestDay: '2023-05-01' },
    });
    expect(decideCar({ invoiceIssuedOnMs: dayStartMs('2023-05-01') }).verdict).toBe('accept');
  });
  test('(2) an invoice from before an announcement that came after the opening is too early', () => {
    const campaign = { ...PLAN, announcedAtMs: dayStartMs('2023-05-20') };
    const decideOn = (day: string) =>
      decide(
        aVoucher('car-1000'),
        aCarPurchase({ invoiceIssuedOnMs: dayStartMs(day) }),
        aStore('car'),
        campaign,
        NOON_MS,
        someFacts(),
      );
    expect(decideOn('2023-05-19')).toMatchObject({
      code: 'car-invoice-too-early',
      params: { earliestDay: '2023-05-20' },
    });
    expect(decideOn('2023-05-20').verdict).toBe('accept');
  });
  test('(3) papers that contradict each other are out', () => {
    expect(decideCar({ papersAgree: false })).toEqual({
      verdict: 'refuse',
      code: 'car-papers-contradict',
      params: { reason: 'papers-differ' },
    });
  });
  test('(3) an invoice of tomorrow contradicts, one of today does not, even at midnight', () => {
    expect(decideCar({ invoiceIssuedOnMs: dayStartMs('2023-06-11') })).toEqual({
      verdict: 'refuse',
      code: 'car-papers-contradict',
      params: { reason: 'invoice-in-the-future', invoiceDay: '2023-06-11', today: '2023-06-10' },
    });
    const midnightMs = dayStartMs('2023-06-10');
    const today = { invoiceIssuedOnMs: midnightMs };
    expect(decideCar(today, midnightMs).verdict).toBe('accept');
    expect(decideCar(today, midnightMs - 1)).toMatchObject({ code: 'car-papers-contradict' });
  });
  test('without its papers a car has no amount', () => {
    expect(decideKind('car-1000', aPurchase(6_000_000))).toEqual({
      verdict: 'refuse',
      code: 'amount-missing',
      params: { category: 'car' },
    });
  });
  test('the invoice total is the amount, whatever else was entered', () => {
    const purchase = { ...aCarPurchase(), amountFen: fen(1) };
    expect(decideKind('car-1000', purchase)).toEqual({
      verdict: 'accept',
      discountFen: 100_000,
      payableFen: 5_900_000,
    });
  });
  test('the least price of all is below no minimum, only in another band', () => {
    expect(decideCar({ priceFen: fen(1_000_000) })).toMatchObject({
      code: 'car-wrong-price-band',
      params: { fittingKind: 'car-500' },
    });
  });
  test('a price that no band has is refused without a band that fits', () => {
    const kinds = PLAN.kinds.filter(({ id }) => id !== 'car-3000');
    const purchase = aCarPurchase({ priceFen: fen(12_000_000) });
    const decision = decide(
      aVoucher('car-1000'),
      purchase,
      aStore('car'),
      { ...PLAN, kinds },
      NOON_MS,
      someFacts(),
    );
    expect(decision).toMatchObject({
      code: 'car-wrong-price-band',
      params: { fittingKind: null, fittingFaceValueFen: null },
    });
  });
});

describe('plan section 六: a voucher is used in a store of its own category', () => {
  for (const storeCategory of CATEGORIES) {
    test.each(PLAN.kinds.filter(({ category }) => category !== storeCategory))(
      `$id is refused in a ${storeCategory} store`,
      ({ id, category }) => {
        const decision = decide(
          aVoucher(id),
          category === 'car' ? aCarPurchase() : aPurchase(900_000),
          aStore(storeCategory),
          PLAN,
          NOON_MS,
          someFacts(),
        );
        expect(decision).toEqual({
          verdict: 'refuse',
          code: 'wrong-category',
          params: { voucherCategory: category, storeCategory },
        });
      },
    );
  }
});

describe('plan section 七: seven days, from the first second to the last', () => {
  const voucher = aVoucher('supermarket-20');
  const at = (nowMs: number) =>
    decide(voucher, aPurchase(10_000), aStore('supermarket'), PLAN, nowMs, someFacts());

  test('the first millisecond counts, the one before is not yet', () => {
    expect(at(voucher.notBeforeMs).verdict).toBe('accept');
    expect(at(voucher.notBeforeMs - 1)).toEqual({
      verdict: 'refuse',
      code: 'voucher-not-yet-valid',
      params: { faceValueFen: 2_000, notBeforeMs: voucher.notBeforeMs },
    });
  });
  test('the last second of the seventh day counts, 24:00 does not', () => {
    expect(at(voucher.notAfterMs - 1).verdict).toBe('accept');
    expect(at(voucher.notAfterMs)).toEqual({
      verdict: 'refuse',
      code: 'voucher-expired',
      params: { faceValueFen: 2_000, notAfterMs: voucher.notAfterMs },
    });
  });
});

describe('plan section 一: the dates of the campaign', () => {
  const voucher = aVoucher('supermarket-20', { notBeforeMs: 0, notAfterMs: Date.parse('2030-01-01T00:00Z') });
  const at = (time: string) =>
    decide(voucher, aPurchase(10_000), aStore('supermarket'), PLAN, Date.parse(time), someFacts());

  test('opens with the first millisecond of its first day', () => {
    expect(at('2023-05-01T00:00:00+08:00').verdict).toBe('accept');
    expect(at('2023-04-30T23:59:59.999+08:00')).toEqual({
      verdict: 'refuse',
      code: 'campaign-not-open',
      params: { opensDay: '2023-05-01' },
    });
  });
  test('its last day counts whole', () => {
    expect(at('2023-12-31T23:59:59.999+08:00').verdict).toBe('accept');
    expect(at('2024-01-01T00:00:00+08:00')).toEqual({
      verdict: 'refuse',
      code: 'campaign-closed',
      params: { lastDay: '2023-12-31' },
    });
  });
});

describe('plan section 七: 可叠加, the shop’s own discounts and the threshold', () => {
  const decideBy = (thresholdBasis: 'paid' | 'list', paidFen: number, listFen: number | null) =>
    decide(
      aVoucher('supermarket-20'),
      aPurchase(paidFen, listFen),
      aStore('supermarket'),
      { ...PLAN, thresholdBasis },
      NOON_MS,
      someFacts(),
    );

  test('by what is paid, a list price above the minimum does not help', () => {
    expect(decideBy('paid', 9_500, 12_000)).toMatchObject({
      code: 'below-threshold',
      params: { shortfallFen: 500 },
    });
  });
  test('by the list price it does, and the discount comes off what is paid', () => {
    expect(decideBy('list', 9_500, 10_000)).toEqual({
      verdict: 'accept',
      discountFen: 2_000,
      payableFen: 7_500,
    });
    expect(decideBy('list', 9_500, 9_999)).toMatchObject({ params: { shortfallFen: 1 } });
  });
  test('by the list price, where the till tells none, what is paid counts', () => {
    expect(decideBy('list', 10_000, null).verdict).toBe('accept');
    expect(decideBy('list', 9_999, null).verdict).toBe('refuse');
  });
  test('no more comes off than there is to pay', () => {
    expect(decideBy('list', 1_500, 10_000)).toEqual({ verdict: 'accept', discountFen: 1_500, payableFen: 0 });
  });
});
