/**
 * Two small books of the oracle: goods that came back, and shifts. They import nothing either: what a return must
 * do is written down here once more, from the campaign's rules. Every amount is whole fen.
 */

export interface GoodsReturned {
  readonly returnedFen: number;
  readonly backToFundFen: number;
  /** What the customer gets. */
  readonly paidOutFen: number;
}

export interface Sold {
  readonly amountFen: number;
  readonly minSpendFen: number;
  readonly discountFen: number;
}

/**
 * What is wrong with the last of these returns, null if nothing is. While the rest still meets the minimum nothing of
 * the discount changes; else the whole discount goes back to the fund, once, and is taken off what the customer gets.
 */
export function wrongReturn(sold: Sold, returns: readonly GoodsReturned[]): string | null {
  const last = returns.at(-1);
  if (last === undefined) return null;
  const before = returns.slice(0, -1);
  const restFen = sold.amountFen - returns.reduce((sum, each) => sum + each.returnedFen, 0);
  if (restFen < 0) return 'more came back than was bought';
  if (before.some(({ backToFundFen }) => backToFundFen > 0)) return 'the discount went back before';
  const backToFundFen = restFen > 0 && restFen >= sold.minSpendFen ? 0 : sold.discountFen;
  const paidOutFen = Math.max(0, last.returnedFen - backToFundFen);
  return last.backToFundFen === backToFundFen && last.paidOutFen === paidOutFen
    ? null
    : `${last.backToFundFen} back and ${last.paidOutFen} paid instead of ${backToFundFen} and ${paidOutFen}`;
}

interface Sums {
  readonly count: number;
  readonly discountFen: number;
}

export type HandOver =
  | { readonly type: 'opened'; readonly number: number }
  | {
      readonly type: 'closed';
      readonly number: number;
      /** On the Z report, and in the journal. */
      readonly shown: Sums;
      readonly written: Sums;
      readonly unsentCount: number;
      /** A manager said that it may be closed over what is unsent. */
      readonly approved: boolean;
    };

/** What is known of a redemption when its shift is closed. `doubtful`: clearing refused it, and the counter may not know. */
export interface InShift {
  readonly discountFen: number;
  readonly is: 'counted' | 'doubtful' | 'not-counted';
}

export function wrongShift(
  closed: HandOver & { readonly type: 'closed' },
  sold: readonly InShift[],
): string | null {
  const sure = sold.filter(({ is }) => is === 'counted');
  const most = sold.filter(({ is }) => is !== 'not-counted');
  const sum = (each: readonly InShift[]): number =>
    each.reduce((fen, { discountFen }) => fen + discountFen, 0);
  for (const { count, discountFen } of [closed.shown, closed.written]) {
    if (count < sure.length || count > most.length) return `${count} of ${sure.length} to ${most.length}`;
    if (discountFen < sum(sure) || discountFen > sum(most))
      return `${discountFen} of ${sum(sure)} to ${sum(most)}`;
  }
  if (closed.unsentCount > 0 && !closed.approved) return `${closed.unsentCount} unsent and nobody asked`;
  return null;
}
