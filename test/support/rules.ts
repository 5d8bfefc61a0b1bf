import { zhumadian2023 } from '../../src/contract/campaign/zhumadian-2023.ts';
import { dayStartMs } from '../../src/domain/business-day.ts';
import type { Campaign, Category, VoucherKind } from '../../src/domain/campaign.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Decision, Facts, Purchase, Store, Vehicle, Voucher } from '../../src/domain/decision.ts';
import { fen } from '../../src/domain/money.ts';

/** A counter on an ordinary day of the plan of 2023, for tests of rules. */

export const PLAN: Campaign = zhumadian2023();
/** 2023-06-10, noon in Shanghai. */
export const NOON_MS = Date.parse('2023-06-10T12:00:00+08:00');

export function kindNamed(id: string): VoucherKind {
  const kind = PLAN.kinds.find((candidate) => candidate.id === id);
  if (kind === undefined) throw new Error(`the plan has no ${id}`);
  return kind;
}

/** Claimed two days before noon, alive for five more. */
export function aVoucher(kindId: string, changes: Partial<Voucher> = {}): Voucher {
  return {
    campaignNumber: PLAN.number,
    kindNumber: kindNamed(kindId).number,
    serial: 1n,
    notBeforeMs: Date.parse('2023-06-08T00:00:00+08:00'),
    notAfterMs: Date.parse('2023-06-15T00:00:00+08:00'),
    ...changes,
  };
}

export function aPurchase(amountFen: number | null, listAmountFen: number | null = amountFen): Purchase {
  return {
    amountFen: amountFen === null ? null : fen(amountFen),
    listAmountFen: listAmountFen === null ? null : fen(listAmountFen),
    vehicle: null,
  };
}

/** A car that a car-1000 voucher fits: 60,000 yuan, five seats, all in order. */
export function aVehicle(changes: Partial<Vehicle> = {}): Vehicle {
  return {
    priceFen: fen(6_000_000),
    seats: 5,
    buyer: 'person',
    invoiceIssuedOnMs: dayStartMs('2023-06-01'),
    invoiceReissued: false,
    papersAgree: true,
    passengerCar: true,
    ...changes,
  };
}

export function aCarPurchase(changes: Partial<Vehicle> = {}): Purchase {
  const vehicle = aVehicle(changes);
  return { amountFen: vehicle.priceFen, listAmountFen: vehicle.priceFen, vehicle };
}

export function aStore(category: Category, status: Store['status'] = 'admitted'): Store {
  return { category, status };
}

/** Nothing stands in the way. */
export function someFacts(changes: Partial<Facts> = {}): Facts {
  return {
    terminal: 'active',
    online: true,
    clock: 'trusted',
    signatures: 'valid',
    revoked: false,
    redeemed: null,
    purchaseHasVoucher: false,
    budgetExhausted: false,
    codeAgeMs: 0,
    offlineLimit: null,
    ...changes,
  };
}

/** Decides a kind of the plan at a store of its category, at noon, with nothing in the way but `purchase`. */
export function decideKind(kindId: string, purchase: Purchase, nowMs = NOON_MS): Decision {
  return decide(aVoucher(kindId), purchase, aStore(kindNamed(kindId).category), PLAN, nowMs, someFacts());
}
