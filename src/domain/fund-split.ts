import type { Campaign } from './campaign.ts';
import { type Fen, fen } from './money.ts';

/** What a fund bears of every total, relative to the others, and the most that it has. */
export interface FundPart {
  readonly weight: number;
  readonly capFen: Fen;
}

/** The funds of a campaign as the split sees them: by their shares, or in proportion to their amounts. */
export function fundParts({ funds }: Pick<Campaign, 'funds'>): readonly FundPart[] {
  return funds.map(({ share, amountFen }) => ({ weight: share ?? amountFen, capFen: amountFen }));
}

/**
 * How a total is borne by the funds: in the proportion of their weights, but none more than it has; what a fund
 * can't bear is borne by the others, again by weight. Rounded by largest remainder: each gets the whole part of
 * its quota, and what is left goes, a fen each, to those with the largest remainders (the earlier fund first among
 * equals). Depends on nothing but the total, so that giving back ends where taking began. The parts add up to the
 * total. Throws a RangeError for more than all funds have together.
 */
export function cumulativeShares(total: Fen, parts: readonly FundPart[]): readonly Fen[] {
  const shares = parts.map(() => 0n);
  let rest = BigInt(total);
  let open = parts.flatMap(({ weight, capFen }, index) =>
    weight > 0 && capFen > 0 ? [{ index, weight: BigInt(weight), cap: BigInt(capFen) }] : [],
  );
  if (rest < 0n || rest > open.reduce((sum, { cap }) => sum + cap, 0n))
    throw new RangeError(`the funds can't bear ${String(total)} fen`);
  for (;;) {
    const weights = open.reduce((sum, { weight }) => sum + weight, 0n);
    const full = open.filter(({ weight, cap }) => rest * weight >= cap * weights);
    if (full.length === 0) break;
    for (const { index, cap } of full) {
      shares[index] = cap;
      rest -= cap;
    }
    open = open.filter((part) => !full.includes(part));
  }
  const weights = open.reduce((sum, { weight }) => sum + weight, 0n);
  const quotas = open.map(({ index, weight }) => ({
    index,
    whole: (rest * weight) / weights,
    remainder: (rest * weight) % weights,
  }));
  let left = rest - quotas.reduce((sum, { whole }) => sum + whole, 0n);
  quotas.sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const { index, whole } of quotas) {
    shares[index] = whole + (left > 0n ? 1n : 0n);
    left -= left > 0n ? 1n : 0n;
  }
  return shares.map((share) => fen(Number(share)));
}

/**
 * What each fund pays when their net total changes, after they have paid `paid` so far: up to the cumulative
 * shares of the new total, so that rounding never adds up. Negative where money comes back.
 * Throws a RangeError where the total would fall below zero or rise above what the funds have.
 */
export function splitStep(
  paid: readonly Fen[],
  changeFen: number,
  parts: readonly FundPart[],
): readonly Fen[] {
  const total = fen(paid.reduce<number>((sum, amount) => sum + amount, changeFen));
  return cumulativeShares(total, parts).map((share, index) => fen(share - (paid[index] ?? 0)));
}
