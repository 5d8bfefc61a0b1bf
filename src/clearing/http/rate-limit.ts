/** Requests that one key may send at once, and how many a second it earns back. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Keys remembered at most; beyond it those that have earned everything back are forgotten. */
const MAX_KEYS = 20_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** A token bucket for each key, on this node. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #limit: RateLimit;
  readonly #now: () => number;

  constructor(limit: RateLimit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** True if the key may go on; takes one token. */
  take(key: string): boolean {
    const { burst, perSecond } = this.#limit;
    const atMs = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs };
    const earned = (Math.max(0, atMs - bucket.atMs) / 1000) * perSecond;
    const tokens = Math.min(burst, bucket.tokens + earned);
    if (!this.#buckets.has(key) && this.#buckets.size >= MAX_KEYS) this.#forget(atMs);
    this.#buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, atMs });
    return tokens >= 1;
  }

  #forget(atMs: number): void {
    const { burst, perSecond } = this.#limit;
    for (const [key, bucket] of this.#buckets) {
      const tokens = bucket.tokens + ((atMs - bucket.atMs) / 1000) * perSecond;
      if (tokens >= burst) this.#buckets.delete(key);
    }
    if (this.#buckets.size >= MAX_KEYS) this.#buckets.clear();
  }
}
