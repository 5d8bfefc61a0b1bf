import type { Entry } from '../../src/contract/journal/entry.ts';
import { DAY_MS } from '../../src/domain/business-day.ts';
import type { VoucherKind } from '../../src/domain/campaign.ts';
import type { Phone, PhoneVoucher } from '../support/demo-phone.ts';
import type { Agenda } from './agenda.ts';
import type { City } from './city.ts';
import type { Counter } from './counter.ts';
import { LAST_ROUNDS_FROM } from './plan.ts';
import type { Tally } from './tally-model.ts';

/** A voucher in somebody's wallet, claimed on a day of the campaign. */
export interface Held {
  readonly kind: VoucherKind;
  readonly phone: Phone;
  readonly voucher: PhoneVoucher;
  readonly dayStartMs: number;
  readonly round: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How many of a thousand vouchers fare how; the rest is used once and stays used. */
const OF_A_THOUSAND = {
  expires: 120,
  takenBack: 12,
  returned: 8,
  returnedInPart: 5,
  returnedBelow: 4,
  shownTwice: 7,
} as const;
type Fate = keyof typeof OF_A_THOUSAND | 'used';

function fateOf(city: City, round: number): Fate {
  const fates = Object.entries(OF_A_THOUSAND) as [keyof typeof OF_A_THOUSAND, number][];
  let left = city.random.below(1000);
  for (const [fate, share] of fates) {
    if (fate === 'expires' && round >= LAST_ROUNDS_FROM) continue;
    if (left < share) return fate;
    left -= share;
  }
  return 'used';
}

interface Taken {
  readonly kindId: string;
  counts: boolean;
  /** Two counters took the same voucher: one of them counts, whichever that is. */
  isTwin: boolean;
  /** Operators refused the entry itself: no correction of it changes anything. */
  isRefused: boolean;
}

const nameOf = ({ terminalId, epoch, seq }: Pick<Entry, 'terminalId' | 'epoch' | 'seq'>): string =>
  `${terminalId}:${epoch}:${seq}`;

/** Keeps who took which voucher, so that a decision on a held entry can be counted. */
export class Sales {
  readonly #city: City;
  readonly #agenda: Agenda;
  readonly #tally: Tally;
  /** By `terminal:epoch:seq`. */
  readonly #taken = new Map<string, Taken>();
  /** What must be counted otherwise if operators refuse a reversal or a return, by its own name. */
  readonly #corrections = new Map<string, () => void>();

  constructor(city: City, agenda: Agenda, tally: Tally) {
    this.#city = city;
    this.#agenda = agenda;
    this.#tally = tally;
  }

  /** Notes that an entry used a voucher, and that this counts. */
  take(entry: Entry, kindId: string): void {
    this.#taken.set(nameOf(entry), { kindId, counts: true, isTwin: false, isRefused: false });
    this.#tally.used(kindId);
  }

  /** Operators refused an entry. What a sale took doesn't count then; what a correction undid counts again. */
  refuse(entry: Pick<Entry, 'terminalId' | 'epoch' | 'seq'>): void {
    const name = nameOf(entry);
    this.#corrections.get(name)?.();
    const taken = this.#taken.get(name);
    if (taken === undefined) return;
    taken.isRefused = true;
    this.#undo(taken);
  }

  /** A twin's other half counts. */
  #undo(taken: Taken): void {
    if (!taken.counts || taken.isTwin) return;
    taken.counts = false;
    this.#tally.undone(taken.kindId);
  }

  /** Plans what becomes of a voucher in its seven days. */
  plan(held: Held): void {
    const fate = fateOf(this.#city, held.round);
    this.#tally.count(fate);
    if (fate === 'expires') return;
    const { random } = this.#city;
    const counter = random.pick(this.#city.countersOf(held.kind.category));
    const atMs = this.#momentIn(held, counter);
    switch (fate) {
      case 'used':
        this.#agenda.add(atMs, () => void this.#sell(held, counter, atMs));
        return;
      case 'takenBack':
        this.#takeBack(held, counter, atMs);
        return;
      case 'shownTwice':
        this.#showTwice(held, counter, atMs);
        return;
      case 'returned':
      case 'returnedInPart':
      case 'returnedBelow':
        this.#return(held, counter, atMs, fate);
    }
  }

  /** A time of day between eleven and nine; the restaurant that is open at night also sells beyond midnight. */
  #momentIn({ dayStartMs }: Held, counter: Counter): number {
    const { random } = this.#city;
    const startMs = dayStartMs + random.below(7) * DAY_MS;
    if (counter.storeId === 'restaurant-1' && startMs > dayStartMs && random.chance(0.1))
      return startMs + random.below(100) * MINUTE_MS;
    return startMs + 11 * HOUR_MS + random.below(10 * 60) * MINUTE_MS;
  }

  #sell({ kind, phone, voucher }: Held, counter: Counter, atMs: number, extraFen = this.#extra()): Entry {
    if (kind.rule.type !== 'minimum-spend') throw new Error('cars are sold otherwise');
    const entry = counter.redeem({
      evidence: phone.evidence(atMs, voucher),
      atMs,
      amountFen: kind.rule.minSpendFen + extraFen,
      discountFen: kind.faceValueFen,
      offline: false,
    });
    this.take(entry, kind.id);
    return entry;
  }

  #extra(): number {
    return this.#city.random.below(9000);
  }

  /** Taken back two minutes later, and used again at the same counter: it counts once. */
  #takeBack(held: Held, counter: Counter, atMs: number): void {
    let first: Entry | null = null;
    this.#agenda.add(atMs, () => {
      first = this.#sell(held, counter, atMs);
    });
    this.#agenda.add(atMs + 2 * MINUTE_MS, () => {
      if (first === null) throw new Error('nothing to take back');
      const reversal = counter.reverse(first, this.#city.clock.nowMs);
      const taken = this.#taken.get(nameOf(first));
      if (taken?.counts !== true) return;
      this.#undo(taken);
      this.#corrections.set(nameOf(reversal), () => {
        if (taken.isRefused) return;
        taken.counts = true;
        this.#tally.used(taken.kindId);
      });
    });
    this.#agenda.add(atMs + 5 * MINUTE_MS, () => void this.#sell(held, counter, atMs + 5 * MINUTE_MS));
  }

  /** Two counters of different shops, neither of which hears of the other: one of them loses. */
  #showTwice(held: Held, counter: Counter, atMs: number): void {
    const others = this.#city
      .countersOf(held.kind.category)
      .filter(({ storeId }) => storeId !== counter.storeId);
    const [other] = others;
    if (other === undefined) {
      this.#agenda.add(atMs, () => void this.#sell(held, counter, atMs));
      return;
    }
    this.#agenda.add(atMs, () => {
      for (const one of [counter, other]) {
        const wasOffline = one.offline;
        one.offline = true;
        const entry = this.#sell(held, one, atMs);
        one.offline = wasOffline;
        const taken = this.#taken.get(nameOf(entry));
        if (taken !== undefined) taken.isTwin = true;
      }
      this.#tally.undone(held.kind.id);
      this.#tally.count('refused double spends');
    });
  }

  #return(
    held: Held,
    counter: Counter,
    atMs: number,
    fate: 'returned' | 'returnedInPart' | 'returnedBelow',
  ): void {
    const { kind } = held;
    const { random } = this.#city;
    if (kind.rule.type !== 'minimum-spend') throw new Error('cars are returned otherwise');
    const extraFen = 1000 + this.#extra();
    const amountFen = kind.rule.minSpendFen + extraFen;
    const returnedFen = { returned: amountFen, returnedInPart: extraFen, returnedBelow: extraFen + 1 }[fate];
    const backToFundFen = fate === 'returnedInPart' ? 0 : kind.faceValueFen;
    let sale: Entry | null = null;
    this.#agenda.add(atMs, () => {
      sale = this.#sell(held, counter, atMs, extraFen);
    });
    // After the business day, sometimes after the payout too.
    this.#agenda.add(atMs + (1 + random.below(12)) * DAY_MS, () => {
      if (sale === null) throw new Error('nothing to return');
      const paidOutFen = Math.max(0, returnedFen - backToFundFen);
      const nowMs = this.#city.clock.nowMs;
      const refund = counter.refund(sale, nowMs, { returnedFen, backToFundFen, paidOutFen });
      if (backToFundFen === 0 || this.#taken.get(nameOf(sale))?.counts !== true) return;
      this.#tally.givenBack(kind.id);
      this.#corrections.set(nameOf(refund), () => this.#tally.notGivenBack(kind.id));
    });
  }
}
