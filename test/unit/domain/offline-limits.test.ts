import { describe, expect, test } from 'vitest';
import { fen } from '../../../src/domain/money.ts';
import { offlineLeft, offlineLimitHit, tightestPolicy } from '../../../src/domain/offline-limits.ts';
import { refuse } from '../../../src/domain/refuse.ts';
import { explainRefusal } from '../../../src/contract/messages/refusals.ts';

const HOUR = 3_600_000;
const NOW = 1_700_000_000_000;
const POLICY = { maxAgeMs: 4 * HOUR, maxCount: 50, maxDiscountFen: fen(200_000) };
const use = (ageMs: number, count: number, discountFen: number) => ({
  nowMs: NOW,
  lastFeedServerTimeMs: NOW - ageMs,
  pending: { count, discountFen },
});

describe('the offline limits', () => {
  test('by age: at four hours to the millisecond one more is allowed, one millisecond later none', () => {
    expect(offlineLimitHit(POLICY, use(4 * HOUR, 0, 0), 2000)).toBeNull();
    expect(offlineLimitHit(POLICY, use(4 * HOUR + 1, 0, 0), 2000)).toEqual({
      limit: 'age',
      ageMs: 4 * HOUR + 1,
      maxMs: 4 * HOUR,
    });
  });

  test('by count: the fiftieth is allowed, the fifty-first is not', () => {
    expect(offlineLimitHit(POLICY, use(0, 49, 0), 2000)).toBeNull();
    expect(offlineLimitHit(POLICY, use(0, 50, 0), 2000)).toEqual({ limit: 'count', count: 50, max: 50 });
  });

  test('by amount: up to the last fen, and not one beyond', () => {
    expect(offlineLimitHit(POLICY, use(0, 0, 198_000), 2000)).toBeNull();
    expect(offlineLimitHit(POLICY, use(0, 0, 198_001), 2000)).toEqual({
      limit: 'amount',
      pendingFen: 198_001,
      maxFen: 200_000,
    });
  });

  test('without a feed ever there is no age that is young enough', () => {
    const never = { ...use(0, 0, 0), lastFeedServerTimeMs: null };
    expect(offlineLimitHit(POLICY, never, 0)).toMatchObject({ limit: 'age' });
    expect(offlineLeft(POLICY, never)).toMatchObject({ ageMs: 0, first: 'age' });
  });

  test('of several that are broken the one that only the network can mend is named', () => {
    expect(offlineLimitHit(POLICY, use(5 * HOUR, 60, 300_000), 2000)).toMatchObject({ limit: 'age' });
    expect(offlineLimitHit(POLICY, use(0, 60, 300_000), 2000)).toMatchObject({ limit: 'count' });
  });

  test('what is left is never below nothing, and the one that bites first is the one with the smallest part left', () => {
    expect(offlineLeft(POLICY, use(HOUR, 45, 20_000))).toEqual({
      ageMs: 3 * HOUR,
      count: 5,
      discountFen: 180_000,
      of: { ageMs: 4 * HOUR, count: 50, discountFen: 200_000 },
      first: 'count',
    });
    expect(offlineLeft(POLICY, use(9 * HOUR, 99, 999_999))).toMatchObject({
      ageMs: 0,
      count: 0,
      discountFen: 0,
    });
    expect(offlineLeft(POLICY, use(0, 0, 150_000)).first).toBe('amount');
  });

  test('of several campaigns the tightest of each limit counts', () => {
    expect(tightestPolicy([POLICY, { ...POLICY, maxAgeMs: HOUR, maxCount: 99 }])).toEqual({
      ...POLICY,
      maxAgeMs: HOUR,
    });
    expect(tightestPolicy([])).toBeNull();
  });

  test.each(['zh', 'en'] as const)('each limit has words of its own that say what helps (%s)', (language) => {
    const texts = [use(5 * HOUR, 0, 0), use(0, 50, 0), use(0, 0, 199_000)].map((its) => {
      const hit = offlineLimitHit(POLICY, its, 2000);
      if (hit === null) throw new Error('not hit');
      return JSON.stringify(explainRefusal(language, refuse('offline-limit-reached', hit)));
    });
    expect(new Set(texts).size).toBe(3);
  });
});
