import { businessDay } from './business-day.ts';
import type { Campaign, KindRule, VoucherKind } from './campaign.ts';
import type { Refuse, Vehicle } from './decision.ts';
import type { Fen } from './money.ts';
import { refuse } from './refuse.ts';

/** Plan section 五 (五): 7座（含）以下乘用车. */
export const MAX_SEATS = 7;

export type PriceBand = Extract<KindRule, { readonly type: 'car-price-band' }>;

/** Lower bound inclusive, upper bound exclusive (plan section 五 (五): 1（含）-5万元, …). */
export function isInBand(band: PriceBand, priceFen: Fen): boolean {
  return priceFen >= band.fromFen && (band.belowFen === null || priceFen < band.belowFen);
}

/**
 * What plan section 五 (五) leaves out, then the price, in the order of the refusals: buyer, seats, passenger
 * car, invoice date, re-issue, papers, price below the minimum, price band. Null: nothing against it.
 */
export function refuseCar(
  band: PriceBand,
  vehicle: Vehicle,
  campaign: Campaign,
  nowMs: number,
): Refuse | null {
  return refusePapers(vehicle, campaign, nowMs) ?? refusePrice(band, vehicle.priceFen, campaign.kinds);
}

function refusePapers(vehicle: Vehicle, campaign: Campaign, nowMs: number): Refuse | null {
  if (vehicle.buyer !== 'person') return refuse('car-buyer-not-a-person', { buyer: vehicle.buyer });
  if (vehicle.seats > MAX_SEATS)
    return refuse('car-too-many-seats', { seats: vehicle.seats, maxSeats: MAX_SEATS });
  if (!vehicle.passengerCar) return refuse('car-not-passenger');
  // Bought inside the campaign dates, and never on an invoice from before the announcement.
  const earliestMs = Math.max(campaign.opensAtMs, campaign.announcedAtMs);
  if (vehicle.invoiceIssuedOnMs < earliestMs) {
    return refuse('car-invoice-too-early', {
      invoiceDay: businessDay(vehicle.invoiceIssuedOnMs),
      earliestDay: businessDay(earliestMs),
    });
  }
  if (vehicle.invoiceReissued)
    return refuse('car-invoice-reissued', { announcedDay: businessDay(campaign.announcedAtMs) });
  if (vehicle.invoiceIssuedOnMs > nowMs) {
    return refuse('car-papers-contradict', {
      reason: 'invoice-in-the-future',
      invoiceDay: businessDay(vehicle.invoiceIssuedOnMs),
      today: businessDay(nowMs),
    });
  }
  return vehicle.papersAgree ? null : refuse('car-papers-contradict', { reason: 'papers-differ' });
}

function refusePrice(band: PriceBand, priceFen: Fen, kinds: readonly VoucherKind[]): Refuse | null {
  if (isInBand(band, priceFen)) return null;
  const bands = kinds.flatMap(({ rule, id, faceValueFen }) =>
    rule.type === 'car-price-band' ? [{ id, rule, faceValueFen }] : [],
  );
  const minimumFen = Math.min(...bands.map(({ rule }) => rule.fromFen));
  if (priceFen < minimumFen) {
    return refuse('car-price-below-minimum', {
      priceFen,
      minPriceFen: minimumFen,
      shortfallFen: minimumFen - priceFen,
    });
  }
  const fitting = bands.find(({ rule }) => isInBand(rule, priceFen));
  return refuse('car-wrong-price-band', {
    priceFen,
    fromFen: band.fromFen,
    belowFen: band.belowFen,
    fittingKind: fitting?.id ?? null,
    fittingFaceValueFen: fitting?.faceValueFen ?? null,
  });
}
