import type { Campaign } from './campaign.ts';
import { decide } from './decide.ts';
import type { Accept, Facts, Purchase, Refuse, Store, Voucher } from './decision.ts';

export interface Candidate {
  readonly voucher: Voucher;
  readonly facts: Facts;
}

/** Why this one: it is worth most, or of those worth as much it expires first, or it came first. */
export type ChoiceReason = 'only-usable' | 'worth-most' | 'expires-first' | 'came-first';

export type Choice =
  | {
      readonly chosen: true;
      /** Index in the list that was given. */
      readonly index: number;
      readonly reason: ChoiceReason;
      readonly decision: Accept;
    }
  /** None is usable: each one's refusal, in the order that was given. */
  | { readonly chosen: false; readonly refusals: readonly Refuse[] };

/**
 * Of several vouchers the one to use on this purchase: the one worth most on it, then the one that expires
 * first, then the one that came first (plan section 七: one voucher for one purchase).
 */
export function chooseVoucher(
  candidates: readonly Candidate[],
  purchase: Purchase,
  store: Store,
  campaign: Campaign,
  nowMs: number,
): Choice {
  const usable: { index: number; decision: Accept; notAfterMs: number }[] = [];
  const refusals: Refuse[] = [];
  candidates.forEach(({ voucher, facts }, index) => {
    const decision = decide(voucher, purchase, store, campaign, nowMs, facts);
    if (decision.verdict === 'refuse') refusals.push(decision);
    else usable.push({ index, decision, notAfterMs: voucher.notAfterMs });
  });
  // Array.prototype.sort is stable: equals stay in the order given.
  usable.sort(
    (left, right) =>
      right.decision.discountFen - left.decision.discountFen || left.notAfterMs - right.notAfterMs,
  );
  const [best, next] = usable;
  if (best === undefined) return { chosen: false, refusals };
  const { index, decision } = best;
  return { chosen: true, index, decision, reason: reasonFor(best, next) };
}

function reasonFor(
  best: { readonly decision: Accept; readonly notAfterMs: number },
  next: { readonly decision: Accept; readonly notAfterMs: number } | undefined,
): ChoiceReason {
  if (next === undefined) return 'only-usable';
  if (best.decision.discountFen > next.decision.discountFen) return 'worth-most';
  return best.notAfterMs < next.notAfterMs ? 'expires-first' : 'came-first';
}
