import type { OfflinePolicy } from './campaign.ts';
import type { OfflineLimitHit } from './decision.ts';
import { fen } from './money.ts';

/** What the limits of a pack are held against. */
export interface OfflineUse {
  readonly nowMs: number;
  /** Clearing's time in the last verified feed; null: there never was one. */
  readonly lastFeedServerTimeMs: number | null;
  /** Redemptions that clearing has no verdict on. */
  readonly pending: { readonly count: number; readonly discountFen: number };
}

interface Amounts {
  readonly ageMs: number;
  readonly count: number;
  readonly discountFen: number;
}

/** What is left of each limit, the limits themselves, and the one of which the smallest part is left. */
export interface OfflineLeft extends Amounts {
  readonly of: Amounts;
  readonly first: OfflineLimitHit['limit'];
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

const part = (left: number, of: number): number => (of === 0 ? 0 : left / of);

/** What is left of each limit, never below 0. */
export function offlineLeft(policy: OfflinePolicy, use: OfflineUse): OfflineLeft {
  const ageMs = Math.max(0, policy.maxAgeMs - ageOf(use));
  const count = Math.max(0, policy.maxCount - use.pending.count);
  const discountFen = Math.max(0, policy.maxDiscountFen - use.pending.discountFen);
  const parts = [
    ['age', part(ageMs, policy.maxAgeMs)],
    ['count', part(count, policy.maxCount)],
    ['amount', part(discountFen, policy.maxDiscountFen)],
  ] as const;
  // On a tie the earlier one, as the limits are asked in this order.
  const [first] = parts.reduce((least, each) => (each[1] < least[1] ? each : least));
  const of = { ageMs: policy.maxAgeMs, count: policy.maxCount, discountFen: policy.maxDiscountFen };
  return { ageMs, count, discountFen, of, first };
}

/** The tightest of each limit over the packs in force; null without one. */
export function tightestPolicy(policies: readonly OfflinePolicy[]): OfflinePolicy | null {
  if (policies.length === 0) return null;
  return {
    maxAgeMs: Math.min(...policies.map(({ maxAgeMs }) => maxAgeMs)),
    maxCount: Math.min(...policies.map(({ maxCount }) => maxCount)),
    maxDiscountFen: fen(Math.min(...policies.map(({ maxDiscountFen }) => maxDiscountFen))),
  };
}
