import type { Accept, Refuse } from '../../domain/decision.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { refuseOldScan } from '../../domain/code-age.ts';
import { decide, refuseCampaign } from '../../domain/decide.ts';
import { refusePlace } from '../../domain/place.ts';
import { refuse } from '../../domain/refuse.ts';
import type { JournalReader } from '../journal/types.ts';
import type { CampaignBook } from './campaign-book.ts';
import { ownUse, purchaseOf, type Circumstances, type Sale } from './judge.ts';
import type { Reserved } from './proof.ts';

/** The campaign that a payment code is asked about: open now, with vouchers for this store; the newest of several. */
function campaignFor(book: CampaignBook, { nowMs, store }: Circumstances): Campaign | null {
  const fitting = book
    .campaigns()
    .filter((campaign) => refuseCampaign(campaign, nowMs) === null)
    .filter(({ kinds }) => kinds.some(({ category }) => category === store.category));
  return fitting.toSorted((a, b) => b.number - a.number)[0] ?? null;
}

/**
 * What can be said of a payment code without clearing, in the order of the rules; the voucher behind it is clearing's
 * to find. The number of the campaign to ask about, or the refusal.
 */
export function lookAtPaymentCode(
  reader: JournalReader,
  book: CampaignBook,
  scannedAtMs: number,
  sale: Sale,
  around: Circumstances,
): number | Refuse {
  const place = refusePlace(around.store, around);
  if (place !== null) return place;
  // Without clearing there is no voucher that anything else could be said of.
  if (!around.online) return refuse('online-required', { reason: 'payment-code' });
  const campaign = campaignFor(book, around);
  if (campaign === null) return refuse('campaign-not-open', { opensDay: null });
  if (reader.redemptionOfPurchase(sale) !== null) return refuse('one-voucher-per-purchase');
  const missing = around.store.category === 'car' ? sale.vehicle === null : sale.amountFen === null;
  if (missing) return refuse('amount-missing', { category: around.store.category });
  return refuseOldScan(scannedAtMs, around.nowMs) ?? campaign.number;
}

/**
 * Whether what clearing reserved may be booked now: decided as every voucher is, for clearing decides the entry like
 * that again. Run inside the journal's write transaction.
 */
export function judgeReserved(
  reader: JournalReader,
  book: CampaignBook,
  reserved: Reserved,
  around: Circumstances,
): Accept | Refuse {
  const { kind, serial, campaignNumber, sale, notAfterMs, holdUntilMs } = reserved;
  const { nowMs, store, terminal, clock } = around;
  const campaign = book.campaign(campaignNumber);
  if (campaign === null) throw new Error('a voucher is reserved of a campaign that the book does not have');
  const voucher = {
    campaignNumber,
    kindNumber: kind.number,
    serial: BigInt(serial),
    notBeforeMs: 0,
    notAfterMs,
  };
  const decision = decide(voucher, purchaseOf(sale), store, campaign, nowMs, {
    terminal,
    clock,
    redeemed: ownUse(reader, campaignNumber, serial, store.nameZh),
    purchaseHasVoucher: reader.redemptionOfPurchase(sale) !== null,
    // Clearing has looked at the rest, and its word is newer than the feed.
    online: true,
    signatures: 'valid',
    revoked: false,
    budgetExhausted: false,
    codeAgeMs: null,
    offlineLimit: null,
  });
  if (decision.verdict === 'refuse') return decision;
  // Asked again late: what clearing reserved is free for others by now.
  if (nowMs >= holdUntilMs) return refuse('code-stale', { ageMs: null, maxAgeMs: null });
  const { discountFen, payableFen } = reserved;
  return refuseOldScan(reserved.scannedAtMs, nowMs) ?? { verdict: 'accept', discountFen, payableFen };
}
