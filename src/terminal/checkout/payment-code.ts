import type { Accept, Refuse } from '../../domain/decision.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { refuse } from '../../domain/refuse.ts';
import type { JournalReader } from '../journal/types.ts';
import type { CampaignBook } from './campaign-book.ts';
import { refuseOldScan, type Circumstances, type Sale } from './judge.ts';
import type { Reserved } from './proof.ts';

/** The campaign that a payment code is asked about: open now, with vouchers for this store; the newest of several. */
function campaignFor(book: CampaignBook, { nowMs, store }: Circumstances): Campaign | null {
  const fitting = book
    .campaigns()
    .filter(({ opensAtMs, closesAtMs }) => nowMs >= opensAtMs && nowMs < closesAtMs)
    .filter(({ kinds }) => kinds.some(({ category }) => category === store.category));
  return fitting.toSorted((a, b) => b.number - a.number)[0] ?? null;
}

function refusePlace({ terminal, store }: Circumstances): Refuse | null {
  if (terminal === 'suspended') return refuse('terminal-suspended');
  if (store.status === 'suspended') return refuse('store-suspended');
  if (store.status === 'not-admitted') return refuse('store-not-admitted');
  return null;
}

/**
 * What can be said of a payment code without clearing, in the rules' order; the voucher behind it is clearing's to
 * find. The number of the campaign to ask about, or the refusal.
 */
export function lookAtPaymentCode(
  reader: JournalReader,
  book: CampaignBook,
  sale: Sale,
  around: Circumstances,
): number | Refuse {
  const place = refusePlace(around);
  if (place !== null) return place;
  if (!around.online) return refuse('online-required', { reason: 'payment-code' });
  const campaign = campaignFor(book, around);
  if (campaign === null) return refuse('campaign-not-open', { opensDay: null });
  if (reader.redemptionOfPurchase(sale) !== null) return refuse('one-voucher-per-purchase');
  const missing = around.store.category === 'car' ? sale.vehicle === null : sale.amountFen === null;
  if (missing) return refuse('amount-missing', { category: around.store.category });
  return campaign.number;
}

/** Whether what clearing reserved may be booked now; run inside the journal's write transaction. */
export function judgeReserved(
  reader: JournalReader,
  reserved: Reserved,
  around: Circumstances,
): Accept | Refuse {
  const place = refusePlace(around);
  if (place !== null) return place;
  const { kind, serial, campaignNumber, sale, discountFen, payableFen, holdUntilMs } = reserved;
  // Asked again late: what clearing reserved is free for others by now.
  if (around.nowMs >= holdUntilMs) return refuse('code-stale', { ageMs: null, maxAgeMs: null });
  const old = refuseOldScan(reserved.scannedAtMs, around.nowMs);
  if (old !== null) return old;
  const own = reader.redemptionOfVoucher(campaignNumber, serial);
  if (own !== null) {
    const { atMs, receiptNumber } = own;
    const { faceValueFen } = kind;
    return refuse('already-redeemed', {
      faceValueFen,
      atMs,
      storeName: around.store.nameZh,
      receiptNumber,
    });
  }
  if (reader.redemptionOfPurchase(sale) !== null) return refuse('one-voucher-per-purchase');
  return { verdict: 'accept', discountFen, payableFen };
}
