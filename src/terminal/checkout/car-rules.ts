import type { CarRules } from '../../contract/terminal/state.ts';
import { businessDay } from '../../domain/business-day.ts';
import type { Campaign } from '../../domain/campaign.ts';

/** What the newest campaign with car vouchers asks for, for the form at the counter; null without one. */
export function carRules(campaigns: readonly Campaign[]): CarRules | null {
  const newestFirst = [...campaigns].sort((one, other) => other.number - one.number);
  for (const { kinds, opensAtMs, announcedAtMs } of newestFirst) {
    const bands = kinds.flatMap(({ rule, faceValueFen }) =>
      rule.type === 'car-price-band'
        ? [{ faceValueFen, fromFen: rule.fromFen, belowFen: rule.belowFen }]
        : [],
    );
    if (bands.length > 0) return { earliestDay: businessDay(Math.max(opensAtMs, announcedAtMs)), bands };
  }
  return null;
}
