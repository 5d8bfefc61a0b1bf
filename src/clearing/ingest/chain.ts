import { type Entry, NO_HASH } from '../../contract/journal/entry.ts';
import { type BatchFacts, entryKey, type EpochState } from './facts.ts';
import type { HoldReason } from './verdict.ts';

/** Where an entry stands in its terminal's chain. */
export type Place =
  /** Takes its place; `doubt` is why no money may move by it. */
  | { readonly type: 'next'; readonly doubt: HoldReason | null }
  /** Kept at its place although what comes before it is missing. */
  | { readonly type: 'gap' }
  /** Can take no place. */
  | { readonly type: 'outside'; readonly reason: 'unknown-epoch' | 'fork' };

/** Finds the place and, for `next`, moves the head. The same entry sent again never gets here. */
export function takePlace(entry: Entry, facts: BatchFacts): Place {
  const state = facts.epochs.get(entry.epoch);
  if (state === undefined) return { type: 'outside', reason: 'unknown-epoch' };
  if (facts.stored.has(entryKey(entry.epoch, entry.seq))) return { type: 'outside', reason: 'fork' };
  const skipsLost = skipsOnlyLost(entry.seq, state);
  if (entry.seq !== state.headSeq + 1 && !skipsLost) return { type: 'gap' };
  // What comes before the first entry after a lost range is lost too: its link can't be looked at.
  const linked = skipsLost || entry.prev === (entry.seq === 1 ? NO_HASH : state.headHash);
  const doubt = state.broken ? 'after-break' : linked ? null : 'chain-broken';
  if (!linked) state.broken = true;
  advance(entry, state, facts);
  return { type: 'next', doubt };
}

function skipsOnlyLost(seq: number, state: EpochState): boolean {
  const { headSeq, lostFromSeq, lostToSeq } = state;
  if (lostFromSeq === null || lostToSeq === null || seq <= headSeq + 1) return false;
  return headSeq + 1 >= lostFromSeq && seq - 1 <= lostToSeq;
}

/** Moves the head to the entry, and on over entries that came before their turn. */
function advance(entry: Entry, state: EpochState, facts: BatchFacts): void {
  state.headSeq = entry.seq;
  state.headHash = entry.hash;
  for (;;) {
    const next = facts.stored.get(entryKey(entry.epoch, state.headSeq + 1));
    if (next === undefined) return;
    state.headSeq += 1;
    state.headHash = next.hash;
  }
}
