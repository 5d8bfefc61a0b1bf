import { stands, type Redeemed } from './redeemed.ts';

/** What is left of a purchase after earlier returns, fen. */
export function leftFen({ amountFen, returnedFen }: Pick<Redeemed, 'amountFen' | 'returnedFen'>): number {
  return amountFen - returnedFen;
}

/**
 * Why goods of this value can't come back; null: they can. `over`: the redemption moves no money. With
 * `discount-returned` an earlier return took the discount with it: what comes back now is between shop and customer.
 */
export function returnBar(
  redeemed: Omit<Redeemed, 'businessDay' | 'discountFen'>,
  returnedFen: number,
): 'over' | 'discount-returned' | 'too-much' | null {
  if (!stands(redeemed.state)) return 'over';
  if (redeemed.backToFundFen > 0) return 'discount-returned';
  return returnedFen > leftFen(redeemed) ? 'too-much' : null;
}

/** What a return moves, in whole fen. */
export interface ReturnSums {
  /** What is left of the purchase; below 0 where more came back than was bought. */
  readonly restFen: number;
  /** Of the discount: all or nothing. */
  readonly backToFundFen: number;
  /** The customer gets this … */
  readonly paidOutFen: number;
  /** … or has to pay this, where the discount was more than the goods are worth. One of the two is 0. */
  readonly customerOwesFen: number;
}

/**
 * What happens when goods worth `returnedFen` (at the price before the voucher) come back. While the rest still
 * meets the least purchase of the voucher's kind, nothing of the discount changes; otherwise all of it goes back to
 * the funds and is taken off what the customer gets (a campaign's refund policy; the plan itself says nothing).
 */
export function returnSums(
  redeemed: Pick<Redeemed, 'amountFen' | 'discountFen' | 'returnedFen'>,
  returnedFen: number,
  leastPurchaseFen: number,
): ReturnSums {
  const restFen = leftFen(redeemed) - returnedFen;
  const backToFundFen = restFen >= leastPurchaseFen ? 0 : redeemed.discountFen;
  return {
    restFen,
    backToFundFen,
    paidOutFen: Math.max(0, returnedFen - backToFundFen),
    customerOwesFen: Math.max(0, backToFundFen - returnedFen),
  };
}
