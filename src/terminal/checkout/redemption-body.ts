import type { Entry, RedemptionBody } from '../../contract/journal/entry.ts';
import { businessDay } from '../../domain/business-day.ts';
import type { Accept } from '../../domain/decision.ts';
import type { Fen } from '../../domain/money.ts';
import type { RedemptionRow } from '../journal/types.ts';
import type { CampaignBook } from './campaign-book.ts';
import type { Sale, ScannedVoucher } from './judge.ts';
import type { SoldVehicle } from './vehicle.ts';

type Evidence = RedemptionBody['evidence'];
/** A sale whose amount is known. */
export type PricedSale = Sale & { readonly amountFen: Fen };

/** What goes into the journal: the proof, the purchase, and by which versions it was decided. */
export interface RedemptionFacts {
  readonly redemptionId: string;
  readonly evidence: Evidence;
  readonly campaignNumber: number;
  readonly scannedAtMs: number;
  readonly sale: PricedSale;
  readonly accept: Pick<Accept, 'discountFen' | 'payableFen'>;
  readonly cashierId: string;
  readonly offline: boolean;
}

/** The scanned code whole. */
export function codeEvidence({ code }: ScannedVoucher): Evidence {
  return {
    type: 'voucher-code',
    grant: Buffer.from(code.grant).toString('base64url'),
    issuerSignature: Buffer.from(code.issuerSignature).toString('base64url'),
    shownAtS: code.shownAtS,
    holderSignature: Buffer.from(code.holderSignature).toString('base64url'),
  };
}

/** The purchase as entries and requests carry it. */
export function purchaseBody(sale: PricedSale): RedemptionBody['purchase'] {
  return {
    storeId: sale.storeId,
    till: sale.till,
    businessDay: sale.businessDay,
    receiptNumber: sale.receiptNumber,
    amountFen: sale.amountFen,
    listAmountFen: sale.listAmountFen ?? sale.amountFen,
    vehicle: sale.vehicle === null ? null : vehicleBody(sale.vehicle),
  };
}

/** The body of a redemption entry. Throws for a campaign that the book doesn't know: such a one is never accepted. */
export function redemptionBody(book: CampaignBook, facts: RedemptionFacts): RedemptionBody {
  const { redemptionId, evidence, campaignNumber, sale, accept, cashierId, offline, scannedAtMs } = facts;
  const campaign = book.campaign(campaignNumber);
  if (campaign === null) throw new Error('accepted without a campaign');
  return {
    redemptionId,
    evidence,
    purchase: purchaseBody(sale),
    discountFen: accept.discountFen,
    payableFen: accept.payableFen,
    campaignNumber: campaign.number,
    packVersion: campaign.version,
    keyRingVersion: book.keyRing().version,
    cashierId,
    scannedAtMs,
    offline,
  };
}

function vehicleBody(vehicle: SoldVehicle): NonNullable<RedemptionBody['purchase']['vehicle']> {
  const { priceFen, seats, buyer, invoiceReissued, papersAgree, passengerCar, papersHash } = vehicle;
  return {
    priceFen,
    seats,
    buyer,
    invoiceIssuedOn: businessDay(vehicle.invoiceIssuedOnMs),
    invoiceReissued,
    papersAgree,
    passengerCar,
    papersHash,
  };
}

/** The row of an entry that was just written, as the journal would read it. */
export function bookedRow(
  { epoch, seq, atMs }: Pick<Entry, 'epoch' | 'seq' | 'atMs'>,
  body: RedemptionBody,
  voucher: Pick<RedemptionRow, 'kindNumber' | 'serial'>,
  notConfirmed: boolean,
): RedemptionRow {
  const { purchase, evidence, redemptionId, campaignNumber, discountFen, payableFen } = body;
  const { storeId, till, businessDay: day, receiptNumber, amountFen } = purchase;
  return {
    ...{ epoch, seq, atMs, redemptionId, campaignNumber, ...voucher, storeId, till, receiptNumber },
    ...{ amountFen, discountFen, payableFen },
    businessDay: day,
    evidence: evidence.type,
    cashierId: body.cashierId,
    packVersion: body.packVersion,
    scannedAtMs: body.scannedAtMs,
    offline: body.offline,
    state: 'pending',
    verdict: null,
    reason: null,
    settlementDay: null,
    borneBy: null,
    reversedBy: null,
    returnedFen: 0,
    backToFundFen: 0,
    notConfirmed,
  };
}
