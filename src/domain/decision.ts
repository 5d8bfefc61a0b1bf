import type { Category } from './campaign.ts';
import type { Fen } from './money.ts';
import type { RefusalParams } from './refusal-params.ts';

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

export type OfflineLimitHit = RefusalParams['offline-limit-reached'];

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
    'clearing-refused',
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

export interface Accept {
  readonly verdict: 'accept';
  readonly discountFen: Fen;
  readonly payableFen: Fen;
}
/** What a refusal says, as it crosses borders. */
export interface RefusalOf<C extends RefusalCode> {
  readonly code: C;
  readonly params: RefusalParams[C];
}
export type Refusal = { readonly [C in RefusalCode]: RefusalOf<C> }[RefusalCode];
export interface RefuseOf<C extends RefusalCode> extends RefusalOf<C> {
  readonly verdict: 'refuse';
}
export type Refuse = { readonly [C in RefusalCode]: RefuseOf<C> }[RefusalCode];
export type Decision = Accept | Refuse;
