import { codeAgeMs } from '../../codes/key-ring.ts';
import type { Entry, RedemptionBody } from '../../contract/journal/entry.ts';
import { parseDay, purchaseDays } from '../../domain/business-day.ts';
import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import { isScanOld } from '../../domain/code-age.ts';
import { decide } from '../../domain/decide.ts';
import type { Decision, Facts, Purchase, Voucher } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import { refuse } from '../../domain/refuse.ts';
import type { BearEffect, Effect, RedeemEffect } from './effects.ts';
import {
  type AuthorisationState,
  type BatchFacts,
  type CheckedGrant,
  entryKey,
  purchaseKey,
  voucherKey,
} from './facts.ts';
import { held, type HoldReason, refused, settled, type Word } from './verdict.ts';

export interface Outcome {
  readonly word: Word;
  readonly effect: Effect | null;
}

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
  if (grant === null) {
    const { campaignNumber } = body;
    return { word: refused(refuse('signature-invalid', { campaignNumber }), null), effect: null };
  }
  const registerDoubt = doubtAboutGrant(body, grant, campaign, facts);
  if (registerDoubt !== null) return { word: held(registerDoubt), effect: null };
  return decideAnew(entry, body, grant.voucher, campaign, facts, {
    signatures: grant.signatures,
    issuerRevoked: grant.issuerRevoked,
    codeAgeMs: codeAgeMs(body.evidence, body.scannedAtMs),
    authorisationId: null,
  });
}

function doubtAboutBody(entry: Entry, body: RedemptionBody, facts: BatchFacts): HoldReason | null {
  if (body.purchase.storeId !== facts.storeId) return 'wrong-store';
  if (!purchaseDays(entry.atMs, facts.cutOverMinutes).has(body.purchase.businessDay))
    return 'business-day-wrong';
  if (isScanOld(body.scannedAtMs, entry.atMs)) return 'scan-time-wrong';
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
  const decideWith = (redeemed: Facts['redeemed']): Decision =>
    decide(voucher, purchaseOf(body.purchase, papersHash), facts.store, campaign, entry.atMs, {
      terminal: 'active',
      online: !body.offline,
      clock: 'trusted',
      signatures: proof.signatures,
      revoked: proof.issuerRevoked || facts.vouchers.get(key)?.status === 'revoked',
      redeemed,
      purchaseHasVoucher: facts.purchases.has(purchaseKey(body.purchase)),
      budgetExhausted: false,
      codeAgeMs: proof.codeAgeMs,
      offlineLimit: null,
    });
  const decision = decideWith(spend === undefined ? null : { ...spend });
  if (decision.verdict === 'refuse') {
    if (decision.code !== 'already-redeemed' || spend === undefined)
      return { word: refused(decision, null), effect: null };
    // Another counter took it, and but for that this one was right.
    const isInnocent = body.offline && spend.terminalId !== facts.terminalId && isAs(body, decideWith(null));
    const effect = isInnocent ? bearLoss(entry, body, voucher, campaign, facts) : null;
    return { word: refused(decision, effect === null ? 'merchant' : 'fund'), effect };
  }
  if (!isAs(body, decision)) {
    const word = held('amount-differs', {
      discountFen: decision.discountFen,
      payableFen: decision.payableFen,
    });
    return { word, effect: null };
  }
  return { word: settled, effect: takeVoucher(entry, body, voucher, campaign, facts, proof.authorisationId) };
}

function isAs(body: RedemptionBody, decision: Decision): boolean {
  return (
    decision.verdict === 'accept' &&
    decision.discountFen === body.discountFen &&
    decision.payableFen === body.payableFen
  );
}

/**
 * The merchant bears a voucher that was spent elsewhere before (null), unless the pack states a loss reserve and that
 * still has the whole amount.
 */
function bearLoss(
  entry: Entry,
  body: RedemptionBody,
  voucher: Voucher,
  campaign: Campaign,
  facts: BatchFacts,
): BearEffect | null {
  const kind = campaign.kinds.find(({ number }) => number === voucher.kindNumber);
  const leftFen = facts.coverFen.get(campaign.number) ?? 0;
  const amountFen = body.discountFen;
  if (kind === undefined || campaign.offlineDoubleSpendBorneBy !== 'fund' || amountFen > leftFen) return null;
  facts.coverFen.set(campaign.number, leftFen - amountFen);
  return { type: 'bear', ...remember(entry, body, voucher, kind, facts, true), amountFen };
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
  const { receiptNumber } = body.purchase;
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
  return {
    type: 'redeem',
    ...remember(entry, body, voucher, kind, facts, false),
    amountFen: body.discountFen,
    atMs,
    purchase: purchaseNamed(body),
    authorisationId,
  };
}

/** What a later reversal or refund needs to know, and what every effect of a redemption says. */
function remember(
  { epoch, seq }: Entry,
  body: RedemptionBody,
  voucher: Voucher,
  kind: VoucherKind,
  facts: BatchFacts,
  borneByReserve: boolean,
): Omit<BearEffect, 'type' | 'amountFen'> {
  const { storeId, businessDay: day } = body.purchase;
  const common = {
    campaignNumber: voucher.campaignNumber,
    serial: Number(voucher.serial),
    kindNumber: kind.number,
    storeId,
    redemptionId: body.redemptionId,
  };
  facts.redemptions.set(entryKey(epoch, seq), {
    ...common,
    amountFen: body.discountFen,
    purchase: purchaseNamed(body),
    packVersion: body.packVersion,
    state: 'stands',
    returnedFen: 0,
    borneByReserve,
    paidOut: false,
  });
  return { ...common, of: { epoch, seq }, category: kind.category, redemptionDay: day };
}

function purchaseNamed({ purchase }: RedemptionBody): RedeemEffect['purchase'] {
  const { storeId, till, businessDay: day, receiptNumber, amountFen } = purchase;
  return { storeId, till, businessDay: day, receiptNumber, amountFen };
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
  const told = body.evidence.type === 'authorisation' ? body.evidence.held : null;
  const { serial, voucher } = authorisation;
  if (told !== null && (told.serial !== String(serial) || told.kindNumber !== voucher.kindNumber))
    return 'register-differs';
  const samePurchase =
    purchaseKey(body.purchase) === authorisation.purchaseKey &&
    body.purchase.amountFen === authorisation.purchaseAmountFen;
  return samePurchase ? null : 'purchase-differs';
}
