import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';
import type {
  acknowledgementSchema,
  entryVerdictSchema,
  feedSchema,
  EntryVerdict,
} from '../../contract/clearing/protocol.ts';
import type { Entry, EntryBody, EntryName, Head } from '../../contract/journal/entry.ts';
import type { EntryKind } from '../../domain/entry-kinds.ts';
import type { FaultCode, Params } from '../../contract/terminal/errors.ts';
import type { SettlementState } from '../../contract/terminal/state.ts';
import type { Archive, ArchiveRequest } from './archive.ts';
import type { AuthorisationBook } from './authorisations.ts';

/** Who writes this journal. The key is the private Ed25519 key of the epoch and never leaves the terminal. */
export interface JournalIdentity {
  readonly terminalId: string;
  readonly epoch: number;
  readonly key: KeyObject;
}

export type Acknowledgement = z.infer<typeof acknowledgementSchema>;
export type Feed = z.infer<typeof feedSchema>;
export type Verdict = z.infer<typeof entryVerdictSchema>['verdict'];

/** What names a purchase (design: "A purchase is known by …"). */
export interface PurchaseKey {
  readonly storeId: string;
  readonly till: string;
  /** YYYY-MM-DD, Asia/Shanghai. */
  readonly businessDay: string;
  readonly receiptNumber: string;
}

/** A redemption as the projection keeps it: what a screen or report needs, without opening the entry. */
export interface RedemptionRow extends PurchaseKey {
  readonly epoch: number;
  readonly seq: number;
  readonly atMs: number;
  readonly redemptionId: string;
  readonly evidence: 'voucher-code' | 'authorisation';
  readonly campaignNumber: number;
  /** Null only for an authorisation whose entry doesn't tell. */
  readonly kindNumber: number | null;
  /** Unsigned 64-bit in decimal digits; null only for an authorisation whose entry doesn't tell. */
  readonly serial: string | null;
  readonly amountFen: number;
  readonly discountFen: number;
  readonly payableFen: number;
  readonly cashierId: string;
  readonly packVersion: number;
  readonly scannedAtMs: number;
  readonly offline: boolean;
  /** `reversed` wins over clearing's verdict; without a verdict `pending`. */
  readonly state: SettlementState;
  /** Clearing's own word, null while it has none. */
  readonly verdict: Verdict | null;
  /** Why clearing refused or holds it; null otherwise. */
  readonly reason: string | null;
  readonly settlementDay: string | null;
  readonly borneBy: 'merchant' | 'fund' | null;
  readonly reversedBy: EntryName | null;
  /** Sum of the refunds on it: goods returned, and what of the discount went back to the fund. */
  readonly returnedFen: number;
  readonly backToFundFen: number;
  /** In the journal, but the tail log failed or the core stopped in between: the cashier must look at it. */
  readonly notConfirmed: boolean;
}

/** What clearing has not yet given a verdict on. */
export interface Pending {
  /** Unacknowledged redemptions that are not reversed. */
  readonly count: number;
  /** Their discounts, fen. */
  readonly discountFen: number;
  readonly oldestAtMs: number | null;
  /** Unacknowledged entries of every kind. */
  readonly entries: number;
}

/** One return of goods; `name` is its own entry. */
export interface Refund extends EntryName {
  readonly returnedFen: number;
  readonly backToFundFen: number;
}

export interface DayTotal {
  readonly campaignNumber: number;
  readonly kindNumber: number | null;
  readonly cashierId: string;
  readonly state: SettlementState;
  readonly count: number;
  readonly amountFen: number;
  readonly discountFen: number;
  readonly backToFundFen: number;
}

export interface Shift {
  readonly number: number;
  readonly openedAtMs: number;
  readonly openedBy: string;
  readonly openedIn: EntryName;
}

/** A signed pack or ring as it was received; `text` is the JSON text of the envelope. */
export interface StoredEnvelope {
  readonly name: string;
  readonly version: number;
  readonly text: string;
  readonly storedAtMs: number;
}

/** What the terminal last heard of itself from clearing, out of the last feed. */
export interface FeedState {
  /** Number of the last voucher change that was applied. */
  readonly changesAfter: number;
  /** Campaign id → version of the newest pack kept. */
  readonly packVersions: Readonly<Record<string, number>>;
  readonly keyRingVersion: number;
  /** Clearing's time in the last feed; null before the first. */
  readonly lastFeedServerTimeMs: number | null;
}

/** Reads and nothing else. Every answer is a snapshot; nothing is cached between calls. */
export interface JournalReader {
  readonly terminalId: string;
  readonly epoch: number;
  /** The last entry; null while there is none. */
  head(): Head | null;
  entry(name: EntryName): Entry | null;
  /** Entries after `after` (null: from the first on) in the order of epoch and seq. */
  entriesAfter(after: EntryName | null, limit: number): readonly Entry[];
  /** The newest entries, oldest of them first. */
  newestEntries(limit: number): readonly Entry[];
  /** The newest entries of these kinds, newest first, as far back as the last 20,000 entries reach. */
  newestOfKinds(kinds: readonly EntryKind[], limit: number): readonly Entry[];
  /** Entries without a verdict, oldest first. */
  entriesToSend(limit: number): readonly Entry[];
  /** Up to here clearing has given verdicts; null before the first acknowledgement. */
  acknowledgedHead(): Head | null;
  verdictOf(name: EntryName): EntryVerdict | null;
  pending(): Pending;
  /** The unreversed redemption that holds this voucher. `serial` in decimal digits. */
  redemptionOfVoucher(campaignNumber: number, serial: string): RedemptionRow | null;
  /** The unreversed redemption on this purchase. */
  redemptionOfPurchase(purchase: PurchaseKey): RedemptionRow | null;
  /** The last redemption on this purchase that was taken back. */
  reversedOfPurchase(purchase: PurchaseKey): RedemptionRow | null;
  redemption(epoch: number, seq: number): RedemptionRow | null;
  /** Unreversed redemptions without a verdict, oldest first. */
  unsentRedemptions(limit: number): readonly RedemptionRow[];
  /** The refunds on a redemption, in the order of the journal. */
  refundsOf(name: EntryName): readonly Refund[];
  /** Newest first. */
  recentRedemptions(limit: number): readonly RedemptionRow[];
  /** In the order of the journal; pass the last one's name to go on. */
  redemptionsOfDay(
    businessDay: string,
    page: { readonly after: EntryName | null; readonly limit: number },
  ): readonly RedemptionRow[];
  totalsOfDay(businessDay: string): readonly DayTotal[];
  /** Redemptions in the journal whose tail log write is missing and that nobody has looked at yet. */
  notConfirmed(): readonly RedemptionRow[];
  /** The shift that is open; null if none is. */
  openShift(): Shift | null;
  /** Number of the last shift ever opened; 0 before the first. */
  lastShiftNumber(): number;
  /** From clearing's feed: redeemed anywhere. */
  isSpent(campaignNumber: number, serial: string): boolean;
  isRevoked(campaignNumber: number, serial: string): boolean;
  /** Kinds (ids) whose money is gone, out of the last feed. */
  exhaustedKinds(): readonly string[];
  feedState(): FeedState;
  /** The feed last applied, parsed; null before the first. */
  lastFeed(): Feed | null;
  /** Names in use: `certificate`, `key-ring`, `pack:<campaign id>`, `feed`, `acknowledgement`. */
  envelope(name: string): StoredEnvelope | null;
  /** Those whose name begins so, in order of name. */
  envelopes(prefix: string): readonly StoredEnvelope[];
  /** A value of the core's own, such as settings; null if never set. */
  setting(name: string): string | null;
}

export type Prepared<K extends EntryKind, A> =
  { readonly kind: K; readonly body: EntryBody<K> } | { readonly abort: A };

/** `recorded-not-confirmed`: in the database, but the tail log could not be written. */
export type Durability = 'confirmed' | 'recorded-not-confirmed';

export type Appended<A> =
  { readonly entry: Entry; readonly durability: Durability } | { readonly aborted: A };

/** A pack or key ring inside a feed, already opened and checked by the caller. */
export interface NewEnvelope {
  readonly name: string;
  readonly version: number;
  readonly text: string;
}

export interface AckOutcome {
  /** Redemptions whose state changed. */
  readonly changed: readonly EntryName[];
  /** Verdicts that contradict what clearing said before, or name an entry that isn't ours: kept out. */
  readonly contradictions: readonly EntryVerdict[];
  /** Clearing knows more entries of this epoch than this journal holds: an alarm and a restore. */
  readonly behind: Head | null;
  /** Something was learned: a verdict, or that the cursor may move. */
  readonly news: boolean;
}

export interface Journal extends JournalReader {
  /**
   * Adds one entry. `prepare` runs inside the write transaction, so what it reads can't change before the
   * entry is in: decide there. `abort` leaves no trace. `atMs` is raised to the time of the last entry.
   * Two flushes: the database's commit and the tail log. Throws a JournalError with `disk-full`,
   * `data-folder-unwritable` or `database-damaged`; then nothing was recorded.
   */
  append<K extends EntryKind, A = never>(
    atMs: number,
    prepare: (reader: JournalReader) => Prepared<K, A>,
  ): Appended<A>;
  /** Takes in verdicts. Only this and a feed move the cursor. `text` is the envelope as received. */
  applyAcknowledgement(text: string, acknowledgement: Acknowledgement, receivedAtMs: number): AckOutcome;
  /** Takes in a feed: status, packs, key ring, voucher changes, decisions on held entries. */
  applyFeed(text: string, feed: Feed, envelopes: readonly NewEnvelope[], receivedAtMs: number): AckOutcome;
  /** Keeps a signed envelope; a lower version than the kept one is refused (false). */
  keepEnvelope(envelope: NewEnvelope, storedAtMs: number): boolean;
  /** Authorisations under way. A redemption entry moves its own to `capturing`, in the same transaction. */
  readonly authorisations: AuthorisationBook;
  setSetting(name: string, value: string | null): void;
  /** The cashier has seen the "recorded, not confirmed" entry and goes on. */
  acceptNotConfirmed(name: EntryName): void;
  /** Called after each append that is in, in the order of the journal; returns how to stop. */
  onAppended(listener: (entry: Entry) => void): () => void;
  /** Moves the WAL into the database, verifies it there and starts the tail log anew. */
  checkpoint(): void;
  /** Copies the database, while it is in use, to a file that must not exist; verified before it gets its name. */
  backUp(file: string): Promise<void>;
  /** Moves the oldest settled entries into a file of their own, a bounded number; null: there are none to move. */
  archive(request: ArchiveRequest): Archive | null;
  /** Every archive file, oldest first. */
  archives(): readonly Archive[];
  close(): void;
}

/** What start-up found and mended; for the log, and `alarm` entries. */
export interface JournalNote {
  readonly code:
    | 'created'
    | 'migrated'
    | 'tail-log-created'
    | 'tail-log-damaged'
    | 'replayed-from-tail-log'
    | 'not-confirmed'
    | 'projections-rebuilt';
  readonly params: Params;
}

export type JournalFaultCode = Extract<
  FaultCode,
  | 'database-newer'
  | 'database-damaged'
  | 'disk-full'
  | 'data-folder-unwritable'
  | 'data-folder-in-use'
  | 'journal-behind'
  | 'journal-file-unusable'
>;
export interface JournalFault {
  readonly code: JournalFaultCode;
  readonly params: Params;
}

export interface OpenJournalOptions {
  /** Absolute path; made if it isn't there. Holds journal.db, tail-0.log, tail-1.log, in-use.db, back-ups. */
  readonly folder: string;
  readonly identity: JournalIdentity;
  readonly nowMs: number;
}

export type OpenedJournal =
  | { readonly ok: true; readonly journal: Journal; readonly notes: readonly JournalNote[] }
  | { readonly ok: false; readonly fault: JournalFault };
