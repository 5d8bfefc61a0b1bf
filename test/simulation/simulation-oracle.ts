import type {
  BookLine,
  EntrySeen,
  MoneyEntry,
  Sighting,
  TerminalBooks,
  TerminalRow,
  VerdictSeen,
  Violation,
} from './seen-model.ts';
import { wrongReturn, wrongShift, type GoodsReturned, type HandOver, type InShift } from './ledgers-model.ts';

/**
 * Knows nothing of terminals or clearing: it is told what people saw and what the books say, keeps a ledger of
 * its own, and says what can't be. Every amount is whole fen.
 */

/** What a cashier knows of one attempt. `asked`: confirmed, and then the screen went dark. */
type Shown = 'asked' | 'accepted' | 'not-confirmed';

interface Attempt extends Sighting {
  shown: Shown;
  reversed: boolean;
  returns: readonly GoodsReturned[];
}

/** Reasons for which clearing may hold what an honest terminal wrote. */
const HONEST_REASONS: ReadonlySet<string> = new Set([
  'terminal-suspended',
  'store-suspended',
  'authorisation-over',
  'already-corrected',
  'reversal-too-late',
]);

/** A clock nearer than this to the true time judges codes well enough. */
const CLOCK_MAY_BE_OFF_MS = 2 * 60_000;

export class Oracle {
  readonly violations: Violation[] = [];
  readonly #attempts = new Map<string, Attempt>();
  /** Terminal and voucher → the redemption that holds it there. */
  readonly #holding = new Map<string, string>();
  /** What each terminal has been told of vouchers by clearing. */
  readonly #told = new Map<string, 'spent' | 'unspent'>();
  /** Entry name → the one hash that it may ever have. */
  readonly #names = new Map<string, string>();
  readonly #verdicts = new Map<string, VerdictSeen>();
  readonly #excused = new Set<string>();
  /** Sold in the shift that is open at a terminal; none: nobody knows since when it is open. */
  readonly #shifts = new Map<string, { readonly number: number; readonly sold: string[] }>();
  readonly #lastShifts = new Map<string, number>();
  /** From when to when a terminal or its store was suspended; to nobody knows yet: Infinity. */
  readonly #suspended = new Map<string, { readonly fromMs: number; toMs: number }[]>();
  /** Entries that operators have decided on. */
  readonly #decided = new Map<string, 'settle' | 'refuse'>();
  /** Reversals and returns. */
  readonly #corrections = new Set<string>();
  readonly #redemptionOf = new Map<string, string>();
  /** Redemptions that clearing has refused. */
  readonly #refused = new Set<string>();
  /** Redemption → entries of it that clearing held or refused at first. */
  readonly #stuck = new Map<string, Set<string>>();
  /** Returns that clearing held since its own sums differ. */
  readonly #sumsDoubted: { readonly name: string; readonly redemption: string }[] = [];
  /** Authorisations that clearing called released. */
  readonly #released = new Set<string>();

  /** At the end, heard by clearing and hearing it: a clock that is off keeps nobody from working. */
  hasContact(terminal: string, offMs: number): void {
    if (Math.abs(offMs) > CLOCK_MAY_BE_OFF_MS) this.#say('clock-still-wrong', `${terminal} by ${offMs} ms`);
  }

  #say(rule: string, detail: string): void {
    if (this.violations.length < 20) this.violations.push({ rule, detail });
  }

  asks(sighting: Sighting): void {
    this.#attempts.set(sighting.redemptionId, { ...sighting, shown: 'asked', reversed: false, returns: [] });
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
    this.#shifts.get(attempt.terminal)?.sold.push(redemptionId);
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

  /** Goods came back: what the customer was given is written on the slip. */
  returned(redemptionId: string, goods: GoodsReturned): void {
    const attempt = this.#attempts.get(redemptionId);
    if (attempt === undefined) return;
    if (attempt.reversed) this.#say('returned-what-was-reversed', redemptionId);
    attempt.returns = [...attempt.returns, goods];
    const wrong = wrongReturn(attempt, attempt.returns);
    if (wrong !== null) this.#say('return-wrong', `${redemptionId}: ${wrong}`);
  }

  handedOver(terminal: string, handOver: HandOver): void {
    const last = this.#lastShifts.get(terminal);
    const { number } = handOver;
    this.#lastShifts.set(terminal, number);
    if (handOver.type === 'opened') {
      if (last !== undefined && number !== last + 1)
        this.#say('shift-number-skipped', `${terminal}: ${number} after ${last}`);
      this.#shifts.set(terminal, { number, sold: [] });
      return;
    }
    const shift = this.#shifts.get(terminal);
    this.#shifts.delete(terminal);
    if (shift === undefined) return;
    const sold = shift.sold.flatMap((id): InShift[] => {
      const attempt = this.#attempts.get(id);
      if (attempt === undefined) return [];
      const is = attempt.reversed ? 'not-counted' : this.#refused.has(id) ? 'doubtful' : 'counted';
      return [{ discountFen: attempt.discountFen, is }];
    });
    const wrong = wrongShift(handOver, sold);
    if (wrong !== null) this.#say('shift-report-wrong', `${terminal} ${number}: ${wrong}`);
  }

  /** The terminal, or its store, is suspended or let in again at this time. */
  suspends(terminal: string, suspended: boolean, atMs: number): void {
    const spans = this.#suspended.get(terminal) ?? [];
    const open = spans.find(({ toMs }) => toMs === Infinity);
    if (suspended && open === undefined) spans.push({ fromMs: atMs, toMs: Infinity });
    if (!suspended && open !== undefined) open.toMs = atMs;
    this.#suspended.set(terminal, spans);
  }

  /** The second operator says so: from now on it may be in effect. */
  decides(entry: string, decision: 'settle' | 'refuse'): void {
    this.#decided.set(entry, decision);
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
    this.#shifts.delete(terminal);
    this.#lastShifts.delete(terminal);
    const redemptions = idsOf(entries, 'redemption');
    const reversals = idsOf(entries, 'reversal');
    for (const [id, attempt] of this.#attempts) {
      if (attempt.terminal !== terminal) continue;
      if (redemptions.has(id)) {
        // The reversal is gone, but clearing may have it: the two can't agree on this one any more.
        if (attempt.reversed && !reversals.has(id)) this.#excused.add(id);
        attempt.reversed = reversals.has(id);
        if (!attempt.reversed) this.#holding.set(`${terminal} ${attempt.voucher}`, id);
        const kept = returnsOf(entries, id);
        if (kept.length < attempt.returns.length) this.#excused.add(id);
        attempt.returns = kept;
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
    if (entry.redemptionId === null) return;
    this.#redemptionOf.set(entry.name, entry.redemptionId);
    if (entry.kind !== 'redemption') this.#corrections.add(entry.name);
  }

  /** Clearing's word on an entry has reached its terminal, first-hand or as an operator's decision. */
  heard(verdict: VerdictSeen): void {
    const key = `${verdict.name} ${verdict.hash}`;
    const known = this.#verdicts.get(key);
    const changed =
      known !== undefined && (known.verdict !== verdict.verdict || known.reason !== verdict.reason);
    const decided = this.#decided.get(verdict.name);
    // An answer from before the decision may come after it.
    const overtaken = verdict.verdict === 'held' && decided !== undefined;
    if (changed && !overtaken && (known.verdict !== 'held' || decided === undefined))
      this.#say(
        'verdict-changed',
        `${key}: ${known.verdict} then ${verdict.verdict} (${String(verdict.reason)})`,
      );
    if (known === undefined || (changed && !overtaken)) this.#verdicts.set(key, verdict);
    const redemption = this.#redemptionOf.get(verdict.name);
    if (redemption === undefined || this.#excused.has(redemption)) return;
    if (verdict.verdict === 'refused') this.#refused.add(redemption);
    if (verdict.verdict === 'held') this.#checkHold(redemption, verdict);
    if (verdict.verdict === 'held' || verdict.verdict === 'refused')
      this.#stuck.set(redemption, (this.#stuck.get(redemption) ?? new Set()).add(verdict.name));
  }

  #checkHold(redemption: string, { name, reason }: VerdictSeen): void {
    if (reason === 'amount-differs' || reason === 'earlier-return-held')
      this.#sumsDoubted.push({ name, redemption });
    else if (reason === 'authorisation-over') this.#say('sold-without-hold', redemption);
    // No run lasts as long as a redemption made in time may be on its way.
    else if (reason === 'late') this.#say('recovered-too-early', `${redemption} was made in time`);
    // Without a network nothing tells a counter that its clock is ahead, but a code: of a correction people decide.
    else if (reason === 'clock-ahead' && this.#corrections.has(name)) return;
    else if (reason === null || !HONEST_REASONS.has(reason))
      this.#say('held-without-cause', `${redemption}: ${String(reason)}`);
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
      if (attempt.terminal !== terminal) continue;
      const { reversed } = attempt;
      // The reversal's screen went dark, but the entry is in.
      if (!reversed && reversals.has(id)) this.reversed(id);
      // So may a return's: where people and journal can't agree any more, the journal's are what counts.
      if (this.#excused.has(id)) {
        attempt.returns = returnsOf(entries, id);
        continue;
      }
      const count = inJournal.get(id) ?? 0;
      if (attempt.shown !== 'asked' && count === 0) this.#say('accepted-and-gone', `${terminal} ${id}`);
      if (count > 1) this.#say('entered-twice', `${terminal} ${id}`);
      // The screen went dark before it could say so, but it counts: from now on people see it.
      if (attempt.shown === 'asked' && count === 1) {
        attempt.shown = 'not-confirmed';
        const place = `${attempt.terminal} ${attempt.voucher}`;
        if (!attempt.reversed) this.#holding.set(place, id);
        this.#shifts.get(terminal)?.sold.push(id);
      }
      if (attempt.shown === 'asked' && count === 0) this.#attempts.delete(id);
      if (reversed && !reversals.has(id)) this.#say('reversal-gone', `${terminal} ${id}`);
      this.#checkReturns(id, attempt, returnsOf(entries, id));
    }
  }

  #checkReturns(id: string, attempt: Attempt, kept: readonly GoodsReturned[]): void {
    const missing = kept.length - attempt.returns.length;
    if (missing < 0) this.#say('return-gone', id);
    if (missing > 1) this.#say('returned-twice', id);
    // Its screen went dark, but the entry is in.
    const last = kept.at(-1);
    if (missing === 1 && last !== undefined) this.returned(id, last);
  }

  /** A damaged journal was opened as if nothing were wrong. */
  damageUnnoticed(terminal: string): void {
    this.#say('damage-unnoticed', terminal);
  }

  /** The books after any step: no voucher paid twice, nothing below zero, books that add up. */
  books(lines: readonly BookLine[], balances: readonly number[], outOfFundsFen: number): void {
    const standing = new Map<string, number>();
    const leftFen = new Map<string, number>();
    let paidFen = 0;
    for (const line of lines) {
      const sign = line.kind === 'redemption' ? 1 : -1;
      paidFen += sign * line.amountFen;
      const left = (leftFen.get(line.redemptionId) ?? 0) + sign * line.amountFen;
      leftFen.set(line.redemptionId, left);
      if (left < 0) this.#say('given-back-twice', line.redemptionId);
      if (this.#wasSuspended(line) && this.#decided.get(line.entry) !== 'settle')
        this.#say('paid-while-suspended', `${line.terminal} ${line.entry}`);
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

  #wasSuspended({ terminal, receivedAtMs }: BookLine): boolean {
    const spans = this.#suspended.get(terminal) ?? [];
    return spans.some(({ fromMs, toMs }) => fromMs < receivedAtMs && receivedAtMs < toMs);
  }

  /** After the network has been whole long enough for everything to arrive, and operators have decided. */
  atTheEnd(terminals: ReadonlyMap<string, TerminalBooks>, lines: readonly BookLine[]): void {
    const rows = new Map<string, TerminalRow>();
    const money: MoneyEntry[] = [];
    for (const [terminal, own] of terminals) {
      money.push(...own.money);
      for (const row of own.rows) {
        rows.set(row.redemptionId, row);
        this.#checkRow(terminal, row);
      }
    }
    this.#compare(money, lines);
    // Two returns of one sale add up at clearing only if it took the earlier one.
    for (const { name, redemption } of this.#sumsDoubted)
      if (![...(this.#stuck.get(redemption) ?? [])].some((other) => other !== name))
        this.#say('held-without-cause', `${redemption}: amount-differs`);
    for (const [id, attempt] of this.#attempts) {
      if (attempt.shown === 'asked' || this.#excused.has(id)) continue;
      const row = rows.get(id);
      if (row === undefined) this.#say('accepted-and-gone', id);
      else if (row.discountFen !== attempt.discountFen)
        this.#say('amount-changed', `${id}: ${attempt.discountFen} due, ${row.discountFen} kept`);
      else if (attempt.reversed !== (row.state === 'reversed'))
        this.#say('reversal-lost-or-invented', `${id} is ${row.state}`);
    }
  }

  #checkRow(terminal: string, { redemptionId, state, reason }: TerminalRow): void {
    if (state === 'pending') this.#say('still-pending', `${terminal} ${redemptionId}`);
    if (state === 'refused' && reason === null) this.#say('refused-without-reason', redemptionId);
    // The terminal checked all else before it said yes; only another counter can have been faster.
    const isFair = reason === 'already-redeemed' || reason === 'refused-by-operator';
    if (state === 'refused' && reason !== null && !isFair)
      this.#say('refused-without-cause', `${redemptionId}: ${reason}`);
  }

  /** To the fen, entry by entry: what a terminal was told is settled is what clearing pays, or takes back, for it. */
  #compare(money: readonly MoneyEntry[], lines: readonly BookLine[]): void {
    const byEntry = new Map(lines.map((line) => [line.entry, line]));
    if (byEntry.size !== lines.length) this.#say('totals-differ', 'two lines of one entry');
    for (const { entry, verdict } of money) {
      const id = entry.redemptionId ?? '';
      const line = byEntry.get(entry.name);
      byEntry.delete(entry.name);
      if (this.#excused.has(id)) continue;
      if (verdict === null) this.#say('still-pending', `${entry.kind} ${entry.name}`);
      const attempt = this.#attempts.get(id);
      const oursFen =
        verdict !== 'settled'
          ? null
          : entry.kind === 'refund'
            ? entry.returned?.backToFundFen
            : attempt?.discountFen;
      const day = attempt === undefined ? null : shanghaiDay(attempt.atMs);
      if (oursFen !== (line?.amountFen ?? null) || (line !== undefined && line.day !== day))
        this.#say(
          'totals-differ',
          `${entry.kind} ${entry.name}: ${String(oursFen)} and ${String(line?.amountFen)} fen, ${String(day)} and ${String(line?.day)}`,
        );
    }
    for (const { redemptionId, entry } of byEntry.values())
      if (!this.#excused.has(redemptionId)) this.#say('totals-differ', `only clearing has ${entry}`);
  }
}

/** China has one time, eight hours ahead of UTC; shops of the simulation end their day at midnight. */
function shanghaiDay(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 10);
}

function returnsOf(entries: readonly EntrySeen[], redemptionId: string): readonly GoodsReturned[] {
  return entries.flatMap((entry) => (entry.redemptionId === redemptionId ? (entry.returned ?? []) : []));
}

function idsOf(entries: readonly EntrySeen[], kind: string): ReadonlySet<string> {
  return new Set(entries.flatMap((entry) => (entry.kind === kind ? (entry.redemptionId ?? []) : [])));
}
