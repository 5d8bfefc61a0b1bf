import { voucherOf } from '../../codes/key-ring.ts';
import { businessDay } from '../../domain/business-day.ts';
import type { Accept, Refuse } from '../../domain/decision.ts';
import { DECISION_LIFE_MS } from '../../domain/durations.ts';
import { fen } from '../../domain/money.ts';
import type { JournalReader } from '../journal/types.ts';
import type { CampaignBook } from './campaign-book.ts';
import { judge, type Circumstances, type Sale } from './judge.ts';
import type { Basis, Decision, Purchase, Verdict } from './machine-types.ts';
import { judgeReserved, lookAtPaymentCode } from './payment-code.ts';
import { kindSummary, type Proof, type Shown, type VoucherSummary } from './proof.ts';
import type { PricedSale } from './redemption-body.ts';

/** What judging reads. */
export interface Grounds {
  readonly journal: JournalReader;
  readonly book: CampaignBook;
  readonly around: Circumstances;
}

/** The purchase as rules and journal know it. */
export function saleOf(purchase: Purchase, { store, nowMs }: Circumstances): Sale {
  const { till, receiptNumber, amountFen, listAmountFen, vehicle } = purchase;
  const day = purchase.businessDay ?? businessDay(nowMs, store.cutOverMinutes);
  return { storeId: store.id, till, businessDay: day, receiptNumber, amountFen, listAmountFen, vehicle };
}

/** The verdict on the purchase at hand, by what the journal says now. Writes nothing; throws a fault of the journal. */
export function judgePurchase(grounds: Grounds, purchase: Purchase, { shown, reserved }: Basis): Verdict {
  const { journal, book, around } = grounds;
  const sale = saleOf(purchase, around);
  const redeemed = journal.redemptionOfPurchase(sale);
  if (redeemed !== null && sale.amountFen !== null && redeemed.amountFen !== sale.amountFen)
    return { type: 'amount-differs', amountFen: fen(redeemed.amountFen) };
  if (reserved !== null) {
    const found = judgeReserved(journal, book, reserved, around);
    if (found.verdict === 'refuse') return { type: 'refuse', refusal: found };
    const voucher = kindSummary(reserved.kind, reserved.notAfterMs);
    return decided(around, { reserved }, reserved.sale, found, voucher);
  }
  if (shown === null) return { type: 'nothing' };
  return shown.type === 'voucher' ? judgeVoucher(grounds, sale, shown) : judgeCode(grounds, sale, shown);
}

function judgeVoucher(
  { journal, book, around }: Grounds,
  sale: Sale,
  shown: Extract<Shown, { type: 'voucher' }>,
): Verdict {
  const found = judge(journal, book, shown, sale, around);
  const { campaignNumber, kindNumber } = shown.code.fields;
  const kind = book.kind(campaignNumber, kindNumber);
  if (found.verdict === 'refuse') {
    if (found.code !== 'amount-missing' || kind === null) return { type: 'refuse', refusal: found };
    return { type: 'amount-needed', voucher: kindSummary(kind, voucherOf(shown.code).notAfterMs) };
  }
  if (kind === null) throw new Error('accepted without a kind');
  // Kinds that are never redeemed offline are clearing's to reserve, as payment codes are.
  if (kind.offline === 'never') return wished(shown, campaignNumber, priced(sale));
  const voucher = kindSummary(kind, voucherOf(shown.code).notAfterMs);
  return decided(around, { scanned: shown }, priced(sale), found, voucher);
}

function judgeCode({ journal, book, around }: Grounds, sale: Sale, shown: Shown): Verdict {
  const found = lookAtPaymentCode(journal, book, shown.scannedAtMs, sale, around);
  if (typeof found !== 'number') return { type: 'refuse', refusal: found };
  return wished(shown, found, priced(sale));
}

function wished({ text, scannedAtMs }: Shown, campaignNumber: number, sale: PricedSale): Verdict {
  return { type: 'ask', wish: { code: text, campaignNumber, scannedAtMs, sale } };
}

function decided(
  { nowMs, online }: Circumstances,
  proof: Proof,
  sale: PricedSale,
  accept: Accept,
  voucher: VoucherSummary,
): Verdict {
  const latestMs = nowMs + DECISION_LIFE_MS;
  const expiresAtMs = 'reserved' in proof ? Math.min(latestMs, proof.reserved.holdUntilMs) : latestMs;
  return { type: 'accept', decision: { expiresAtMs, proof, sale, accept, voucher, offline: !online } };
}

function priced(sale: Sale): PricedSale {
  if (sale.amountFen === null) throw new Error('accepted without an amount');
  return { ...sale, amountFen: sale.amountFen };
}

/** Decided again at the confirmation, with what the journal says inside its write transaction. */
export function judgeAgain(grounds: Grounds, { proof, sale }: Decision): Accept | Refuse {
  const { journal, book, around } = grounds;
  return 'reserved' in proof
    ? judgeReserved(journal, book, proof.reserved, around)
    : judge(journal, book, proof.scanned, sale, around);
}
