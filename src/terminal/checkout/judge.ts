import { codeAgeMs, verificationFacts, verifyVoucherCode, voucherOf } from '../../codes/key-ring.ts';
import type { VoucherCode } from '../../codes/voucher-code.ts';
import { MAX_SCAN_TO_ENTRY_MS } from '../../contract/clearing/protocol.ts';
import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import { decide } from '../../domain/decide.ts';
import type { Decision, EarlierUse, Facts, OfflineLimitHit, Refuse } from '../../domain/decision.ts';
import type { Fen } from '../../domain/money.ts';
import { refuse } from '../../domain/refuse.ts';
import type { StoreState, TerminalStatus } from './store-state.ts';
import type { JournalReader, PurchaseKey } from '../journal/types.ts';
import { offlineLimitHit } from '../sync/offline-limits.ts';
import type { CampaignBook } from './campaign-book.ts';
import type { SoldVehicle } from './vehicle.ts';

/** A code that was scanned, and when: its freshness is judged by this moment, for the ten minutes that a scan is good. */
export interface ScannedVoucher {
  readonly code: VoucherCode;
  readonly scannedAtMs: number;
}

/** What the cashier is selling. */
export interface Sale extends PurchaseKey {
  readonly amountFen: Fen | null;
  /** Before the shop's discounts; null where the till doesn't tell. */
  readonly listAmountFen: Fen | null;
  readonly vehicle: SoldVehicle | null;
}

/** How things stand around the sale. */
export interface Circumstances {
  readonly nowMs: number;
  readonly online: boolean;
  readonly clock: Facts['clock'];
  readonly terminal: TerminalStatus;
  readonly store: StoreState;
}

/** A code that was scanned before the customer went to fetch something: clearing would hold what is booked on it now. */
export function refuseOldScan(scannedAtMs: number, nowMs: number): Refuse | null {
  return Math.abs(nowMs - scannedAtMs) > MAX_SCAN_TO_ENTRY_MS
    ? refuse('code-stale', { ageMs: null, maxAgeMs: null })
    : null;
}

/**
 * The terminal's verdict on one voucher for one sale: gathers the facts from the journal and asks the domain.
 * Run inside the journal's write transaction, its answer can't be outdated when it is written.
 */
export function judge(
  reader: JournalReader,
  book: CampaignBook,
  { code, scannedAtMs }: ScannedVoucher,
  sale: Sale,
  around: Circumstances,
): Decision {
  const { fields } = code;
  const campaign = book.campaign(fields.campaignNumber);
  if (campaign === null) {
    const { campaignNumber, kindNumber } = fields;
    return refuse('unknown-voucher-kind', { campaignNumber, kindNumber });
  }
  const serial = fields.serial.toString();
  const kind = book.kind(fields.campaignNumber, fields.kindNumber);
  const verified = verificationFacts(verifyVoucherCode(code, book.keyRing(), scannedAtMs));
  const facts: Facts = {
    terminal: around.terminal,
    online: around.online,
    clock: around.clock,
    signatures: verified.signatures,
    revoked: verified.revoked || reader.isRevoked(fields.campaignNumber, serial),
    redeemed: earlierUse(reader, fields.campaignNumber, serial, around.store.nameZh),
    purchaseHasVoucher: reader.redemptionOfPurchase(sale) !== null,
    budgetExhausted: kind !== null && reader.exhaustedKinds().includes(kind.id),
    codeAgeMs: codeAgeMs(code, scannedAtMs),
    offlineLimit: around.online ? null : offlineLimit(reader, campaign, kind, around.nowMs),
  };
  const purchase = {
    amountFen: sale.amountFen,
    listAmountFen: sale.listAmountFen ?? sale.amountFen,
    vehicle: sale.vehicle,
  };
  const decision = decide(voucherOf(code), purchase, around.store, campaign, around.nowMs, facts);
  return decision.verdict === 'accept' ? (refuseOldScan(scannedAtMs, around.nowMs) ?? decision) : decision;
}

function offlineLimit(
  reader: JournalReader,
  campaign: Campaign,
  kind: VoucherKind | null,
  nowMs: number,
): OfflineLimitHit | null {
  const { lastFeedServerTimeMs } = reader.feedState();
  const use = { nowMs, lastFeedServerTimeMs, pending: reader.pending() };
  return offlineLimitHit(campaign.offline, use, kind?.faceValueFen ?? 0);
}

function earlierUse(
  reader: JournalReader,
  campaignNumber: number,
  serial: string,
  storeName: string,
): EarlierUse | null {
  const own = reader.redemptionOfVoucher(campaignNumber, serial);
  if (own !== null) return { atMs: own.atMs, storeName, receiptNumber: own.receiptNumber };
  if (!reader.isSpent(campaignNumber, serial)) return null;
  return { atMs: null, storeName: null, receiptNumber: null };
}
