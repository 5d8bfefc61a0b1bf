import { createHash } from 'node:crypto';
import { canonicalJson } from '../../contract/journal/canonical.ts';
import type { EntryVerdict } from '../../contract/clearing/protocol.ts';
import type { Entry } from '../../contract/journal/entry.ts';
import { MAX_CLOCK_AHEAD_MS } from '../../domain/durations.ts';
import { isMoneyKind } from '../../domain/entry-kinds.ts';
import { takePlace } from './chain.ts';
import { judgeRefund, judgeReversal } from './judge-correction.ts';
import { judgeRedemption } from './judge-redemption.ts';
import type { Effect } from './effects.ts';
import { addHeldReturn, type BatchFacts, type CheckedEntry, entryKey } from './facts.ts';
import { held, type HoldReason, recorded, verdictOn, type Word } from './verdict.ts';

export interface Alarm {
  /** One alarm for each cause. */
  readonly cause: string;
  readonly code: string;
  readonly details: Readonly<Record<string, string | number>>;
}

export interface Judgement {
  /** One for each entry of the batch, in its order. */
  readonly verdicts: readonly EntryVerdict[];
  /** Entries that were not known before and took a place. */
  readonly placed: readonly { readonly entry: Entry; readonly verdict: EntryVerdict }[];
  readonly quarantined: readonly {
    readonly entry: Entry;
    readonly digest: string;
    readonly verdict: EntryVerdict;
  }[];
  readonly effects: readonly Effect[];
  readonly alarms: readonly Alarm[];
}

/** Names an entry with everything that was received, also when its hash claims something else. */
export function entryDigest(entry: Entry): string {
  return createHash('sha256')
    .update(canonicalJson({ ...entry }))
    .digest('hex');
}

/**
 * Judges a batch from its evidence alone, entry by entry in its order: a pure function of the batch and the
 * facts, which it keeps up to date as it goes (heads, spent vouchers, purchases), so that an entry sees what an
 * earlier one of the same batch did. The same entry gets the verdict that it got before.
 */
export function judgeBatch(batch: readonly CheckedEntry[], facts: BatchFacts): Judgement {
  const run = new Run(facts);
  const verdicts = batch.map((checked) => run.judge(checked));
  return {
    verdicts,
    placed: run.placed,
    quarantined: run.quarantined,
    effects: run.effects,
    alarms: run.alarms,
  };
}

/**
 * The first entry of an epoch, and no other, opens it, and holds the very certificate that the register has for it:
 * whoever verifies the journal later knows by it whose key signed.
 */
function beginsRightly({ entry, body }: CheckedEntry, facts: BatchFacts): boolean {
  if (entry.seq !== 1) return entry.kind !== 'epoch-opened';
  const certificate = facts.epochs.get(entry.epoch)?.certificate;
  if (body?.kind !== 'epoch-opened' || certificate === undefined) return false;
  const { keyId, payload, signature } = body.value.certificate;
  return (
    keyId === certificate.keyId && payload === certificate.payload && signature === certificate.signature
  );
}

class Run {
  readonly placed: { entry: Entry; verdict: EntryVerdict }[] = [];
  readonly quarantined: { entry: Entry; digest: string; verdict: EntryVerdict }[] = [];
  readonly effects: Effect[] = [];
  readonly alarms: Alarm[] = [];
  readonly #facts: BatchFacts;

  constructor(facts: BatchFacts) {
    this.#facts = facts;
  }

  judge(checked: CheckedEntry): EntryVerdict {
    const { entry } = checked;
    const known = this.#facts.stored.get(entryKey(entry.epoch, entry.seq));
    if (known?.hash === entry.hash) return known.verdict;
    const place = takePlace(entry, this.#facts);
    switch (place.type) {
      case 'outside':
        return this.#quarantine(entry, held(place.reason));
      case 'gap':
        this.#alarm('gap', entry);
        return this.#place(entry, held('gap'));
      case 'next': {
        const word = this.#wordOn(checked, place.doubt);
        if (word.verdict === 'held' && checked.body?.kind === 'refund')
          addHeldReturn(this.#facts.heldReturns, checked.body.value.of, entry);
        return this.#place(entry, word);
      }
    }
  }

  #wordOn(checked: CheckedEntry, doubt: HoldReason | null): Word {
    const { entry, seal } = checked;
    this.#watchClock(entry);
    if (seal !== 'whole') {
      this.#alarm(seal, entry);
      return held(seal);
    }
    if (doubt === 'chain-broken') {
      this.#alarm('chain-broken', entry);
      return held('chain-broken');
    }
    if (!beginsRightly(checked, this.#facts)) {
      this.#alarm('certificate-wrong', entry);
      const state = this.#facts.epochs.get(entry.epoch);
      // A journal that isn't the certified terminal's from its first entry on moves no money.
      if (state !== undefined) state.broken = true;
      return held('certificate-wrong');
    }
    if (!isMoneyKind(entry.kind)) return this.#wordOnRecord(checked);
    if (doubt === 'after-break') return held('after-break');
    if (this.#facts.terminalStatus !== 'active') return held('terminal-suspended');
    if (this.#facts.store.status === 'suspended') return held('store-suspended');
    if (entry.atMs > this.#facts.nowMs + MAX_CLOCK_AHEAD_MS) return held('clock-ahead');
    if (!this.#facts.canMoveMoney) {
      this.#alarm('books-short', entry);
      return held('books-short');
    }
    return this.#wordOnMoney(checked);
  }

  #wordOnRecord({ entry, body }: CheckedEntry): Word {
    if (body === null) return held('body-wrong');
    if (body.kind !== 'epoch-opened') return recorded;
    const previous = body.value.previous;
    const before = previous === null ? undefined : this.#facts.epochs.get(previous.head.epoch);
    if (previous !== null && before !== undefined && previous.head.epoch < entry.epoch) {
      before.lostFromSeq = previous.lostFromSeq;
      before.lostToSeq = previous.lostToSeq;
      if (previous.lostFromSeq !== null) this.#alarm('entries-lost', entry);
    }
    return recorded;
  }

  #wordOnMoney({ entry, body, grant }: CheckedEntry): Word {
    if (body === null) return held('body-wrong');
    const outcome =
      body.kind === 'redemption'
        ? judgeRedemption(entry, body.value, grant, this.#facts)
        : body.kind === 'reversal'
          ? judgeReversal(entry, body.value, this.#facts)
          : body.kind === 'refund'
            ? judgeRefund(entry, body.value, this.#facts)
            : { word: held('body-wrong'), effect: null };
    if (outcome.effect !== null) this.effects.push(outcome.effect);
    const { reason } = outcome.word;
    if (reason === 'not-in-register' || reason === 'register-differs') this.#alarm(reason, entry);
    return outcome.word;
  }

  #watchClock(entry: Entry): void {
    const state = this.#facts.epochs.get(entry.epoch);
    if (state === undefined) return;
    if (entry.kind === 'clock-set') state.lastAtMs = entry.atMs;
    if (entry.atMs < state.lastAtMs) this.#alarm('clock-back', entry);
    if (entry.atMs > this.#facts.nowMs + MAX_CLOCK_AHEAD_MS) this.#alarm('clock-ahead', entry);
    state.lastAtMs = Math.max(state.lastAtMs, entry.atMs);
  }

  #place(entry: Entry, word: Word): EntryVerdict {
    const verdict = verdictOn(entry, word, this.#facts.settlementDay);
    this.#facts.stored.set(entryKey(entry.epoch, entry.seq), { hash: entry.hash, verdict });
    this.placed.push({ entry, verdict });
    return verdict;
  }

  #quarantine(entry: Entry, word: Word): EntryVerdict {
    const digest = entryDigest(entry);
    const before = this.#facts.quarantined.get(digest);
    if (before !== undefined) return before;
    const verdict = verdictOn(entry, word, this.#facts.settlementDay);
    this.#facts.quarantined.set(digest, verdict);
    this.quarantined.push({ entry, digest, verdict });
    this.#alarm(word.reason ?? 'fork', entry);
    return verdict;
  }

  #alarm(code: string, entry: Entry): void {
    const { terminalId, epoch, seq, hash } = entry;
    this.alarms.push({
      cause: `${code}:${terminalId}:${String(epoch)}:${String(seq)}:${hash}`,
      code,
      details: { epoch, seq, hash },
    });
  }
}
