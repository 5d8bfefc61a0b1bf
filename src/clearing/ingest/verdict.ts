import type { EntryVerdict } from '../../contract/clearing/protocol.ts';
import type { Entry } from '../../contract/journal/entry.ts';
import type { Refuse } from '../../domain/decision.ts';

/** Why an entry waits for an operator. */
export const HOLD_REASONS = [
  'unknown-epoch',
  'hash-wrong',
  'signature-wrong',
  'fork',
  'gap',
  'chain-broken',
  'after-break',
  'terminal-suspended',
  'store-suspended',
  'body-wrong',
  'certificate-wrong',
  'clock-ahead',
  'scan-time-wrong',
  'wrong-store',
  'business-day-wrong',
  'unknown-pack',
  'campaign-differs',
  'not-in-register',
  'register-differs',
  'late',
  'amount-differs',
  'earlier-return-held',
  'unknown-authorisation',
  'authorisation-over',
  'hold-expired',
  'purchase-differs',
  'unknown-redemption',
  'redemption-differs',
  'already-corrected',
  'already-paid-out',
  'reversal-too-late',
  'books-short',
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** Why an entry that was held is refused: two operators decided so. */
export const REFUSED_BY_OPERATOR = 'refused-by-operator';

/** What is said about one entry, before it is joined with the entry's name. */
export type Word = Pick<EntryVerdict, 'verdict' | 'reason' | 'params' | 'borneBy'>;

export const recorded: Word = { verdict: 'recorded', reason: null, params: {}, borneBy: null };
export const settled: Word = { verdict: 'settled', reason: null, params: {}, borneBy: null };

export function held(reason: HoldReason, params: EntryVerdict['params'] = {}): Word {
  return { verdict: 'held', reason, params, borneBy: null };
}

export function refused({ code, params }: Refuse, borneBy: 'merchant' | 'fund' | null): Word {
  return { verdict: 'refused', reason: code, params: { ...params }, borneBy };
}

/** The verdict on an entry; only what moved money has a settlement day. */
export function verdictOn(
  entry: Pick<Entry, 'epoch' | 'seq' | 'hash'>,
  word: Word,
  settlementDay: string,
): EntryVerdict {
  return {
    epoch: entry.epoch,
    seq: entry.seq,
    hash: entry.hash,
    ...word,
    settlementDay: word.verdict === 'settled' ? settlementDay : null,
  };
}
