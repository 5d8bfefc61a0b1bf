/** Something of clearing's that comes in rising versions and ends: a campaign pack, a key ring. */
export interface Versioned {
  readonly version: number;
  /** From this millisecond on it decides nothing any more; absent: never. */
  readonly expiresAtMs?: number;
}

export type Replacement = 'replace' | 'same-version' | 'lower-version' | 'expired';

/**
 * Whether `next` may take the place of `current`: only a higher version that hasn't ended. A lower one is
 * refused, so that nobody can bring back old rules or a revoked key by playing back an old message.
 */
export function mayReplace(current: Versioned | null, next: Versioned, nowMs: number): Replacement {
  if (current !== null && next.version < current.version) return 'lower-version';
  if (current !== null && next.version === current.version) return 'same-version';
  if (next.expiresAtMs !== undefined && nowMs >= next.expiresAtMs) return 'expired';
  return 'replace';
}
