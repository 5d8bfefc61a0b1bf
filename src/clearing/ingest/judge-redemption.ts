import { type Entry, type RedemptionBody } from '../../contract/journal/entry.ts';
import { businessDay, parseDay } from '../../domain/business-day.ts';
import { type Campaign } from '../../domain/campaign.ts';
import { decide } from '../../domain/decide.ts';
import { type Facts, type Purchase, type Voucher } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import { type Effect } from './effects.ts';
import {
  type AuthorisationState,
  type BatchFacts,
  type CheckedGrant,
  purchaseKey,
  voucherKey,
} from './facts.ts';
import { held, type HoldReason, refused, settled, type Word } from './verdict.ts';

export interface Outcome {
  readonly word: Word;
  readonly effect: Effect | null;
}

/** A decision is good for 5 minutes; twice that allows for a clock set right between scan and confirmation. */
const MAX_SCAN_TO_ENTRY_MS = 600_000;

/** Judges a redemption by its evidence, with the terminal's time and clearing's own register. */
export function judgeRedemption(
  entry: Entry,
  body: RedemptionBody,
  grant: CheckedGrant | null,
  facts: BatchFacts,
): Outcome {
  const doubt = doubtAboutBody(entry, body, facts);
  if (doubt !== null) return { word: held(doubt), effect: null };
  const campaign = facts.campaign(body.campaignNumber, body.packVersion, entry.atMs);
  if (campaign === null) return { word: held('unknown-pack'), effect: null };
  if (body.evidence.type === 'authorisation') return judgeAuthorised(entry, body, campaign, facts);
  if (grant === null) return { word: refused('signature-invalid', {}, null), effect: null };
  const registerDoubt = doubtAboutGrant(body, grant, campaign, facts);
  if (registerDoubt !== null) return { word: held(registerDoubt), effect: null };
  return decideAnew(entry, body, grant.voucher, campaign, facts, {
    signatures: grant.signatures,
    issuerRevoked: grant.issuerRevoked,
    codeAgeMs: body.scannedAtMs - body.evidence.shownAtS * 1000,
    authorisationId: null,
  });
}

function doubtAboutBody(entry: Entry, body: RedemptionBody, facts: BatchFacts): HoldReason | null {
  if (body.purchase.storeId !== facts.storeId) return 'wrong-store';
  const days = [businessDay(entry.atMs), businessDay(entry.atMs, facts.cutOverMinutes)];
  if (!days.includes(body.purchase.businessDay)) return 'business-day-wrong';
  if (Math.abs(entry.atMs - body.scannedAtMs) > MAX_SCAN_TO_ENTRY_MS) return 'scan-time-wrong';
  return null;
}

function doubtAboutGrant(
  body: RedemptionBody,
  grant: CheckedGrant,
  campaign: Campaign,
  facts: BatchFacts,
): HoldReason | null {
  if (grant.signatures !== 'valid') return null;
  const { voucher } = grant;
  if (voucher.campaignNumber !== body.campaignNumber) return 'campaign-differs';
  const registered = facts.vouchers.get(voucherKey(voucher.campaignNumber, voucher.serial));
  if (registered === undefined) return 'not-in-register';
  if (registered.bytes !== grant.bytes) return 'register-differs';
  const lateFromMs = voucher.notAfterMs + campaign.offline.maxAgeMs;
  return registered.status === 'recovered' || facts.nowMs >= lateFromMs ? 'late' : null;
}

interface Proof {
  readonly signatures: Facts['signatures'];
  readonly issuerRevoked: boolean;
  readonly codeAgeMs: number | null;
  readonly authorisationId: string | null;
}

function decideAnew(
  entry: Entry,
  body: RedemptionBody,
  voucher: Voucher,
  campaign: Campaign,
  facts: BatchFacts,
  proof: Proof,
): Outcome {
  const key = voucherKey(voucher.campaignNumber, voucher.serial);
  const spent = facts.spends.get(key);
  // What this very authorisation captured is its own.
  const isOwn = proof.authorisationId !== null && spent?.authorisationId === proof.authorisationId;
  const spend = isOwn ? undefined : spent;
  const papersHash = facts.vouchers.get(key)?.papersHash ?? null;
  const decision = decide(voucher, purchaseOf(body.purchase, papersHash), facts.store, campaign, entry.atMs, {
    terminal: 'active',
    online: !body.offline,
    clock: 'trusted',
    signatures: proof.signatures,
    revoked: proof.issuerRevoked || facts.vouchers.get(key)?.status === 'revoked',
    redeemed:
      spend === undefined
        ? null
        : { atMs: spend.atMs, storeName: spend.storeName, receiptNumber: spend.receiptNumber },
    purchaseHasVoucher: facts.purchases.has(purchaseKey(body.purchase)),
    budgetExhausted: false,
    codeAgeMs: proof.codeAgeMs,
    offlineLimit: null,
  });
  if (decision.verdict === 'refuse') {
    const borneBy =
      decision.code !== 'already-redeemed'
        ? null
        : body.offline
          ? campaign.offlineDoubleSpendBorneBy
          : 'merchant';
    return { word: refused(decision.code, decision.params, borneBy), effect: null };
  }
  if (decision.discountFen !== body.discountFen || decision.payableFen !== body.payableFen) {
    const word = held('amount-differs', {
      discountFen: decision.discountFen,
      payableFen: decision.payableFen,
    });
    return { word, effect: null };
  }
  return { word: settled, effect: takeVoucher(entry, body, voucher, campaign, facts, proof.authorisationId) };
}

function takeVoucher(
  entry: Entry,
  body: RedemptionBody,
  voucher: Voucher,
  campaign: Campaign,
  facts: BatchFacts,
  authorisationId: string | null,
): Effect {
  const kind = campaign.kinds.find(({ number }) => number === voucher.kindNumber);
  if (kind === undefined) throw new Error('decide accepted a kind that the campaign does not have');
  const { epoch, seq, atMs, terminalId } = entry;
  const { storeId, till, businessDay: day, receiptNumber, amountFen } = body.purchase;
  facts.spends.set(voucherKey(campaign.number, voucher.serial), {
    terminalId,
    authorisationId: null,
    epoch,
    seq,
    atMs,
    storeName: null,
    receiptNumber,
  });
  facts.purchases.set(purchaseKey(body.purchase), { terminalId, epoch, seq });
  facts.redemptions.set(`${String(epoch)}:${String(seq)}`, {
    lineId: null,
    redemptionId: body.redemptionId,
    campaignNumber: campaign.number,
    serial: Number(voucher.serial),
    kindNumber: kind.number,
    storeId,
    amountFen: body.discountFen,
    purchase: { storeId, till, businessDay: day, receiptNumber, amountFen },
    payableFen: body.payableFen,
    packVersion: body.packVersion,
    state: 'stands',
    returnedFen: 0,
    paidOut: false,
  });
  return {
    type: 'redeem',
    of: { epoch, seq },
    campaignNumber: campaign.number,
    serial: Number(voucher.serial),
    kindNumber: kind.number,
    category: kind.category,
    storeId,
    redemptionId: body.redemptionId,
    redemptionDay: day,
    amountFen: body.discountFen,
    atMs,
    purchase: { storeId, till, businessDay: day, receiptNumber, amountFen },
    authorisationId,
  };
}

/** The purchase as the rules see it; a voucher that is bound to papers agrees with no others. */
export function purchaseOf(body: RedemptionBody['purchase'], papersHash: string | null): Purchase {
  const { amountFen, listAmountFen, vehicle } = body;
  return {
    amountFen: fen(amountFen),
    listAmountFen: fen(listAmountFen),
    vehicle:
      vehicle === null
        ? null
        : {
            priceFen: fen(vehicle.priceFen),
            seats: vehicle.seats,
            buyer: vehicle.buyer,
            invoiceIssuedOnMs: parseDay(vehicle.invoiceIssuedOn) ?? 0,
            invoiceReissued: vehicle.invoiceReissued,
            papersAgree: vehicle.papersAgree && (papersHash === null || vehicle.papersHash === papersHash),
            passengerCar: vehicle.passengerCar,
          },
  };
}

/**
 * A capture that was confirmed in time but never reached clearing settles if the voucher is free. Confirming after
 * the hold ended, or on an authorisation that was released or refused, is for an operator to look at.
 */
function judgeAuthorised(entry: Entry, body: RedemptionBody, campaign: Campaign, facts: BatchFacts): Outcome {
  if (body.evidence.type !== 'authorisation') throw new Error('not an authorised redemption');
  const authorisation = facts.authorisations.get(body.evidence.authorisationId);
  if (authorisation === undefined) return { word: held('unknown-authorisation'), effect: null };
  const doubt = doubtAboutAuthorisation(entry, body, authorisation);
  if (doubt !== null) return { word: held(doubt), effect: null };
  return decideAnew(entry, body, authorisation.voucher, campaign, facts, {
    signatures: 'valid',
    issuerRevoked: false,
    codeAgeMs: null,
    authorisationId: authorisation.id,
  });
}

function doubtAboutAuthorisation(
  entry: Entry,
  body: RedemptionBody,
  authorisation: AuthorisationState,
): HoldReason | null {
  const { status, holdUntilMs } = authorisation;
  if (status !== 'reserved' && status !== 'captured') return 'authorisation-over';
  if (status === 'reserved' && entry.atMs >= holdUntilMs) return 'hold-expired';
  if (authorisation.campaignNumber !== body.campaignNumber) return 'campaign-differs';
  const samePurchase =
    purchaseKey(body.purchase) === authorisation.purchaseKey &&
    body.purchase.amountFen === authorisation.purchaseAmountFen;
  return samePurchase ? null : 'purchase-differs';
}
