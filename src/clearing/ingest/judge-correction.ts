import type { Entry, EntryBody, EntryName } from '../../contract/journal/entry.ts';
import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import type { Redeemed } from '../../domain/correction/redeemed.ts';
import { returnBar, returnSums } from '../../domain/correction/returns.ts';
import { reversalBar } from '../../domain/correction/reversal.ts';
import { leastPurchase } from '../../domain/kind.ts';
import type { CorrectEffect } from './effects.ts';
import { type BatchFacts, entryKey, purchaseKey, type SettledRedemption, voucherKey } from './facts.ts';
import type { Outcome } from './judge-redemption.ts';
import { held, recorded, settled } from './verdict.ts';

type Target =
  | { readonly type: 'redemption'; readonly redemption: SettledRedemption }
  | { readonly type: 'outcome'; readonly outcome: Outcome };

const outcome = (word: Outcome['word']): Target => ({ type: 'outcome', outcome: { word, effect: null } });

/** A settled redemption as the rules of corrections see it. One that the reserve bears can be corrected as well. */
export function redeemedOf({ purchase, amountFen, returnedFen, state }: SettledRedemption): Redeemed {
  return {
    state: state === 'reversed' ? 'reversed' : 'settled',
    businessDay: purchase.businessDay,
    amountFen: purchase.amountFen,
    discountFen: amountFen,
    returnedFen,
    backToFundFen: state === 'refunded' ? amountFen : 0,
  };
}

/** What a correction names: a settled redemption of this terminal, or why there is nothing to correct. */
function findTarget(of: EntryName, redemptionId: string, facts: BatchFacts): Target {
  const key = entryKey(of.epoch, of.seq);
  const redemption = facts.redemptions.get(key);
  if (redemption === undefined) {
    const known = facts.stored.get(key);
    // A refused or held redemption moved nothing, so there is nothing to give back; it never revives by this.
    return outcome(known === undefined ? held('unknown-redemption') : recorded);
  }
  if (redemption.redemptionId !== redemptionId) return outcome(held('redemption-differs'));
  return { type: 'redemption', redemption };
}

/** A reversal frees the voucher and the purchase, on the redemption's own business day, before it is paid out. */
export function judgeReversal(entry: Entry, body: EntryBody<'reversal'>, facts: BatchFacts): Outcome {
  const target = findTarget(body.of, body.redemptionId, facts);
  if (target.type === 'outcome') return target.outcome;
  const { redemption } = target;
  const bar = reversalBar(redeemedOf(redemption), entry.atMs, facts.cutOverMinutes);
  if (bar === 'over') return { word: held('already-corrected'), effect: null };
  if (bar === 'too-late') return { word: held('reversal-too-late'), effect: null };
  if (redemption.paidOut) return { word: held('already-paid-out'), effect: null };
  const kind = kindOf(redemption, facts);
  if (kind === null) return { word: held('unknown-pack'), effect: null };
  facts.redemptions.set(entryKey(body.of.epoch, body.of.seq), { ...redemption, state: 'reversed' });
  if (redemption.borneByReserve) giveCoverBack(redemption, facts);
  else {
    facts.spends.delete(voucherKey(redemption.campaignNumber, redemption.serial));
    facts.purchases.delete(purchaseKey(redemption.purchase));
  }
  return { word: settled, effect: correct('reverse', entry, body, redemption, kind, redemption.amountFen) };
}

/** A refund after the business day, or of a part: the voucher stays spent, and the sums must be what the rule says. */
export function judgeRefund(entry: Entry, body: EntryBody<'refund'>, facts: BatchFacts): Outcome {
  const target = findTarget(body.of, body.redemptionId, facts);
  if (target.type === 'outcome') return target.outcome;
  const { redemption } = target;
  const redeemed = redeemedOf(redemption);
  const bar = returnBar(redeemed, body.returnedFen);
  if (bar === 'over' || bar === 'discount-returned') return { word: held('already-corrected'), effect: null };
  const kind = kindOf(redemption, facts);
  if (kind === null) return { word: held('unknown-pack'), effect: null };
  const { backToFundFen, paidOutFen } = returnSums(redeemed, body.returnedFen, leastPurchase(kind.rule));
  if (bar === 'too-much' || body.backToFundFen !== backToFundFen || body.paidOutFen !== paidOutFen) {
    // Its sums count on what was returned before, which an operator has to decide first.
    const [earlier] = facts.heldReturns.get(entryKey(body.of.epoch, body.of.seq)) ?? [];
    const word =
      earlier === undefined
        ? held('amount-differs', { backToFundFen, paidOutFen })
        : held('earlier-return-held', { epoch: earlier.epoch, seq: earlier.seq });
    return { word, effect: null };
  }
  facts.redemptions.set(entryKey(body.of.epoch, body.of.seq), {
    ...redemption,
    returnedFen: redemption.returnedFen + body.returnedFen,
    state: backToFundFen === 0 ? 'stands' : 'refunded',
  });
  if (redemption.borneByReserve && backToFundFen > 0 && !redemption.paidOut) giveCoverBack(redemption, facts);
  return { word: settled, effect: correct('refund', entry, body, redemption, kind, backToFundFen) };
}

function giveCoverBack({ campaignNumber, amountFen }: SettledRedemption, facts: BatchFacts): void {
  facts.coverFen.set(campaignNumber, (facts.coverFen.get(campaignNumber) ?? 0) + amountFen);
}

function kindOf(redemption: SettledRedemption, facts: BatchFacts): VoucherKind | null {
  const campaign: Campaign | null = facts.campaign(redemption.campaignNumber, redemption.packVersion, 0);
  return campaign?.kinds.find(({ number }) => number === redemption.kindNumber) ?? null;
}

function correct(
  type: CorrectEffect['type'],
  entry: Entry,
  body: { readonly of: EntryName },
  redemption: SettledRedemption,
  kind: VoucherKind,
  amountFen: number,
): CorrectEffect {
  return {
    type,
    of: { epoch: entry.epoch, seq: entry.seq },
    corrects: { epoch: body.of.epoch, seq: body.of.seq },
    campaignNumber: redemption.campaignNumber,
    serial: redemption.serial,
    kindNumber: kind.number,
    category: kind.category,
    storeId: redemption.storeId,
    redemptionId: redemption.redemptionId,
    redemptionDay: redemption.purchase.businessDay,
    amountFen,
    purchase: redemption.purchase,
    borneByReserve: redemption.borneByReserve,
    paidOut: redemption.paidOut,
  };
}
