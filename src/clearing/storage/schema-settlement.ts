import type { Generated } from 'kysely';

/** What settlement keeps: closed days, their files, payouts, and what reconciliation found. */

export interface PayoutTable {
  id: string;
  campaign_number: number;
  store_id: string;
  settlement_day: string;
  amount_fen: number;
  shares: string;
  prepared_by: string;
  approved_by: string | null;
  /** Set when the second person refused it; its lines are free for another payout. */
  rejected_by: Generated<string | null>;
  reason: Generated<string | null>;
  paid_on: string | null;
  reference: string | null;
  /** The settlement day on which it was approved. */
  booked_day: Generated<string | null>;
  /** What each fund got back by it, negative, as a JSON list; null where the store owed nothing. */
  collected: Generated<string | null>;
  /** Sealed with purpose `settlement` when it was approved. */
  advice: Generated<string | null>;
  at_ms: number;
}

export interface SettlementFileTable {
  campaign_number: number;
  settlement_day: string;
  scope: string;
  name: string;
  content: string;
  envelope: string;
  closed_at_ms: number;
}

/** A closed day never changes: neither this row nor its files. */
export interface SettlementDayTable {
  settlement_day: string;
  /** The closed day before; its manifest's hash is in this one's. */
  previous_day: string | null;
  closed_by: string;
  closed_at_ms: number;
  /** Sealed with purpose `settlement`: all files with their hashes and sums. */
  manifest: string;
}

/** The last reconciliation of each subject's day. */
export interface ReconciliationTable {
  source: 'terminal' | 'till';
  /** The terminal, or the store whose till reported. */
  subject: string;
  day: string;
  meaning: 'redemption' | 'settlement';
  id: string;
  store_id: string;
  at_ms: number;
  report_sha256: string;
  /** How many lines of each status, as JSON. */
  counts: string;
  /** The lines that aren't matched, as JSON. */
  differences: string;
}
