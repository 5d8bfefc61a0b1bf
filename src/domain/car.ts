import { businessDay } from './business-day.ts';
import type { Campaign, KindRule, VoucherKind } from './campaign.ts';
import type { Refuse, RefuseOf, Vehicle } from './decision.ts';
import { refuse } from './refuse.ts';

/** Plan section 五 (五): 7座（含）以下乘用车. */
export const MAX_SEATS = 7;

export type PriceBand = Extract<KindRule, { readonly type: 'car-price-band' }>;
/** The prices of a band, whole fen; null: no upper bound. */
export interface Prices {
  readonly fromFen: number;
  readonly belowFen: number | null;
}

/** Lower bound inclusive, upper bound exclusive (plan section 五 (五): 1（含）-5万元, …). */
export function isInBand({ fromFen, belowFen }: Prices, priceFen: number): boolean {
  return priceFen >= fromFen && (belowFen === null || priceFen < belowFen);
}

/** A campaign's kinds for cars, each with its band. */
export function carKinds({
  kinds,
}: Pick<Campaign, 'kinds'>): readonly { readonly kind: VoucherKind; readonly band: PriceBand }[] {
  return kinds.flatMap((kind) => (kind.rule.type === 'car-price-band' ? [{ kind, band: kind.rule }] : []));
}

/** Bought inside the campaign dates, and never on an invoice from before the announcement. */
export function earliestInvoiceMs({ opensAtMs, announcedAtMs }: Dates): number {
  return Math.max(opensAtMs, announcedAtMs);
}
type Dates = Pick<Campaign, 'opensAtMs' | 'announcedAtMs'>;

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
  const { announcedAtMs } = campaign;
  const dates = { earliestMs: earliestInvoiceMs(campaign), announcedAtMs };
  return refusePapers(vehicle, dates, nowMs) ?? refusePrice(band, vehicle.priceFen, campaign);
}

/** What is told of a car and its papers; null: not yet, and not judged. */
export type ToldPapers = { readonly [Field in Exclude<keyof Vehicle, 'priceFen'>]: Vehicle[Field] | null };

/**
 * The first of the papers' refusals, in their order. `earliestMs`: the first moment of the first day whose invoices
 * count; null, as with the announcement: not known here.
 */
export function refusePapers(
  papers: ToldPapers,
  dates: { readonly earliestMs: number | null; readonly announcedAtMs: number | null },
  nowMs: number,
): Refuse | null {
  const { buyer, seats, passengerCar, invoiceIssuedOnMs: issuedMs, invoiceReissued, papersAgree } = papers;
  const { earliestMs, announcedAtMs } = dates;
  if (buyer === 'organisation') return refuse('car-buyer-not-a-person', { buyer });
  if (seats !== null && seats > MAX_SEATS)
    return refuse('car-too-many-seats', { seats, maxSeats: MAX_SEATS });
  if (passengerCar === false) return refuse('car-not-passenger');
  if (issuedMs !== null && earliestMs !== null && issuedMs < earliestMs) {
    const invoiceDay = businessDay(issuedMs);
    return refuse('car-invoice-too-early', { invoiceDay, earliestDay: businessDay(earliestMs) });
  }
  if (invoiceReissued === true) {
    const announcedDay = announcedAtMs === null ? null : businessDay(announcedAtMs);
    return refuse('car-invoice-reissued', { announcedDay });
  }
  if (issuedMs !== null && issuedMs > nowMs) {
    const days = { invoiceDay: businessDay(issuedMs), today: businessDay(nowMs) };
    return refuse('car-papers-contradict', { reason: 'invoice-in-the-future', ...days });
  }
  return papersAgree === false ? refuse('car-papers-contradict', { reason: 'papers-differ' }) : null;
}

/** A price that no voucher takes, for it is below every band. */
export function refuseLowPrice(
  bands: readonly Prices[],
  priceFen: number,
): RefuseOf<'car-price-below-minimum'> | null {
  const minPriceFen = Math.min(...bands.map(({ fromFen }) => fromFen));
  if (bands.length === 0 || priceFen >= minPriceFen) return null;
  return refuse('car-price-below-minimum', { priceFen, minPriceFen, shortfallFen: minPriceFen - priceFen });
}

function refusePrice(band: PriceBand, priceFen: number, campaign: Campaign): Refuse | null {
  if (isInBand(band, priceFen)) return null;
  const kinds = carKinds(campaign);
  const fitting = kinds.find((its) => isInBand(its.band, priceFen))?.kind;
  return (
    refuseLowPrice(
      kinds.map((its) => its.band),
      priceFen,
    ) ??
    refuse('car-wrong-price-band', {
      priceFen,
      fromFen: band.fromFen,
      belowFen: band.belowFen,
      fittingKind: fitting?.id ?? null,
      fittingFaceValueFen: fitting?.faceValueFen ?? null,
    })
  );
}
