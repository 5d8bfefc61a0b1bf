import { type Fen, fen } from '../../domain/money.ts';

/**
 * How a total is borne by funds in the proportion of their weights, by largest remainder: each gets the whole
 * part of its quota, and what is left goes, a fen each, to those with the largest remainders (the earlier fund
 * first among equals). The parts add up to the total. Throws when there is no weight.
 */
export function cumulativeShares(total: Fen, weights: readonly number[]): readonly Fen[] {
  const sum = weights.reduce((left, right) => left + BigInt(right), 0n);
  if (sum <= 0n || total < 0) throw new RangeError('nothing to split by');
  const quotas = weights.map((weight, index) => {
    const scaled = BigInt(total) * BigInt(weight);
    return { index, whole: scaled / sum, rest: scaled % sum };
  });
  let left = total - Number(quotas.reduce((all, { whole }) => all + whole, 0n));
  const shares = quotas.map(({ whole }) => Number(whole));
  const byRest = [...quotas].sort((a, b) =>
    a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1,
  );
  for (const { index } of byRest) {
    if (left === 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
    left -= 1;
  }
  return shares.map(fen);
}

/**
 * What each fund pays when the net total moves from `before` to `after`: the difference of the cumulative shares,
 * so that rounding never adds up (design, section 7). Negative when the total falls.
 */
export function splitStep(before: Fen, after: Fen, weights: readonly number[]): readonly Fen[] {
  const from = cumulativeShares(before, weights);
  return cumulativeShares(after, weights).map((share, index) => fen(share - (from[index] ?? 0)));
}
