export interface Backoff {
  /** The first pause, in milliseconds; each further one is twice as long. */
  readonly firstMs: number;
  /** No pause is longer. */
  readonly longestMs: number;
}

/**
 * How long to wait after so many failures in a row (1 or more), in milliseconds. `random`, from 0 to 1, draws from
 * the upper half of the pause, so that many who failed together don't come back together; 1 is the whole pause.
 */
export function backoffMs(failures: number, { firstMs, longestMs }: Backoff, random: number): number {
  return (Math.min(longestMs, firstMs * 2 ** (failures - 1)) * (1 + random)) / 2;
}
