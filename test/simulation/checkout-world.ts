import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { fen } from '../../src/domain/money.ts';
import { refusalOf } from '../support/refusals.ts';
import type {
  Basis,
  Decision,
  Effect,
  Event,
  Moment,
  Purchase,
} from '../../src/terminal/checkout/machine-types.ts';
import type { Wish } from '../../src/terminal/checkout/proof.ts';
import type { Random } from '../torture/random.ts';
import type { Sale } from './checkout-model.ts';
import type { Recorded, Truth } from './checkout-promises.ts';
import {
  COUNTER,
  HOLD_MS,
  nameOfSale,
  redemption,
  reservation,
  shares,
  unusable,
  verdictOn,
  wareOf,
  type Grounds,
  type Shares,
} from './checkout-rules.ts';

/**
 * A pretend world around the checkout, with faults of its own: it does what a step wants done, and answers
 * at once, late, twice, with a failure, or never. Only what is written always answers in the end.
 */

/** An answer that is late comes after so many other events, at most. */
const MOST_EVENTS_LATE = 5;
const FAULT = { code: 'data-folder-unwritable', params: {} } as const;

type Answer = 'at once' | 'late' | 'twice' | 'failing' | 'never';

/** How often each answer comes, of a hundred. */
const JUDGED: Readonly<Record<Answer, number>> = { 'at once': 80, late: 8, twice: 5, failing: 5, never: 2 };
const ASKED: Readonly<Record<Answer, number>> = { 'at once': 35, late: 32, twice: 15, failing: 8, never: 10 };
const BOOKED: Readonly<Record<Answer, number>> = {
  'at once': 50,
  late: 25,
  twice: 12,
  failing: 13,
  never: 0,
};

/** Every answer and fault of this world, by the names that it tells. */
export const ANSWERS: readonly string[] = [
  ...Object.entries({ judge: JUDGED, ask: ASKED, book: BOOKED }).flatMap(([what, odds]) =>
    Object.entries(odds).flatMap(([answer, share]) => (share === 0 ? [] : [`${what} answers ${answer}`])),
  ),
  'ask answers unknown, and then after all',
  ...['nothing', 'accept', 'refuse', 'amount-needed', 'ask', 'amount-differs'].map(
    (each) => `judge: ${each}`,
  ),
  ...['reserved', 'refused', 'no answer'].map((each) => `clearing: ${each}`),
  ...['sent', 'reserved', 'refused', 'released', 'captured'].map((each) => `given up: ${each}`),
  ...['booked', 'booked, not confirmed', 'booking-refused', 'booking-refused, changed'].map(
    (each) => `book: ${each}`,
  ),
];

/** When a failure is told. */
const FAILING: readonly Answer[] = ['at once', 'at once', 'late', 'twice'];

interface AtClearing {
  readonly code: string;
  readonly state: 'sent' | 'reserved' | 'refused' | 'released' | 'captured';
  readonly holdUntilMs: number;
}

export class World implements Truth {
  readonly journal: Recorded[] = [];
  readonly #views: RedemptionView[] = [];
  readonly #sold = new Map<string, number>();
  readonly #used = new Set<string>();
  readonly #clearing = new Map<string, AtClearing>();
  readonly #prompt: Event[] = [];
  readonly #late: { events: number; readonly make: () => Event }[] = [];
  readonly #timers: { readonly timer: string; readonly dueMs: number }[] = [];
  readonly #random: Random;
  readonly #tell: (what: string) => void;
  #suspended = false;
  #clockMs = 0;

  /** `tell` hears of each answer and each fault, to be counted. */
  constructor(random: Random, tell: (what: string) => void) {
    this.#random = random;
    this.#tell = tell;
  }

  #roll(what: string, odds: Readonly<Record<Answer, number>>): Answer {
    let dice = this.#random.below(100);
    for (const [answer, share] of Object.entries(odds)) {
      dice -= share;
      if (dice >= 0) continue;
      this.#tell(`${what} answers ${answer}`);
      return answer as Answer;
    }
    throw new Error('the odds are no hundred');
  }

  #deliver(when: Answer, make: () => Event): void {
    const events = 1 + this.#random.below(MOST_EVENTS_LATE);
    if (when === 'never') return;
    if (when === 'late') this.#late.push({ events, make });
    else this.#prompt.push(make());
    if (when === 'twice') this.#late.push({ events, make });
  }

  #grounds(): Grounds {
    return { sold: this.#sold, used: this.#used, suspended: this.#suspended };
  }

  #judge(id: string, purchase: Purchase, basis: Basis, nowMs: number): void {
    const when = this.#roll('judge', JUDGED);
    if (when === 'failing') {
      const failed: Event = { type: 'judging-failed', id, fault: FAULT };
      this.#deliver(this.#random.pick(FAILING), () => failed);
      return;
    }
    const found = verdictOn(this.#grounds(), purchase, basis, nowMs);
    this.#tell(`judge: ${found.type}`);
    this.#deliver(when, () => ({ type: 'judged', id, verdict: found }));
  }

  /** What clearing says when the question reaches it. */
  #decide(id: string, { code }: Wish, lost: boolean): 'reserved' | 'refused' {
    const known = this.#clearing.get(id);
    if (known?.state === 'reserved' || known?.state === 'captured') return 'reserved';
    if (known?.state === 'refused') return 'refused';
    // Released before it came: clearing may remember that, or reserve what nobody wants any more.
    const remembered = known?.state === 'released' && (lost || this.#random.chance(0.5));
    const elsewhere = [...this.#clearing].some(
      ([other, each]) => other !== id && each.code === code && each.state === 'reserved',
    );
    const refused =
      wareOf(code).bad === true || this.#used.has(code) || elsewhere || this.#random.chance(0.1);
    const state = refused || remembered ? 'refused' : 'reserved';
    this.#clearing.set(id, { code, state, holdUntilMs: this.#clockMs + HOLD_MS });
    return state;
  }

  #answerOf(id: string, wish: Wish, lost: boolean): Event {
    const said = this.#decide(id, wish, lost);
    this.#tell(`clearing: ${lost ? 'no answer' : said}`);
    if (lost) return { type: 'authorisation-unknown', id };
    if (said === 'refused')
      return { type: 'authorisation-refused', id, refusal: refusalOf('budget-exhausted') };
    const holdUntilMs = this.#clearing.get(id)?.holdUntilMs ?? 0;
    return { type: 'reserved', id, reserved: reservation(id, wish, holdUntilMs) };
  }

  #ask(id: string, wish: Wish, again: boolean): void {
    const when = this.#roll('ask', ASKED);
    if (when === 'failing') {
      // What is kept already can be sent again: that clearing isn't reached is all that can fail then.
      const failed: Event = again
        ? { type: 'authorisation-unknown', id }
        : { type: 'asking-failed', id, fault: FAULT };
      this.#deliver(this.#random.pick(FAILING), () => failed);
      return;
    }
    if (!this.#clearing.has(id)) this.#clearing.set(id, { code: wish.code, state: 'sent', holdUntilMs: 0 });
    const lost = this.#random.chance(0.3);
    if (when === 'twice' && this.#random.chance(0.5)) {
      // The wait was over before the answer was there.
      this.#tell('ask answers unknown, and then after all');
      const answer = this.#answerOf(id, wish, false);
      this.#deliver('at once', () => ({ type: 'authorisation-unknown', id }));
      this.#deliver('late', () => answer);
      return;
    }
    // It may have reached clearing long before its answer comes, or only then.
    if (when !== 'late' || this.#random.chance(0.5)) {
      const answer = this.#answerOf(id, wish, lost);
      this.#deliver(when, () => answer);
    } else this.#deliver(when, () => this.#answerOf(id, wish, lost));
  }

  #giveUp(id: string): void {
    const known = this.#clearing.get(id);
    if (known === undefined) return;
    this.#tell(`given up: ${known.state}`);
    // Nothing is given up that is in the journal, and nothing that clearing refused.
    if (known.state === 'sent' || known.state === 'reserved')
      this.#clearing.set(id, { ...known, state: 'released' });
  }

  #record(
    decisionId: string,
    { till, receiptNumber, amountFen }: Sale,
    accept: Shares,
    nowMs: number,
    confirmed: boolean,
  ): RedemptionView {
    const sale = { till, receiptNumber, amountFen };
    const view = redemption(this.journal.length + 1, sale, accept, nowMs);
    this.journal.push({ decisionId, redemption: view, confirmed, ...sale });
    this.#views.push(view);
    this.#sold.set(nameOfSale(sale), amountFen);
    return view;
  }

  #write(decision: Decision, nowMs: number): Event {
    const { id, sale, proof } = decision;
    const code = 'reserved' in proof ? proof.reserved.code : proof.scanned.code;
    const text = typeof code === 'string' ? code : (code as unknown as { readonly text: string }).text;
    const refusal = unusable(this.#grounds(), sale, text);
    if (refusal !== null) return { type: 'booking-refused', id, refusal };
    if (this.#random.chance(0.08)) return { type: 'booking-refused', id, refusal: 'changed' };
    const confirmed = this.#random.chance(0.8);
    const { discountFen, payableFen } = decision.accept;
    const view = this.#record(id, sale, { discountFen, payableFen }, nowMs, confirmed);
    this.#used.add(text);
    const held = 'reserved' in proof ? this.#clearing.get(proof.reserved.id) : undefined;
    if ('reserved' in proof && held !== undefined)
      this.#clearing.set(proof.reserved.id, { ...held, state: 'captured' });
    return { type: 'booked', id, redemption: view, confirmed };
  }

  #book(decision: Decision, nowMs: number): void {
    const { id } = decision;
    const when = this.#roll('book', BOOKED);
    if (when === 'failing') {
      const failed: Event = { type: 'booking-failed', id, fault: FAULT };
      this.#deliver(this.#random.pick(FAILING), () => failed);
      return;
    }
    const answer = this.#write(decision, nowMs);
    const unsure = answer.type === 'booked' && !answer.confirmed ? ', not confirmed' : '';
    const changed = answer.type === 'booking-refused' && answer.refusal === 'changed' ? ', changed' : '';
    this.#tell(`book: ${answer.type}${unsure}${changed}`);
    this.#deliver(when, () => answer);
  }

  get mayHold(): readonly string[] {
    return [...this.#clearing]
      .filter(([, { state }]) => state === 'sent' || state === 'reserved')
      .map(([id]) => id);
  }

  get redemptions(): readonly RedemptionView[] {
    return this.#views;
  }

  /** Does it; what it answers comes from `answer`. */
  perform(effect: Effect, { nowMs }: Moment): void {
    this.#clockMs = nowMs;
    switch (effect.type) {
      case 'judge':
        this.#judge(effect.id, effect.purchase, effect.basis, nowMs);
        break;
      case 'ask':
        this.#ask(effect.id, effect.wish, effect.again);
        break;
      case 'give-up':
        this.#giveUp(effect.id);
        break;
      case 'book':
        this.#book(effect.decision, nowMs);
        break;
      case 'timer':
        this.#timers.push({ timer: effect.timer, dueMs: nowMs + effect.afterMs });
        break;
      case 'announce':
      case 'seen':
        break;
    }
  }

  /** The next answer that is due; null: none, somebody else may do something. */
  answer(nowMs: number): Event | null {
    this.#clockMs = nowMs;
    const now = this.#prompt.shift();
    if (now !== undefined) return now;
    for (const each of this.#late) each.events -= 1;
    const due = this.#late.findIndex(({ events }) => events <= 0);
    if (due !== -1) return this.#late.splice(due, 1)[0]?.make() ?? null;
    const up = this.#timers.findIndex(({ dueMs }) => dueMs <= nowMs);
    const timer = up === -1 ? undefined : this.#timers.splice(up, 1)[0];
    return timer === undefined ? null : { type: 'time-up', timer: timer.timer };
  }

  /** The next that is waited for, due or not; null: nothing more will come. */
  lastAnswer(): Event | null {
    return this.#prompt.shift() ?? this.#late.shift()?.make() ?? null;
  }

  /** The store is suspended, or let in again. */
  suspend(now: boolean): void {
    this.#suspended = now;
  }

  /** Before the first event: writes something down that the last stop left to be seen. */
  leftUnseen(): RedemptionView {
    const amountFen = fen(20_000);
    const sale = { till: COUNTER, receiptNumber: 'R-0', amountFen };
    return this.#record('before', sale, shares('small-1', amountFen), 0, false);
  }
}
