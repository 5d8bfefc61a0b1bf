import type { Decision, Voucher } from './decision.ts';

/** A voucher, and what was decided about it for the purchase at hand. */
export interface Tried {
  readonly voucher: Voucher;
  readonly decision: Decision;
}

/**
 * Of several vouchers the one to use on this purchase, since one purchase takes one voucher: the one worth most on
 * it, then the one that expires first, then the one that came first. If none fits, the one whose refusal helps the
 * cashier most: a minimum that isn't reached, else the first. Throws a TypeError for no vouchers at all.
 */
export function chooseVoucher<T extends Tried>(tried: readonly T[]): T {
  return tried.reduce((best, next) => (isBetter(next, best) ? next : best));
}

function isBetter(next: Tried, best: Tried): boolean {
  const [left, right] = [next.decision, best.decision];
  if (left.verdict === 'accept') {
    if (right.verdict === 'refuse') return true;
    if (left.discountFen !== right.discountFen) return left.discountFen > right.discountFen;
    return next.voucher.notAfterMs < best.voucher.notAfterMs;
  }
  // More goods mend it, but not a voucher that is gone.
  return right.verdict === 'refuse' && left.code === 'below-threshold' && right.code !== 'below-threshold';
}
