interface Fund {
  /** What it bears of every total, relative to the others. */
  readonly weight: number;
  /** All that it has. */
  readonly capFen: number;
}

/**
 * How funds bear a total, reckoned as one would on paper: funds are emptied in the order in which they run dry, the
 * others share what is left by weight, rounded down, and then a fen each goes to the largest remainders. Whole fen,
 * no more than the funds have together.
 */
export function fundShares(totalFen: number, funds: readonly Fund[]): readonly number[] {
  const shares = funds.map(() => 0);
  const dryFirst = funds
    .map(({ weight, capFen }, index) => ({ index, weight: BigInt(weight), cap: BigInt(capFen) }))
    .sort((a, b) => Number(a.cap * b.weight - b.cap * a.weight));
  let left = BigInt(totalFen);
  let weights = dryFirst.reduce((sum, { weight }) => sum + weight, 0n);
  const open = dryFirst.filter(({ index, weight, cap }) => {
    if (left * weight < cap * weights) return true;
    shares[index] = Number(cap);
    left -= cap;
    weights -= weight;
    return false;
  });
  for (const { index, weight } of open) shares[index] = Number((left * weight) / weights);
  const remainders = open
    .map(({ index, weight }) => ({ index, remainder: (left * weight) % weights }))
    .sort((a, b) => Number(b.remainder - a.remainder) || a.index - b.index);
  const missing = open.reduce((fen, { index }) => fen - (shares[index] ?? 0), Number(left));
  for (const { index } of remainders.slice(0, missing)) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}
