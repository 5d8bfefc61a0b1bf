import type { CarRules } from '../../contract/terminal/state.ts';
import { businessDay } from '../../domain/business-day.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { carKinds, earliestInvoiceMs } from '../../domain/car.ts';

/** What the newest campaign with car vouchers asks for, for the form at the counter; null without one. */
export function carRules(campaigns: readonly Campaign[]): CarRules | null {
  const newestFirst = [...campaigns].sort((one, other) => other.number - one.number);
  for (const campaign of newestFirst) {
    const bands = carKinds(campaign).map(({ kind: { faceValueFen }, band }) => {
      const { fromFen, belowFen } = band;
      return { faceValueFen, fromFen, belowFen };
    });
    if (bands.length > 0) return { earliestDay: businessDay(earliestInvoiceMs(campaign)), bands };
  }
  return null;
}
