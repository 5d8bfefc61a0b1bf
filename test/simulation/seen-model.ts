import type { GoodsReturned } from './ledgers-model.ts';

/** What the oracle is told, in plain values. Every amount is whole fen. */

export interface Sighting {
  readonly terminal: string;
  readonly redemptionId: string;
  readonly voucher: string;
  /** The true time, epoch milliseconds. */
  readonly atMs: number;
  readonly amountFen: number;
  readonly minSpendFen: number;
  /** What the voucher was issued as: its face value. */
  readonly discountFen: number;
  /** Clearing held the voucher for it: what the terminal was told before counts no more. */
  readonly authorised: boolean;
}

export interface BookLine {
  readonly kind: 'redemption' | 'reversal' | 'refund';
  /** The entry that it is of, by name; and the redemption's, when it was first received. */
  readonly entry: string;
  readonly receivedAtMs: number;
  readonly terminal: string;
  readonly redemptionId: string;
  readonly voucher: string;
  readonly amountFen: number;
  readonly day: string;
}

export interface TerminalRow {
  readonly redemptionId: string;
  readonly voucher: string;
  readonly discountFen: number;
  readonly day: string;
  readonly state: 'pending' | 'settled' | 'refused' | 'held' | 'reversed';
  readonly reason: string | null;
}

export interface EntrySeen {
  readonly name: string;
  readonly hash: string;
  readonly kind: string;
  readonly redemptionId: string | null;
  readonly returned: GoodsReturned | null;
}

/** An entry that moves money, with the last word of clearing's that reached the terminal. */
export interface MoneyEntry {
  readonly entry: EntrySeen;
  readonly verdict: string | null;
}

export interface TerminalBooks {
  readonly rows: readonly TerminalRow[];
  readonly money: readonly MoneyEntry[];
}

export interface VerdictSeen {
  readonly name: string;
  readonly hash: string;
  readonly verdict: string;
  readonly reason: string | null;
}

export interface Violation {
  readonly rule: string;
  readonly detail: string;
}
