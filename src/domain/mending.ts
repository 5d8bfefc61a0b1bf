import type { RefusalCode } from './decision.ts';

/**
 * What could make a refused purchase good after all: another amount or the car's papers with the same code, another
 * voucher on the same purchase, or nothing as long as this purchase is at hand.
 */
export type Mending = 'amount' | 'papers' | 'voucher' | 'nothing';

const MENDED_BY: Readonly<Record<RefusalCode, Mending>> = {
  'below-threshold': 'amount',
  'amount-missing': 'amount',
  'voucher-expired': 'voucher',
  'voucher-not-yet-valid': 'voucher',
  'already-redeemed': 'voucher',
  'code-stale': 'voucher',
  'wrong-wallet': 'voucher',
  'wrong-category': 'voucher',
  'not-a-voucher-code': 'voucher',
  'unknown-voucher-kind': 'voucher',
  'unknown-issuer': 'voucher',
  'signature-invalid': 'voucher',
  'voucher-revoked': 'voucher',
  'budget-exhausted': 'voucher',
  // The network, the clock or clearing may be right again in a moment: the code is scanned again then.
  'online-required': 'voucher',
  'offline-limit-reached': 'voucher',
  'clock-untrusted': 'voucher',
  'clearing-refused': 'voucher',
  'one-voucher-per-purchase': 'nothing',
  'store-suspended': 'nothing',
  'store-not-admitted': 'nothing',
  'terminal-suspended': 'nothing',
  'campaign-not-open': 'nothing',
  'campaign-closed': 'nothing',
  'car-buyer-not-a-person': 'papers',
  'car-too-many-seats': 'papers',
  'car-not-passenger': 'papers',
  'car-price-below-minimum': 'papers',
  'car-wrong-price-band': 'papers',
  'car-invoice-too-early': 'papers',
  'car-invoice-reissued': 'papers',
  'car-papers-contradict': 'papers',
};

export function mendedBy(code: RefusalCode): Mending {
  return MENDED_BY[code];
}
