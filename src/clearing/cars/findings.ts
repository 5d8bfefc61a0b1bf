import type { CarFinding, CarPapers } from '../../contract/clearing/car-papers.ts';
import { dayStartMs } from '../../domain/business-day.ts';
import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import {
  carKinds,
  earliestInvoiceMs,
  isInBand,
  MAX_SEATS,
  type PriceBand,
  refuseCar,
} from '../../domain/car.ts';
import { refuseCampaign } from '../../domain/decide.ts';
import type { RefusalCode, Vehicle } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import type { CarPapersReason } from '../../domain/refusal-params.ts';
import { refuse } from '../../domain/refuse.ts';

export interface JudgedPapers {
  /** The kind whose band holds the price; null where none does. */
  readonly kind: VoucherKind | null;
  /** Everything that speaks against the claim, not only the first. */
  readonly findings: readonly CarFinding[];
}

/** Judges papers by themselves and by the rules that decide at the dealer. Null: the campaign has no car vouchers. */
export function judgePapers(papers: CarPapers, campaign: Campaign, nowMs: number): JudgedPapers | null {
  const bands = carKinds(campaign);
  const [first] = bands;
  if (first === undefined) return null;
  const price = fen(papers.invoice.priceFen);
  const fitting = bands.find(({ band }) => isInBand(band, price));
  return {
    kind: fitting?.kind ?? null,
    findings: [
      ...outsideCampaign(campaign, nowMs),
      ...contradictions(papers),
      ...againstRules(vehicleOf(papers, campaign), (fitting ?? first).band, campaign, nowMs),
    ],
  };
}

function outsideCampaign(campaign: Campaign, nowMs: number): readonly CarFinding[] {
  const refusal = refuseCampaign(campaign, nowMs);
  return refusal === null ? [] : [{ code: refusal.code, params: { ...refusal.params } }];
}

/** Where the papers contradict each other (plan section 五 (五) (3): 相关材料信息不一致或有矛盾的). */
function contradictions({ invoice, registration, identity }: CarPapers): readonly CarFinding[] {
  const when = (reason: CarPapersReason, isSo: boolean): readonly CarFinding[] => {
    const { code, params } = refuse('car-papers-contradict', { reason });
    return isSo ? [{ code, params: { ...params } }] : [];
  };
  const { replaces } = invoice;
  return [
    ...when('vin', invoice.vin !== registration.vin),
    ...when('buyer-and-owner', invoice.buyerName !== registration.ownerName),
    ...when('buyer-and-identity', invoice.buyerName !== identity.name),
    ...when('registered-before-invoice', registration.registeredOn < invoice.issuedOn),
    ...when('replaces-a-later-invoice', replaces !== null && replaces.issuedOn > invoice.issuedOn),
  ];
}

/** The papers as the rules see them; what the papers say of each other is found by `contradictions`. */
function vehicleOf({ invoice, registration, identity }: CarPapers, campaign: Campaign): Vehicle {
  const { replaces } = invoice;
  return {
    priceFen: fen(invoice.priceFen),
    seats: registration.seats,
    buyer: identity.type,
    invoiceIssuedOnMs: dayStartMs(invoice.issuedOn),
    // Re-issued after the announcement for one that is from before it (plan section 五 (五) (2)).
    invoiceReissued: replaces !== null && dayStartMs(replaces.issuedOn) < campaign.announcedAtMs,
    papersAgree: true,
    passengerCar: registration.passengerCar,
  };
}

/** What a vehicle would be without the thing that it is refused for, so that the next thing is found too. */
const WITHOUT: Partial<
  Record<RefusalCode, (vehicle: Vehicle, campaign: Campaign, nowMs: number) => Vehicle>
> = {
  'car-buyer-not-a-person': (vehicle) => ({ ...vehicle, buyer: 'person' }),
  'car-too-many-seats': (vehicle) => ({ ...vehicle, seats: MAX_SEATS }),
  'car-not-passenger': (vehicle) => ({ ...vehicle, passengerCar: true }),
  'car-invoice-too-early': (vehicle, campaign) => ({
    ...vehicle,
    invoiceIssuedOnMs: earliestInvoiceMs(campaign),
  }),
  'car-invoice-reissued': (vehicle) => ({ ...vehicle, invoiceReissued: false }),
  'car-papers-contradict': (vehicle, _campaign, nowMs) => ({ ...vehicle, invoiceIssuedOnMs: nowMs }),
};

type RuleCode = Extract<RefusalCode, CarFinding['code']>;
const RULE_CODES: ReadonlySet<string> = new Set<RuleCode>([
  'car-buyer-not-a-person',
  'car-too-many-seats',
  'car-not-passenger',
  'car-invoice-too-early',
  'car-invoice-reissued',
  'car-papers-contradict',
  'car-price-below-minimum',
  'car-wrong-price-band',
]);
const isRuleCode = (code: RefusalCode): code is RuleCode => RULE_CODES.has(code);

function againstRules(
  vehicle: Vehicle,
  band: PriceBand,
  campaign: Campaign,
  nowMs: number,
): readonly CarFinding[] {
  const findings: CarFinding[] = [];
  let rest = vehicle;
  // Each turn ends one kind of refusal, so there are no more turns than codes.
  for (let turn = 0; turn < RULE_CODES.size; turn += 1) {
    const refusal = refuseCar(band, rest, campaign, nowMs);
    if (refusal === null || findings.some(({ code }) => code === refusal.code)) break;
    if (!isRuleCode(refusal.code)) throw new Error(`a car is refused for ${refusal.code}`);
    findings.push({ code: refusal.code, params: { ...refusal.params } });
    const without = WITHOUT[refusal.code];
    if (without === undefined) break;
    rest = without(rest, campaign, nowMs);
  }
  return findings;
}
