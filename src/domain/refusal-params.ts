import type { Category } from './campaign.ts';

/** Why a scan is no code that this software can read. */
export const UNREADABLE_REASONS = [
  'empty',
  'too-long',
  'not-recognised',
  'tlv-cut-short',
  'tlv-tag',
  'tlv-length',
  'tlv-too-many',
  'cpm-base64',
  'cpm-format',
  'cpm-no-application',
  'cpm-aid',
  'cpm-repeated',
  'grant-length',
  'grant-version',
  'grant-algorithm',
  'voucher-empty',
  'voucher-part-missing',
  'voucher-part-repeated',
  'voucher-part-length',
] as const;
export type UnreadableReason = (typeof UNREADABLE_REASONS)[number];

/** Why a code of 云闪付 can't be used: clearing's word, for only clearing knows who stands behind it. */
export const PAYMENT_CODE_REASONS = [
  /** Its holder has no voucher of the campaign. */
  'no-voucher',
  /** Clearing was never told of this code. */
  'unknown',
  /** Clearing has no way to look up a code of this form. */
  'unsupported',
] as const;
export type PaymentCodeReason = (typeof PAYMENT_CODE_REASONS)[number];

/** Where the papers of a car disagree: the first three at the counter, the others when they are handed in. */
export const CAR_PAPERS_REASONS = [
  'papers-differ',
  'papers-missing',
  'voucher-for-other-papers',
  'vin',
  'buyer-and-owner',
  'buyer-and-identity',
  'registered-before-invoice',
  'replaces-a-later-invoice',
] as const;
export type CarPapersReason = (typeof CAR_PAPERS_REASONS)[number];

export type NoParams = Readonly<Record<string, never>>;

/**
 * What each refusal tells beside its code. Flat, so that it crosses every border: amounts in whole fen, moments in
 * epoch milliseconds (`…AtMs`, `not…Ms`), spans in milliseconds, days as `YYYY-MM-DD`; null: not known here.
 */
export interface RefusalParams {
  'below-threshold': {
    readonly minSpendFen: number;
    readonly shortfallFen: number;
    readonly faceValueFen: number;
  };
  'voucher-expired': { readonly faceValueFen: number; readonly notAfterMs: number };
  'voucher-not-yet-valid': { readonly faceValueFen: number; readonly notBeforeMs: number };
  'already-redeemed': {
    readonly faceValueFen: number;
    readonly atMs: number | null;
    readonly storeName: string | null;
    readonly receiptNumber: string | null;
  };
  'code-stale': { readonly ageMs: number | null; readonly maxAgeMs: number | null };
  'wrong-wallet': { readonly wallet: 'alipay' | 'wechat' };
  'wrong-category': { readonly voucherCategory: Category; readonly storeCategory: Category };
  'one-voucher-per-purchase': NoParams;
  'not-a-voucher-code':
    | { readonly found: 'goods-barcode'; readonly symbology: string }
    | { readonly found: 'url' }
    | { readonly found: 'emv-cpm'; readonly aid: string }
    | { readonly found: 'payment-code'; readonly reason: PaymentCodeReason }
    | { readonly found: 'unknown'; readonly reason: UnreadableReason };
  'amount-missing': { readonly category: Category };
  'store-suspended': NoParams;
  'store-not-admitted': NoParams;
  'terminal-suspended': NoParams;
  'campaign-not-open': { readonly opensDay: string | null };
  'campaign-closed': { readonly lastDay: string };
  'unknown-voucher-kind': { readonly campaignNumber: number; readonly kindNumber: number | null };
  'unknown-issuer': { readonly campaignNumber: number };
  'signature-invalid': { readonly campaignNumber: number };
  'voucher-revoked': { readonly faceValueFen: number };
  'budget-exhausted': { readonly kindId: string };
  /** `error`: clearing's own word for it. */
  'clearing-refused': { readonly error: string };
  'online-required':
    | { readonly reason: 'pack-expired' }
    | { readonly reason: 'kind'; readonly kindId: string }
    | { readonly reason: 'payment-code' };
  'offline-limit-reached':
    | { readonly limit: 'age'; readonly ageMs: number; readonly maxMs: number }
    | { readonly limit: 'count'; readonly count: number; readonly max: number }
    | { readonly limit: 'amount'; readonly pendingFen: number; readonly maxFen: number };
  'clock-untrusted': { readonly reason: 'terminal' } | { readonly reason: 'code'; readonly aheadMs: number };
  'car-buyer-not-a-person': { readonly buyer: 'organisation' };
  'car-too-many-seats': { readonly seats: number; readonly maxSeats: number };
  'car-not-passenger': NoParams;
  'car-price-below-minimum': {
    readonly priceFen: number;
    readonly minPriceFen: number;
    readonly shortfallFen: number;
  };
  /** `fitting…`: the kind that this price would fit. */
  'car-wrong-price-band': {
    readonly priceFen: number;
    readonly fromFen: number;
    readonly belowFen: number | null;
    readonly fittingKind: string | null;
    readonly fittingFaceValueFen: number | null;
  };
  'car-invoice-too-early': { readonly invoiceDay: string; readonly earliestDay: string };
  'car-invoice-reissued': { readonly announcedDay: string | null };
  'car-papers-contradict':
    | { readonly reason: 'invoice-in-the-future'; readonly invoiceDay: string; readonly today: string }
    | { readonly reason: CarPapersReason };
}
