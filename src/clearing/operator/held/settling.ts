import type { Campaign, VoucherKind } from '../../../domain/campaign.ts';
import { returnBar } from '../../../domain/correction/returns.ts';
import { reversalBar } from '../../../domain/correction/reversal.ts';
import type { SettlingBlock } from '../../../contract/clearing/operator/held.ts';
import type { EntryBody } from '../../../contract/journal/entry.ts';
import type { CorrectEffect, Effect, RedeemEffect } from '../../ingest/effects.ts';
import {
  type BatchFacts,
  type CheckedEntry,
  entryKey,
  purchaseKey,
  type RegisteredVoucher,
  type SettledRedemption,
  voucherKey,
} from '../../ingest/facts.ts';
import { redeemedOf } from '../../ingest/judge-correction.ts';
import type { HoldReason } from '../../ingest/verdict.ts';

/** What settling a held entry would do now; `effect` null: it moves no money. */
export type Settling =
  | {
      readonly possible: true;
      readonly effect: Effect | null;
      /** The voucher's value went back into the budget meanwhile: it is taken from there again. */
      readonly revives: {
        readonly campaign: Campaign;
        readonly kind: VoucherKind;
        readonly serial: number;
      } | null;
    }
  | { readonly possible: false; readonly why: SettlingBlock };

export interface SettlingContext {
  readonly facts: BatchFacts;
  readonly latestCampaign: (number: number) => Campaign | null;
  /** A later entry of the terminal has taken this redemption back. */
  readonly isUndone: boolean;
}

/** Entries of which nothing proves that the terminal wrote them like that, or that clearing issued the voucher. */
const NEVER: ReadonlySet<string> = new Set<HoldReason>([
  'unknown-epoch',
  'fork',
  'hash-wrong',
  'signature-wrong',
  'body-wrong',
  'not-in-register',
  'register-differs',
]);

const no = (why: SettlingBlock): Settling => ({ possible: false, why });

/**
 * Whether two operators may settle a held entry, and what that does. They may overlook lateness, suspension, a gap or
 * a wrong amount, but not what keeps money safe: the voucher is clearing's own and free, the purchase has no other,
 * and no more is paid than its face value.
 */
export function settlingOf(checked: CheckedEntry, reason: string, context: SettlingContext): Settling {
  if (NEVER.has(reason)) return no('unproven');
  const { body } = checked;
  switch (body?.kind) {
    case undefined:
      return no('body-wrong');
    case 'redemption':
      return settleRedemption(checked, body.value, context);
    case 'reversal':
      return settleCorrection(checked, body.value, null, context);
    case 'refund':
      return settleCorrection(checked, body.value, body.value.backToFundFen, context);
    default:
      return { possible: true, effect: null, revives: null };
  }
}

function settleRedemption(
  { entry, grant }: CheckedEntry,
  body: EntryBody<'redemption'>,
  { facts, latestCampaign, isUndone }: SettlingContext,
): Settling {
  if (isUndone) return no('taken-back');
  const { evidence } = body;
  let serial: number;
  if (evidence.type === 'authorisation') {
    const authorisation = facts.authorisations.get(evidence.authorisationId);
    if (authorisation === undefined) return no('unknown-authorisation');
    if (authorisation.campaignNumber !== body.campaignNumber) return no('other-campaign');
    serial = authorisation.serial;
  } else {
    if (grant === null) return no('code-unreadable');
    if (grant.signatures !== 'valid' || grant.issuerRevoked) return no('signatures-wrong');
    if (grant.voucher.campaignNumber !== body.campaignNumber) return no('other-campaign');
    serial = Number(grant.voucher.serial);
  }
  const key = voucherKey(body.campaignNumber, serial);
  const voucher = facts.vouchers.get(key);
  const campaign = latestCampaign(body.campaignNumber);
  const kind = campaign?.kinds.find(({ number }) => number === voucher?.kindNumber);
  if (voucher === undefined || campaign === null || kind === undefined) return no('never-issued');
  if (grant !== null && voucher.bytes !== grant.bytes) return no('voucher-differs');
  const why = whyNotFree(voucher, key, evidence, body, facts);
  if (why !== null) return no(why);
  if (body.discountFen < 1 || body.discountFen > Math.min(kind.faceValueFen, body.purchase.amountFen))
    return no('amount-too-high');
  if (kind.category !== facts.store.category) return no('other-category');
  const { storeId, till, businessDay: day, receiptNumber, amountFen } = body.purchase;
  const effect: RedeemEffect = {
    type: 'redeem',
    of: { epoch: entry.epoch, seq: entry.seq },
    campaignNumber: campaign.number,
    serial,
    kindNumber: kind.number,
    category: kind.category,
    storeId: facts.storeId,
    redemptionId: body.redemptionId,
    redemptionDay: day,
    amountFen: body.discountFen,
    atMs: entry.atMs,
    purchase: { storeId, till, businessDay: day, receiptNumber, amountFen },
    authorisationId: evidence.type === 'authorisation' ? evidence.authorisationId : null,
  };
  return {
    possible: true,
    effect,
    revives: voucher.status === 'recovered' ? { campaign, kind, serial } : null,
  };
}

function whyNotFree(
  voucher: RegisteredVoucher,
  key: string,
  evidence: EntryBody<'redemption'>['evidence'],
  body: EntryBody<'redemption'>,
  facts: BatchFacts,
): SettlingBlock | null {
  if (voucher.status === 'revoked') return 'revoked';
  const spend = facts.spends.get(key);
  const isOwn = evidence.type === 'authorisation' && spend?.authorisationId === evidence.authorisationId;
  if (spend !== undefined && !isOwn) return 'spent-elsewhere';
  return facts.purchases.has(purchaseKey(body.purchase)) ? 'purchase-used' : null;
}

/**
 * A reversal that came too late, after a return or after the payout, is what the campaign makes of a late return of
 * the whole: the voucher stays spent, and its value goes back.
 */
function settleCorrection(
  { entry }: CheckedEntry,
  body: EntryBody<'reversal'> | EntryBody<'refund'>,
  backToFundFen: number | null,
  { facts, latestCampaign }: SettlingContext,
): Settling {
  const redemption = facts.redemptions.get(entryKey(body.of.epoch, body.of.seq));
  if (redemption === undefined) return no('nothing-to-correct');
  if (redemption.redemptionId !== body.redemptionId) return no('redemption-differs');
  const redeemed = redeemedOf(redemption);
  if (returnBar(redeemed, 0) !== null) return no('already-corrected');
  const amountFen = backToFundFen ?? redemption.amountFen;
  if (amountFen > redemption.amountFen) return no('returns-too-much');
  const kind = latestCampaign(redemption.campaignNumber)?.kinds.find(
    ({ number }) => number === redemption.kindNumber,
  );
  if (kind === undefined) return no('unknown-kind');
  const bar = reversalBar(redeemed, entry.atMs, facts.cutOverMinutes);
  const frees = backToFundFen === null && bar === null && !redemption.paidOut;
  const effect = correctEffect(frees ? 'reverse' : 'refund', entry, body.of, redemption, kind, amountFen);
  return { possible: true, effect, revives: null };
}

function correctEffect(
  type: CorrectEffect['type'],
  { epoch, seq }: CheckedEntry['entry'],
  corrects: CorrectEffect['corrects'],
  redemption: SettledRedemption,
  { category }: VoucherKind,
  amountFen: number,
): CorrectEffect {
  const { campaignNumber, serial, kindNumber, storeId, redemptionId, purchase, borneByReserve, paidOut } =
    redemption;
  return {
    type,
    of: { epoch, seq },
    corrects: { epoch: corrects.epoch, seq: corrects.seq },
    ...{ campaignNumber, serial, kindNumber, storeId, redemptionId, purchase, borneByReserve, paidOut },
    category,
    redemptionDay: purchase.businessDay,
    amountFen,
  };
}
