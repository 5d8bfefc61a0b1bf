import type { Campaign } from './campaign.ts';
import type { Refuse } from './decision.ts';
import { MAX_SCAN_TO_ENTRY_MS } from './durations.ts';
import { refuse } from './refuse.ts';

/**
 * Whether a code was fresh when it was scanned: −maxAhead ≤ age < maxAge (the campaign's `freshness`). One from
 * further ahead says that one of two clocks is wrong. Null for an age: not judged here.
 */
export function refuseAge({ freshness }: Campaign, codeAgeMs: number | null): Refuse | null {
  if (codeAgeMs === null) return null;
  const { maxAheadMs, maxAgeMs } = freshness;
  if (codeAgeMs < -maxAheadMs) return refuse('clock-untrusted', { reason: 'code', aheadMs: -codeAgeMs });
  if (codeAgeMs >= maxAgeMs) return refuse('code-stale', { ageMs: codeAgeMs, maxAgeMs });
  return null;
}

/** Whether a scan is too far from an entry to be booked by it, in either direction. */
export function isScanOld(scannedAtMs: number, atMs: number): boolean {
  return Math.abs(atMs - scannedAtMs) > MAX_SCAN_TO_ENTRY_MS;
}

/** A code that was scanned before the customer went to fetch something: clearing would hold what is booked on it now. */
export function refuseOldScan(scannedAtMs: number, nowMs: number): Refuse | null {
  return isScanOld(scannedAtMs, nowMs) ? refuse('code-stale', { ageMs: null, maxAgeMs: null }) : null;
}
