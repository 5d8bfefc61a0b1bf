import type { Generated } from 'kysely';
import type {
  PayoutTable,
  ReconciliationTable,
  SettlementDayTable,
  SettlementFileTable,
} from './schema-settlement.ts';
import type { Category } from '../../domain/campaign.ts';

/**
 * The tables as Kysely sees them, the same on SQLite and PostgreSQL. Times are epoch milliseconds, money is fen,
 * lists and records are canonical JSON text.
 */
export interface Database {
  sequences: SequenceTable;
  campaigns: CampaignTable;
  packs: PackTable;
  key_rings: KeyRingTable;
  operators: OperatorTable;
  stores: StoreTable;
  terminals: TerminalTable;
  terminal_epochs: TerminalEpochTable;
  activation_codes: ActivationCodeTable;
  nonces: NonceTable;
  entries: EntryTable;
  quarantine: QuarantineTable;
  vouchers: VoucherTable;
  spends: SpendTable;
  purchases: PurchaseTable;
  lines: LineTable;
  accounts: AccountTable;
  postings: PostingTable;
  changes: ChangeTable;
  decisions: DecisionTable;
  proposals: ProposalTable;
  alarms: AlarmTable;
  authorisations: AuthorisationTable;
  rounds: RoundTable;
  holders: HolderTable;
  car_claims: CarClaimTable;
  payment_codes: PaymentCodeTable;
  payouts: PayoutTable;
  settlement_files: SettlementFileTable;
  settlement_days: SettlementDayTable;
  reconciliations: ReconciliationTable;
  audit: AuditTable;
}

/** Numbers that must rise in commit order: taken under the row's lock, so that none appears late. */
export interface SequenceTable {
  name: string;
  value: number;
}

export interface CampaignTable {
  number: number;
  id: string;
  version: number;
  /** What the funds have paid so far, net: the total that the fund split is cumulative over. */
  redeemed_fen: number;
  next_serial: number;
}

export interface PackTable {
  campaign_number: number;
  version: number;
  /** The sealed pack, exactly as terminals get it. */
  envelope: string;
  valid_from_ms: number;
}

export interface KeyRingTable {
  version: number;
  envelope: string;
}

export interface OperatorTable {
  id: string;
  name: string;
  token_hash: string;
  roles: string;
  created_at_ms: number;
  disabled: number;
}

export interface StoreTable {
  id: string;
  name_zh: string;
  name_en: string;
  category: Category;
  status: 'admitted' | 'suspended' | 'not-admitted';
  cut_over_minutes: number;
  basis: string;
  district_by: string | null;
  city_by: string | null;
  suspended_at_ms: number | null;
  created_at_ms: number;
}

export interface TerminalTable {
  id: string;
  store_id: string;
  counter: string;
  status: 'active' | 'suspended' | 'retired';
  /** 0 until the first activation. */
  epoch: number;
  software_version: string;
  last_seen_at_ms: number | null;
}

export interface TerminalEpochTable {
  terminal_id: string;
  epoch: number;
  public_key: string;
  certificate: string;
  issued_at_ms: number;
  /** Everything up to here has a verdict. */
  head_seq: number;
  head_hash: string;
  last_at_ms: number;
  /** Set when the chain broke or forked: what follows is held. */
  broken: number;
  /** The range that a restore declared lost; null while there is none. */
  lost_from_seq: number | null;
  lost_to_seq: number | null;
}

export interface ActivationCodeTable {
  code_hash: string;
  terminal_id: string;
  expires_at_ms: number;
  used_at_ms: number | null;
  used_by_key: string | null;
  answer: string | null;
}

export interface NonceTable {
  key_id: string;
  nonce: string;
  expires_at_ms: number;
}

export interface EntryTable {
  terminal_id: string;
  epoch: number;
  seq: number;
  hash: string;
  kind: string;
  at_ms: number;
  body: string;
  prev: string;
  signature: string;
  received_at_ms: number;
  verdict: 'settled' | 'recorded' | 'refused' | 'held';
  reason: string | null;
  params: string;
  settlement_day: string | null;
  borne_by: 'merchant' | 'fund' | null;
}

/** Entries that can't take a place in the chain: forks, and whatever else claims a seq that is taken. */
export interface QuarantineTable {
  digest: string;
  terminal_id: string;
  epoch: number;
  seq: number;
  hash: string;
  entry: string;
  reason: string;
  received_at_ms: number;
}

/** The issuance register. */
export interface VoucherTable {
  campaign_number: number;
  serial: number;
  kind_number: number;
  round: number;
  person: string;
  grant_bytes: string;
  issuer_signature: string;
  not_before_ms: number;
  not_after_ms: number;
  issued_at_ms: number;
  status: 'live' | 'recovered' | 'revoked';
  papers_hash: string | null;
}

/** One row for each voucher that is spent; the primary key is what makes a second settlement impossible. */
export interface SpendTable {
  campaign_number: number;
  serial: number;
  terminal_id: string;
  /** Set while it is captured online and its journal entry (epoch and seq, until then 0) is still on its way. */
  authorisation_id: string | null;
  epoch: number;
  seq: number;
  at_ms: number;
}

/** One voucher for one purchase, among unreversed redemptions. */
export interface PurchaseTable {
  store_id: string;
  till: string;
  business_day: string;
  receipt_number: string;
  amount_fen: number;
  terminal_id: string;
  epoch: number;
  seq: number;
}

/** What settlement pays: one line for each redemption, corrections as new lines with negative amounts. */
export interface LineTable {
  id: Generated<number>;
  campaign_number: number;
  /** `loss`: a double spend that the loss reserve bears; no fund has a share in it. */
  kind: 'redemption' | 'reversal' | 'refund' | 'loss';
  store_id: string;
  terminal_id: string;
  epoch: number;
  seq: number;
  redemption_id: string;
  serial: number;
  kind_number: number;
  amount_fen: number;
  /**
   * What each fund pays, in the pack's order of funds, as a JSON list. All 0 where no fund pays or gets back: a
   * loss, its corrections, and a refund of what was paid out, until the store has paid it back.
   */
  shares: string;
  redemption_day: string;
  settlement_day: string;
  /** The redemption line that this one corrects. */
  corrects: number | null;
  /** 1: the corrected line was in a payout already, so the store owes this amount back. */
  owed: Generated<number>;
  payout_id: string | null;
}

export interface AccountTable {
  campaign_number: number;
  name: string;
  side: 'debit' | 'credit';
  /** On the account's own side; never below zero. */
  balance_fen: number;
}

export interface PostingTable {
  id: Generated<number>;
  campaign_number: number;
  what: string;
  reference: string;
  account: string;
  /** Debits positive, credits negative: one transfer's postings add up to zero. */
  amount_fen: number;
  at_ms: number;
}

export interface ChangeTable {
  number: number;
  campaign_number: number;
  serial: string;
  change: 'spent' | 'unspent' | 'revoked';
}

export interface DecisionTable {
  id: Generated<number>;
  terminal_id: string;
  epoch: number;
  seq: number;
  hash: string;
  held_reason: string;
  /** The verdict that terminals get from then on, as JSON. */
  verdict: string;
  proposed_by: string;
  by_operator: string;
  note: string;
  at_ms: number;
}

/** What one operator proposes about a held entry, for another to approve. */
export interface ProposalTable {
  id: string;
  terminal_id: string;
  epoch: number;
  seq: number;
  hash: string;
  decision: 'settle' | 'refuse';
  note: string;
  status: 'open' | 'approved' | 'rejected';
  proposed_by: string;
  proposed_at_ms: number;
  decided_by: string | null;
  decided_at_ms: number | null;
}

export interface AlarmTable {
  id: Generated<number>;
  /** One alarm for each cause, however often it is seen. */
  cause: string;
  code: string;
  terminal_id: string | null;
  details: string;
  at_ms: number;
  acknowledged_by: Generated<string | null>;
  acknowledged_at_ms: Generated<number | null>;
  note: Generated<string | null>;
}

export interface AuthorisationTable {
  terminal_id: string;
  id: string;
  status: 'reserved' | 'captured' | 'released' | 'refused' | 'settled';
  campaign_number: number | null;
  serial: number | null;
  request: string;
  answer: string;
  discount_fen: number;
  hold_until_ms: number;
  captured_at_ms: number | null;
  created_at_ms: number;
}

export interface RoundTable {
  campaign_number: number;
  kind_number: number;
  round: number;
  quota: number;
  issued: number;
  opens_at_ms: number;
  closes_at_ms: number;
}

export interface HolderTable {
  campaign_number: number;
  /** The issuer's pseudonym for a person: a keyed hash, no personal data. */
  person: string;
  public_key: string;
  algorithm: 'ed25519' | 'sm2';
}

/** Payment codes of the wallet, which stand for a person for a short time. */
export interface PaymentCodeTable {
  code_hash: string;
  person: string;
  campaign_number: number;
  expires_at_ms: number;
}

export interface CarClaimTable {
  id: string;
  campaign_number: number;
  person: string;
  kind_number: number | null;
  status: 'submitted' | 'first-passed' | 'issued' | 'refused';
  /** Personal data, encrypted (AES-256-GCM). */
  papers_sealed: string;
  papers_hash: string;
  /** Keyed hashes, by which duplicates are found. */
  invoice_hash: string;
  vin_hash: string;
  buyer_hash: string;
  price_fen: number;
  findings: string;
  /** Algorithm and public key that the voucher will be issued to. */
  holder: string;
  unionpay_review: string | null;
  bureau_review: string | null;
  serial: number | null;
  created_at_ms: number;
}

/** Who did what on the operator's side. */
export interface AuditTable {
  id: Generated<number>;
  at_ms: number;
  operator: string;
  action: string;
  subject: string;
  details: string;
}
