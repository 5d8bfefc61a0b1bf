/** How a redemption stands: clearing's word for it, unless it was taken back at the counter. */
export const REDEMPTION_STATES = ['pending', 'settled', 'refused', 'held', 'reversed'] as const;
export type RedemptionState = (typeof REDEMPTION_STATES)[number];

/** A redemption that clearing refused or that was taken back moves no money, and nothing of it can be corrected. */
export function stands(state: RedemptionState): boolean {
  return state !== 'refused' && state !== 'reversed';
}

/** A redemption as far as its corrections depend on it. Amounts in whole fen. */
export interface Redeemed {
  readonly state: RedemptionState;
  /** `YYYY-MM-DD`. */
  readonly businessDay: string;
  /** The purchase before the voucher, and what the voucher took off. */
  readonly amountFen: number;
  readonly discountFen: number;
  /** Value of the goods that came back so far, and what of the discount went back to the funds with them. */
  readonly returnedFen: number;
  readonly backToFundFen: number;
}
