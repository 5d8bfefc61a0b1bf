import { decide, kindOf } from '../../../src/domain/decide.ts';
import type { Decision, Facts, Purchase, Store, Voucher } from '../../../src/domain/decision.ts';
import { fen } from '../../../src/domain/money.ts';
import { makeRandom } from '../../fuzz/random.ts';
import { aPurchase, aStore, aVehicle, aVoucher, NOON_MS, PLAN, someFacts } from '../../support/rules.ts';

/** One basket at one counter, as `decide` takes it. */
export interface Basket {
  readonly voucher: Voucher;
  readonly purchase: Purchase;
  readonly store: Store;
  readonly nowMs: number;
  readonly facts: Facts;
}

const DAY_MS = 86_400_000;

/** Every rule of the plan is met or broken by some of them, at its very edge where it has one. */
export function baskets(count: number, seed = 7): readonly Basket[] {
  const random = makeRandom(seed);
  const rarely = (): boolean => random.below(12) === 0;
  return Array.from({ length: count }, (_, nth) => {
    const kind = PLAN.kinds[random.below(PLAN.kinds.length)];
    if (kind === undefined) throw new Error('the plan has kinds');
    const edge = random.pick([-1, 0, 1, 5_000]);
    const base = kind.rule.type === 'minimum-spend' ? kind.rule.minSpendFen : kind.rule.fromFen;
    const amountFen = fen(base + edge);
    const car = kind.category === 'car';
    const purchase: Purchase = car
      ? {
          amountFen,
          listAmountFen: amountFen,
          vehicle: aVehicle({
            priceFen: rarely() ? fen(999_999) : amountFen,
            seats: rarely() ? 8 : 5,
            buyer: rarely() ? 'organisation' : 'person',
            invoiceReissued: rarely(),
            papersAgree: !rarely(),
            passengerCar: !rarely(),
            invoiceIssuedOnMs: NOON_MS - random.pick([-1, 0, 5, 90]) * DAY_MS,
          }),
        }
      : aPurchase(rarely() ? null : amountFen);
    return {
      voucher: aVoucher(kind.id, {
        serial: BigInt(nth),
        ...(rarely() ? { kindNumber: 999 } : {}),
        notAfterMs: NOON_MS + random.pick([0, 1, DAY_MS, DAY_MS]),
      }),
      purchase,
      store: aStore(rarely() ? 'petrol' : kind.category, rarely() ? 'suspended' : 'admitted'),
      nowMs: rarely() ? PLAN.closesAtMs : NOON_MS,
      facts: someFacts({
        terminal: rarely() ? 'suspended' : 'active',
        signatures: rarely() ? 'invalid' : 'valid',
        revoked: rarely(),
        redeemed: rarely() ? { atMs: null, storeName: null, receiptNumber: null } : null,
        purchaseHasVoucher: rarely(),
        budgetExhausted: rarely(),
        codeAgeMs: random.pick([0, 89_999, 1_000, 90_000]),
      }),
    };
  });
}

export function decideBasket({ voucher, purchase, store, nowMs, facts }: Basket): Decision {
  return decide(voucher, purchase, store, PLAN, nowMs, facts);
}

/** The same basket as flat facts, which is what the rule engines take: the look-ups are done for them. */
export type FlatFacts = Readonly<Record<string, string | number | boolean>>;

export function flatten({ voucher, purchase, store, nowMs, facts }: Basket): FlatFacts {
  const kind = kindOf(voucher, PLAN);
  const rule = kind?.rule ?? { type: 'minimum-spend', minSpendFen: 0 };
  const { vehicle } = purchase;
  const bands = PLAN.kinds.flatMap((each) =>
    each.rule.type === 'car-price-band' ? [each.rule.fromFen] : [],
  );
  const car = rule.type === 'car-price-band';
  return {
    terminal: facts.terminal,
    storeStatus: store.status,
    now: nowMs,
    opensAt: PLAN.opensAtMs,
    closesAt: PLAN.closesAtMs,
    signatures: facts.signatures,
    kindKnown: kind !== null,
    revoked: facts.revoked,
    voucherCategory: kind?.category ?? '',
    storeCategory: store.category,
    notBefore: voucher.notBeforeMs,
    notAfter: voucher.notAfterMs,
    redeemed: facts.redeemed !== null,
    purchaseHasVoucher: facts.purchaseHasVoucher,
    car,
    amount: (car ? vehicle?.priceFen : purchase.amountFen) ?? -1,
    minSpend: rule.type === 'minimum-spend' ? rule.minSpendFen : 0,
    faceValue: kind?.faceValueFen ?? 0,
    buyer: vehicle?.buyer ?? 'person',
    seats: vehicle?.seats ?? 0,
    passengerCar: vehicle?.passengerCar ?? true,
    invoiceAt: vehicle?.invoiceIssuedOnMs ?? nowMs,
    earliestInvoice: Math.max(PLAN.opensAtMs, PLAN.announcedAtMs),
    invoiceReissued: vehicle?.invoiceReissued ?? false,
    papersAgree: vehicle?.papersAgree ?? true,
    lowestBand: Math.min(...bands),
    bandFrom: car ? rule.fromFen : 0,
    bandBelow: car ? (rule.belowFen ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER,
    budgetExhausted: facts.budgetExhausted,
    codeAge: facts.codeAgeMs ?? 0,
    maxCodeAge: PLAN.freshness.maxAgeMs,
  };
}
