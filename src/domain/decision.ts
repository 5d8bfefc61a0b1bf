import type { Category } from './campaign.ts';
import type { Fen } from './money.ts';

/** A voucher as the rules see it: what the grant says, signatures already looked at (see Facts). */
export interface Voucher {
  readonly campaignNumber: number;
  readonly kindNumber: number;
  /** Unsigned 64-bit, dense within a campaign, never reused. */
  readonly serial: bigint;
  /** From this millisecond on … */
  readonly notBeforeMs: number;
  /** … until just before this one. */
  readonly notAfterMs: number;
}

/** Plan section 五 (五): the papers of a new car. */
export interface Vehicle {
  /** Invoice total including tax (价税合计); it is the amount of the purchase. */
  readonly priceFen: Fen;
  readonly seats: number;
  readonly buyer: 'person' | 'organisation';
  /** First millisecond (Shanghai) of the day on the motor-vehicle sales invoice. */
  readonly invoiceIssuedOnMs: number;
  /** The invoice replaces one first issued before the announcement. */
  readonly invoiceReissued: boolean;
  readonly papersAgree: boolean;
  readonly passengerCar: boolean;
}

export interface Purchase {
  /** What the customer pays after the shop's own discounts; null: not entered yet. */
  readonly amountFen: Fen | null;
  /** Before the shop's discounts; equal to amountFen where the till doesn't tell. */
  readonly listAmountFen: Fen | null;
  readonly vehicle: Vehicle | null;
}

export interface Store {
  readonly category: Category;
  readonly status: 'admitted' | 'suspended' | 'not-admitted';
}

export interface EarlierUse {
  /** Null where only the spent set knows of it. */
  readonly atMs: number | null;
  readonly storeName: string | null;
  readonly receiptNumber: string | null;
}

export type OfflineLimitHit =
  | { readonly limit: 'age'; readonly ageMs: number; readonly maxMs: number }
  | { readonly limit: 'count'; readonly count: number; readonly max: number }
  | { readonly limit: 'amount'; readonly pendingFen: Fen; readonly maxFen: Fen };

/** Everything else that bears on a decision and isn't in voucher, purchase, store or campaign. */
export interface Facts {
  readonly terminal: 'active' | 'suspended';
  readonly online: boolean;
  readonly clock: 'trusted' | 'untrusted';
  readonly signatures: 'valid' | 'unknown-issuer' | 'invalid';
  readonly revoked: boolean;
  readonly redeemed: EarlierUse | null;
  /** A voucher was already used on this purchase. */
  readonly purchaseHasVoucher: boolean;
  readonly budgetExhausted: boolean;
  /** How old the code was when it was scanned, milliseconds; negative: from the future. Null: not judged here. */
  readonly codeAgeMs: number | null;
  /** Only looked at while offline. */
  readonly offlineLimit: OfflineLimitHit | null;
}

/** Closed list, grouped by who can act. */
export const REFUSALS_BY_ACTOR = {
  customer: [
    'below-threshold',
    'voucher-expired',
    'voucher-not-yet-valid',
    'already-redeemed',
    'code-stale',
    'wrong-wallet',
  ],
  cashier: ['wrong-category', 'one-voucher-per-purchase', 'not-a-voucher-code', 'amount-missing'],
  store: ['store-suspended', 'store-not-admitted', 'terminal-suspended'],
  clearing: [
    'campaign-not-open',
    'campaign-closed',
    'unknown-voucher-kind',
    'unknown-issuer',
    'signature-invalid',
    'voucher-revoked',
    'budget-exhausted',
  ],
  offline: ['online-required', 'offline-limit-reached', 'clock-untrusted'],
  car: [
    'car-buyer-not-a-person',
    'car-too-many-seats',
    'car-not-passenger',
    'car-price-below-minimum',
    'car-wrong-price-band',
    'car-invoice-too-early',
    'car-invoice-reissued',
    'car-papers-contradict',
  ],
} as const;
export type RefusalActor = keyof typeof REFUSALS_BY_ACTOR;
export type RefusalCode = (typeof REFUSALS_BY_ACTOR)[RefusalActor][number];

/** Parameters are flat, so that they cross every border and fill every message. */
export type RefusalParams = Readonly<Record<string, string | number | boolean | null>>;

export interface Accept {
  readonly verdict: 'accept';
  readonly discountFen: Fen;
  readonly payableFen: Fen;
}
export interface Refuse {
  readonly verdict: 'refuse';
  readonly code: RefusalCode;
  readonly params: RefusalParams;
}
export type Decision = Accept | Refuse;
