import { codeAgeMs, verificationFacts, verifyVoucherCode, voucherOf } from '../../codes/key-ring.ts';
import type { VoucherCode } from '../../codes/voucher-code.ts';
import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import { refuseOldScan } from '../../domain/code-age.ts';
import { decide } from '../../domain/decide.ts';
import type { Decision, EarlierUse, Facts, OfflineLimitHit, Purchase } from '../../domain/decision.ts';
import type { Fen } from '../../domain/money.ts';
import { offlineLimitHit } from '../../domain/offline-limits.ts';
import { refusePlace } from '../../domain/place.ts';
import { refuse } from '../../domain/refuse.ts';
import type { StoreState, TerminalStatus } from './store-state.ts';
import type { JournalReader, PurchaseKey } from '../journal/types.ts';
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
    return (
      refusePlace(around.store, around) ?? refuse('unknown-voucher-kind', { campaignNumber, kindNumber })
    );
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
  const decision = decide(voucherOf(code), purchaseOf(sale), around.store, campaign, around.nowMs, facts);
  return decision.verdict === 'accept' ? (refuseOldScan(scannedAtMs, around.nowMs) ?? decision) : decision;
}

/** A sale as the rules see it. */
export function purchaseOf({ amountFen, listAmountFen, vehicle }: Sale): Purchase {
  return { amountFen, listAmountFen: listAmountFen ?? amountFen, vehicle };
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
  const own = ownUse(reader, campaignNumber, serial, storeName);
  if (own !== null || !reader.isSpent(campaignNumber, serial)) return own;
  return { atMs: null, storeName: null, receiptNumber: null };
}

/** The voucher's redemption in this terminal's own journal; null without one. */
export function ownUse(
  reader: JournalReader,
  campaignNumber: number,
  serial: string,
  storeName: string,
): EarlierUse | null {
  const own = reader.redemptionOfVoucher(campaignNumber, serial);
  return own === null ? null : { atMs: own.atMs, storeName, receiptNumber: own.receiptNumber };
}
