import { businessDay } from './business-day.ts';
import type { Campaign, VoucherKind } from './campaign.ts';
import { refuseCar } from './car.ts';
import { refuseAge } from './code-age.ts';
import type { Decision, Facts, Purchase, Refuse, RefuseOf, Store, Voucher } from './decision.ts';
import { fen, type Fen } from './money.ts';
import { refusePlace } from './place.ts';
import { refuse } from './refuse.ts';

/**
 * Whether a voucher may be used on a purchase: the one place that knows, for terminal and clearing alike.
 *
 * All amounts are whole fen, all times epoch milliseconds. Several refusals may apply: the first in the
 * order of this function is given, and that order is part of the promise. Sources: plan sections 五 (limits,
 * price bands, what cars are left out), 六 (stores), 七 (7 days, one voucher a purchase, no second use).
 * `nowMs` is the time of the decision; the code's age is judged at the scan (`facts.codeAgeMs`).
 */
export function decide(
  voucher: Voucher,
  purchase: Purchase,
  store: Store,
  campaign: Campaign,
  nowMs: number,
  facts: Facts,
): Decision {
  const refusedBefore =
    refusePlace(store, facts) ?? refuseCampaign(campaign, nowMs) ?? refuseSignatures(voucher, facts);
  if (refusedBefore !== null) return refusedBefore;

  const kind = kindOf(voucher, campaign);
  if (kind === null) {
    return refuse('unknown-voucher-kind', {
      campaignNumber: voucher.campaignNumber,
      kindNumber: voucher.kindNumber,
    });
  }
  const refusedVoucher = refuseVoucher(voucher, kind, store, nowMs, facts);
  if (refusedVoucher !== null) return refusedVoucher;

  const amountFen = refuseAmount(kind, purchase, campaign, nowMs);
  if (typeof amountFen !== 'number') return amountFen;
  const refused = refuseCircumstances(kind, campaign, nowMs, facts);
  if (refused !== null) return refused;

  const discountFen = fen(Math.min(kind.faceValueFen, amountFen));
  return { verdict: 'accept', discountFen, payableFen: fen(amountFen - discountFen) };
}

/** The kind that a voucher is of; null where this campaign has none of that number. */
export function kindOf(voucher: Voucher, campaign: Campaign): VoucherKind | null {
  if (voucher.campaignNumber !== campaign.number) return null;
  return campaign.kinds.find(({ number }) => number === voucher.kindNumber) ?? null;
}

/** Before the first day, or after the last. */
export function refuseCampaign(
  campaign: Campaign,
  nowMs: number,
): RefuseOf<'campaign-not-open'> | RefuseOf<'campaign-closed'> | null {
  if (nowMs < campaign.opensAtMs)
    return refuse('campaign-not-open', { opensDay: businessDay(campaign.opensAtMs) });
  if (nowMs >= campaign.closesAtMs)
    return refuse('campaign-closed', { lastDay: businessDay(campaign.closesAtMs - 1) });
  return null;
}

function refuseSignatures(voucher: Voucher, facts: Facts): Refuse | null {
  const { campaignNumber } = voucher;
  if (facts.signatures === 'unknown-issuer') return refuse('unknown-issuer', { campaignNumber });
  if (facts.signatures === 'invalid') return refuse('signature-invalid', { campaignNumber });
  return null;
}

function refuseVoucher(
  voucher: Voucher,
  kind: VoucherKind,
  store: Store,
  nowMs: number,
  facts: Facts,
): Refuse | null {
  const { faceValueFen } = kind;
  if (facts.revoked) return refuse('voucher-revoked', { faceValueFen });
  if (kind.category !== store.category) {
    return refuse('wrong-category', { voucherCategory: kind.category, storeCategory: store.category });
  }
  if (nowMs < voucher.notBeforeMs)
    return refuse('voucher-not-yet-valid', { faceValueFen, notBeforeMs: voucher.notBeforeMs });
  if (nowMs >= voucher.notAfterMs)
    return refuse('voucher-expired', { faceValueFen, notAfterMs: voucher.notAfterMs });
  if (facts.redeemed !== null) {
    const { atMs, storeName, receiptNumber } = facts.redeemed;
    return refuse('already-redeemed', { faceValueFen, atMs, storeName, receiptNumber });
  }
  return facts.purchaseHasVoucher ? refuse('one-voucher-per-purchase') : null;
}

/** What the customer pays without the voucher, or what is wrong with it; a car's amount is its invoice total. */
function refuseAmount(
  kind: VoucherKind,
  purchase: Purchase,
  campaign: Campaign,
  nowMs: number,
): Refuse | Fen {
  const { category, faceValueFen, rule } = kind;
  if (rule.type === 'car-price-band') {
    if (purchase.vehicle === null) return refuse('amount-missing', { category });
    return refuseCar(rule, purchase.vehicle, campaign, nowMs) ?? purchase.vehicle.priceFen;
  }
  const { amountFen, listAmountFen } = purchase;
  if (amountFen === null) return refuse('amount-missing', { category });
  // 可叠加 (plan section 七): which amount must reach the minimum is the campaign's setting.
  const countedFen = campaign.thresholdBasis === 'list' ? (listAmountFen ?? amountFen) : amountFen;
  if (countedFen >= rule.minSpendFen) return amountFen;
  return refuse('below-threshold', {
    minSpendFen: rule.minSpendFen,
    shortfallFen: rule.minSpendFen - countedFen,
    faceValueFen,
  });
}

function refuseCircumstances(
  kind: VoucherKind,
  campaign: Campaign,
  nowMs: number,
  facts: Facts,
): Refuse | null {
  if (facts.budgetExhausted) return refuse('budget-exhausted', { kindId: kind.id });
  const stale = refuseAge(campaign, facts.codeAgeMs);
  if (stale !== null) return stale;
  // Clearing decides an entry by the pack it names only if that pack was valid then.
  if (campaign.expiresAtMs !== undefined && nowMs >= campaign.expiresAtMs)
    return refuse('online-required', { reason: 'pack-expired' });
  if (facts.online) return null;
  if (kind.offline === 'never') return refuse('online-required', { reason: 'kind', kindId: kind.id });
  return facts.offlineLimit === null ? null : refuse('offline-limit-reached', facts.offlineLimit);
}
