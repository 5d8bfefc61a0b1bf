import type { OfflinePolicy } from '../../domain/campaign.ts';
import type { OfflineLimitHit } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import type { Pending } from '../journal/types.ts';

/** What the limits of a pack are held against. */
export interface OfflineUse {
  readonly nowMs: number;
  /** Clearing's time in the last verified feed; null: there never was one. */
  readonly lastFeedServerTimeMs: number | null;
  readonly pending: Pick<Pending, 'count' | 'discountFen'>;
}

function ageOf({ nowMs, lastFeedServerTimeMs }: OfflineUse): number {
  return lastFeedServerTimeMs === null ? Number.MAX_SAFE_INTEGER : Math.max(0, nowMs - lastFeedServerTimeMs);
}

/**
 * The offline limit that one more redemption of `discountFen` would break; null if none. In the order age,
 * count, amount, so that the cashier is told the one that only the network can mend first.
 */
export function offlineLimitHit(
  policy: OfflinePolicy,
  use: OfflineUse,
  discountFen: number,
): OfflineLimitHit | null {
  const ageMs = ageOf(use);
  if (ageMs > policy.maxAgeMs) return { limit: 'age', ageMs, maxMs: policy.maxAgeMs };
  const { count, discountFen: pendingFen } = use.pending;
  if (count + 1 > policy.maxCount) return { limit: 'count', count, max: policy.maxCount };
  if (pendingFen + discountFen > policy.maxDiscountFen)
    return { limit: 'amount', pendingFen: fen(pendingFen), maxFen: policy.maxDiscountFen };
  return null;
}

/** What is left of each limit; never below 0. */
export function offlineLeft(
  policy: OfflinePolicy,
  use: OfflineUse,
): { readonly ageMs: number; readonly count: number; readonly discountFen: number } {
  return {
    ageMs: Math.max(0, policy.maxAgeMs - ageOf(use)),
    count: Math.max(0, policy.maxCount - use.pending.count),
    discountFen: Math.max(0, policy.maxDiscountFen - use.pending.discountFen),
  };
}
