/**
 * Knows nothing of terminals or clearing: it is told what people saw and what the books say, keeps a ledger of
 * its own, and says what can't be. Every amount is whole fen.
 */

export interface Sighting {
  readonly terminal: string;
  readonly redemptionId: string;
  readonly voucher: string;
  readonly day: string;
  readonly discountFen: number;
  /** Clearing held the voucher for it: what the terminal was told before counts no more. */
  readonly authorised: boolean;
}

export interface BookLine {
  readonly kind: 'redemption' | 'reversal' | 'refund';
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
  readonly backToFundFen: number;
}

export interface EntrySeen {
  readonly name: string;
  readonly hash: string;
  readonly kind: string;
  readonly redemptionId: string | null;
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

/** What a cashier knows of one attempt. `asked`: confirmed, and then the screen went dark. */
type Shown = 'asked' | 'accepted' | 'not-confirmed';

export class Oracle {
  readonly violations: Violation[] = [];
  readonly #attempts = new Map<string, Sighting & { shown: Shown; reversed: boolean }>();
  /** Terminal and voucher → the redemption that holds it there. */
  readonly #holding = new Map<string, string>();
  /** What each terminal has been told of vouchers by clearing. */
  readonly #told = new Map<string, 'spent' | 'unspent'>();
  /** Entry name → the one hash that it may ever have. */
  readonly #names = new Map<string, string>();
  readonly #verdicts = new Map<string, VerdictSeen>();
  readonly #excused = new Set<string>();
  /** Authorisations that clearing called released. */
  readonly #released = new Set<string>();

  #say(rule: string, detail: string): void {
    if (this.violations.length < 20) this.violations.push({ rule, detail });
  }

  asks(sighting: Sighting): void {
    this.#attempts.set(sighting.redemptionId, { ...sighting, shown: 'asked', reversed: false });
  }

  /** The terminal said no inside the transaction: nothing may ever come of it. */
  refused(redemptionId: string, code: string): void {
    const attempt = this.#attempts.get(redemptionId);
    this.#attempts.delete(redemptionId);
    if (attempt === undefined || code !== 'already-redeemed') return;
    const place = `${attempt.terminal} ${attempt.voucher}`;
    const own = this.#holding.get(place);
    if (own === undefined && this.#told.get(place) === 'unspent')
      this.#say('free-voucher-refused', `${place} after clearing said that it is free again`);
  }

  accepted(redemptionId: string, how: 'accepted' | 'not-confirmed'): void {
    const attempt = this.#attempts.get(redemptionId);
    if (attempt === undefined) throw new Error('accepted without asking');
    const place = `${attempt.terminal} ${attempt.voucher}`;
    const before = this.#holding.get(place);
    if (before !== undefined) this.#say('taken-twice', `${place}: ${before} and ${redemptionId}`);
    if (!attempt.authorised && this.#told.get(place) === 'spent')
      this.#say('spent-voucher-taken', `${place} by ${redemptionId}`);
    attempt.shown = how;
    this.#holding.set(place, redemptionId);
  }

  /** Clearing has told the terminal that this authorisation holds nothing any more. */
  released(authorisation: string): void {
    this.#released.add(authorisation);
  }

  /** Authorisations that hold or have taken a voucher, after any step. */
  standing(authorisations: readonly string[]): void {
    for (const name of authorisations)
      if (this.#released.has(name)) this.#say('released-and-held-again', name);
  }

  reversed(redemptionId: string): void {
    const attempt = this.#attempts.get(redemptionId);
    if (attempt === undefined) return;
    attempt.reversed = true;
    this.#free(attempt, redemptionId);
  }

  #free(attempt: Sighting, redemptionId: string): void {
    const place = `${attempt.terminal} ${attempt.voucher}`;
    if (this.#holding.get(place) === redemptionId) this.#holding.delete(place);
  }

  /** A feed has been applied at a terminal. */
  told(terminal: string, voucher: string, change: 'spent' | 'unspent'): void {
    this.#told.set(`${terminal} ${voucher}`, change);
  }

  /** The terminal forgot what clearing told it since some moment: it will be told again. */
  forgot(terminal: string): void {
    for (const place of this.#told.keys()) if (place.startsWith(`${terminal} `)) this.#told.delete(place);
  }

  /**
   * A terminal's disk was lost for good, and these are the entries that its back-up gave back: what else its
   * people saw can't be expected of it any more.
   */
  restored(terminal: string, entries: readonly EntrySeen[]): void {
    this.forgot(terminal);
    const redemptions = idsOf(entries, 'redemption');
    const reversals = idsOf(entries, 'reversal');
    for (const [id, attempt] of this.#attempts) {
      if (attempt.terminal !== terminal) continue;
      if (redemptions.has(id)) {
        // The reversal is gone, but clearing may have it: the two can't agree on this one any more.
        if (attempt.reversed && !reversals.has(id)) this.#excused.add(id);
        attempt.reversed = reversals.has(id);
        if (!attempt.reversed) this.#holding.set(`${terminal} ${attempt.voucher}`, id);
        continue;
      }
      this.#excused.add(id);
      this.#free(attempt, id);
    }
  }

  wrote(entry: EntrySeen): void {
    const known = this.#names.get(entry.name);
    if (known !== undefined && known !== entry.hash)
      this.#say('name-used-twice', `${entry.name} stands for two entries`);
    this.#names.set(entry.name, entry.hash);
  }

  heard(verdict: VerdictSeen): void {
    const key = `${verdict.name} ${verdict.hash}`;
    const known = this.#verdicts.get(key);
    const changed =
      known !== undefined && (known.verdict !== verdict.verdict || known.reason !== verdict.reason);
    if (changed && known.verdict !== 'held')
      this.#say(
        'verdict-changed',
        `${key}: ${known.verdict} then ${verdict.verdict} (${String(verdict.reason)})`,
      );
    if (known === undefined) this.#verdicts.set(key, verdict);
  }

  /** A terminal that opened: all that its people saw must be in its journal, and nothing that nobody asked for. */
  opened(terminal: string, entries: readonly EntrySeen[]): void {
    const inJournal = new Map<string, number>();
    const reversals = idsOf(entries, 'reversal');
    for (const { name, kind, redemptionId } of entries) {
      if (kind !== 'redemption' || redemptionId === null) continue;
      inJournal.set(redemptionId, (inJournal.get(redemptionId) ?? 0) + 1);
      const attempt = this.#attempts.get(redemptionId);
      if (attempt?.terminal !== terminal) this.#say('entry-nobody-asked-for', `${name} ${redemptionId}`);
    }
    for (const [id, attempt] of this.#attempts) {
      if (attempt.terminal !== terminal || this.#excused.has(id)) continue;
      const count = inJournal.get(id) ?? 0;
      if (attempt.shown !== 'asked' && count === 0) this.#say('accepted-and-gone', `${terminal} ${id}`);
      if (count > 1) this.#say('entered-twice', `${terminal} ${id}`);
      // The screen went dark before it could say so, but it counts: from now on people see it.
      if (attempt.shown === 'asked' && count === 1) {
        attempt.shown = 'not-confirmed';
        const place = `${attempt.terminal} ${attempt.voucher}`;
        if (!attempt.reversed) this.#holding.set(place, id);
      }
      if (attempt.shown === 'asked' && count === 0) this.#attempts.delete(id);
      if (attempt.reversed && !reversals.has(id)) this.#say('reversal-gone', `${terminal} ${id}`);
      // The reversal's screen went dark, but the entry is in.
      if (!attempt.reversed && reversals.has(id)) this.reversed(id);
    }
  }

  /** A damaged journal was opened as if nothing were wrong. */
  damageUnnoticed(terminal: string): void {
    this.#say('damage-unnoticed', terminal);
  }

  /** The books after any step: no voucher paid twice, nothing below zero, books that add up. */
  books(lines: readonly BookLine[], balances: readonly number[], outOfFundsFen: number): void {
    const standing = new Map<string, number>();
    let paidFen = 0;
    for (const line of lines) {
      const sign = line.kind === 'redemption' ? 1 : -1;
      paidFen += sign * line.amountFen;
      if (line.kind === 'refund') continue;
      const count = (standing.get(line.voucher) ?? 0) + sign;
      standing.set(line.voucher, count);
      if (count > 1 || count < 0) this.#say('settled-twice', `voucher ${line.voucher}`);
      if (!this.#attempts.has(line.redemptionId) && !this.#excused.has(line.redemptionId))
        this.#say('settled-and-nobody-asked', line.redemptionId);
    }
    if (balances.some((balance) => balance < 0)) this.#say('account-below-zero', balances.join(' '));
    if (paidFen !== outOfFundsFen)
      this.#say('books-do-not-add-up', `lines ${paidFen}, accounts ${outOfFundsFen}`);
  }

  /** After the network has been whole long enough for everything to arrive. */
  atTheEnd(terminals: ReadonlyMap<string, readonly TerminalRow[]>, lines: readonly BookLine[]): void {
    const rows = new Map<string, TerminalRow>();
    for (const [terminal, own] of terminals) {
      for (const row of own) {
        rows.set(row.redemptionId, row);
        if (row.state === 'pending') this.#say('still-pending', `${terminal} ${row.redemptionId}`);
        if (row.state === 'refused' && row.reason === null)
          this.#say('refused-without-reason', row.redemptionId);
        if (
          row.state === 'held' &&
          row.reason === 'authorisation-over' &&
          !this.#excused.has(row.redemptionId)
        )
          this.#say('sold-without-hold', row.redemptionId);
        // No run lasts as long as a redemption made in time may be on its way.
        if (row.state === 'held' && row.reason === 'late')
          this.#say('recovered-too-early', `${row.redemptionId} was made in time`);
        // The terminal checked all else before it said yes; only another counter can have been faster.
        if (row.state === 'refused' && row.reason !== null && row.reason !== 'already-redeemed')
          this.#say('refused-without-cause', `${row.redemptionId}: ${row.reason}`);
      }
      this.#compareDays(terminal, own, lines);
    }
    for (const [id, attempt] of this.#attempts) {
      if (attempt.shown === 'asked' || this.#excused.has(id)) continue;
      const row = rows.get(id);
      if (row === undefined) this.#say('accepted-and-gone', id);
      else if (row.discountFen !== attempt.discountFen)
        this.#say('amount-changed', `${id}: ${attempt.discountFen} shown, ${row.discountFen} kept`);
      else if (attempt.reversed !== (row.state === 'reversed'))
        this.#say('reversal-lost-or-invented', `${id} is ${row.state}`);
    }
  }

  /** To the fen, for each redemption day: what the terminal calls settled is what clearing pays for it. */
  #compareDays(terminal: string, own: readonly TerminalRow[], lines: readonly BookLine[]): void {
    const sums = new Map<string, number>();
    const add = (day: string, amountFen: number): void =>
      void sums.set(day, (sums.get(day) ?? 0) + amountFen);
    for (const row of own)
      if (row.state === 'settled' && !this.#excused.has(row.redemptionId))
        add(row.day, row.discountFen - row.backToFundFen);
    for (const line of lines) {
      if (line.terminal !== terminal || this.#excused.has(line.redemptionId)) continue;
      add(line.day, line.kind === 'redemption' ? -line.amountFen : line.amountFen);
    }
    for (const [day, difference] of sums)
      if (difference !== 0) this.#say('totals-differ', `${terminal} ${day}: ${difference}`);
  }
}

function idsOf(entries: readonly EntrySeen[], kind: string): ReadonlySet<string> {
  return new Set(entries.flatMap((entry) => (entry.kind === kind ? (entry.redemptionId ?? []) : [])));
}
