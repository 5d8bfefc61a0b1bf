import type { Campaign } from '../../domain/campaign.ts';
import type { Facts, Store, Voucher } from '../../domain/decision.ts';
import type { Entry, EntryName } from '../../contract/journal/entry.ts';
import type { Envelope } from '../../contract/clearing/envelope.ts';
import type { EntryVerdict } from '../../contract/clearing/protocol.ts';
import type { ParsedBody } from './bodies.ts';

/** What is judged: one batch of a terminal, its entries with all that could be checked without the database. */
export interface CheckedEntry {
  readonly entry: Entry;
  readonly seal: 'whole' | 'hash-wrong' | 'signature-wrong' | 'unknown-epoch';
  /** Null when the body isn't what its kind asks for. */
  readonly body: ParsedBody | null;
  /** Of a redemption by voucher code; null otherwise, or when the grant can't be read. */
  readonly grant: CheckedGrant | null;
}

export interface CheckedGrant {
  readonly voucher: Voucher;
  /** base64url, as the register keeps it. */
  readonly bytes: string;
  readonly signatures: Facts['signatures'];
  /** The issuer's key was revoked before the code was scanned: all its grants ended then. */
  readonly issuerRevoked: boolean;
}

/** How a terminal's journal of one epoch stands. */
export interface EpochState {
  readonly epoch: number;
  /** The certificate that clearing gave for it, which its first entry must hold. */
  readonly certificate: Envelope;
  headSeq: number;
  headHash: string;
  lastAtMs: number;
  broken: boolean;
  lostFromSeq: number | null;
  lostToSeq: number | null;
}

export interface StoredEntry {
  readonly hash: string;
  readonly verdict: EntryVerdict;
}

export interface RegisteredVoucher {
  readonly kindNumber: number;
  readonly bytes: string;
  readonly notAfterMs: number;
  readonly status: 'live' | 'recovered' | 'revoked';
  readonly papersHash: string | null;
}

export interface Spend {
  readonly terminalId: string;
  readonly authorisationId: string | null;
  readonly epoch: number;
  readonly seq: number;
  readonly atMs: number;
  readonly storeName: string | null;
  readonly receiptNumber: string | null;
}

export interface PurchaseUse {
  readonly epoch: number;
  readonly seq: number;
  readonly terminalId: string;
}

/** A settled redemption that a reversal or refund may name. */
export interface SettledRedemption {
  readonly redemptionId: string;
  readonly campaignNumber: number;
  readonly serial: number;
  readonly kindNumber: number;
  readonly storeId: string;
  readonly amountFen: number;
  readonly purchase: {
    readonly storeId: string;
    readonly till: string;
    readonly businessDay: string;
    readonly receiptNumber: string;
    readonly amountFen: number;
  };
  readonly packVersion: number;
  /** `refunded` also after a partial return that took the discount back. */
  readonly state: 'stands' | 'reversed' | 'refunded';
  /** Value of the goods that were returned already. */
  readonly returnedFen: number;
  /** Refused as a double spend, and paid by the loss reserve. */
  readonly borneByReserve: boolean;
  readonly paidOut: boolean;
}

export interface AuthorisationState {
  readonly id: string;
  readonly status: 'reserved' | 'captured' | 'released' | 'refused' | 'settled';
  readonly campaignNumber: number;
  readonly serial: number;
  readonly discountFen: number;
  readonly holdUntilMs: number;
  readonly voucher: Voucher;
  readonly purchaseKey: string;
  readonly purchaseAmountFen: number;
}

/** All that a batch's judgement depends on, read under the money lock; the judge keeps it up as it goes on. */
export interface BatchFacts {
  readonly nowMs: number;
  readonly settlementDay: string;
  readonly terminalId: string;
  readonly terminalStatus: 'active' | 'suspended' | 'retired';
  readonly storeId: string;
  readonly store: Store;
  readonly cutOverMinutes: number;
  readonly epochs: Map<number, EpochState>;
  /** By `epoch:seq`: this terminal's entries that the batch repeats or names. */
  readonly stored: Map<string, StoredEntry>;
  /** By digest of the whole entry. */
  readonly quarantined: Map<string, EntryVerdict>;
  /** By `campaign:serial`. */
  readonly vouchers: ReadonlyMap<string, RegisteredVoucher>;
  readonly spends: Map<string, Spend>;
  /** By purchaseKey(). */
  readonly purchases: Map<string, PurchaseUse>;
  /** By `epoch:seq` of this terminal. */
  readonly redemptions: Map<string, SettledRedemption>;
  /** By `epoch:seq` of the redemption that they name: this terminal's returns that wait for an operator. */
  readonly heldReturns: Map<string, readonly EntryName[]>;
  readonly authorisations: ReadonlyMap<string, AuthorisationState>;
  /** By campaign: what its loss reserve can still bear; campaigns without one are left out. */
  readonly coverFen: Map<number, number>;
  /** False when the books couldn't carry this very entry: then nothing of it moves money. */
  readonly canMoveMoney: boolean;
  /** The rules of a pack version, if a terminal could still decide by it at that time; null otherwise. */
  readonly campaign: (number: number, version: number, atMs: number) => Campaign | null;
}

export const entryKey = (epoch: number, seq: number): string => `${String(epoch)}:${String(seq)}`;
export const voucherKey = (campaignNumber: number, serial: bigint | number): string =>
  `${String(campaignNumber)}:${String(serial)}`;

/** A purchase is known by (store, till, business day, receipt number). */
export function purchaseKey(purchase: {
  readonly storeId: string;
  readonly till: string;
  readonly businessDay: string;
  readonly receiptNumber: string;
}): string {
  return JSON.stringify([purchase.storeId, purchase.till, purchase.businessDay, purchase.receiptNumber]);
}

/** Notes that the return `name` of the redemption `of` waits for an operator. */
export function addHeldReturn(heldReturns: BatchFacts['heldReturns'], of: EntryName, name: EntryName): void {
  const key = entryKey(of.epoch, of.seq);
  heldReturns.set(key, [...(heldReturns.get(key) ?? []), name]);
}
