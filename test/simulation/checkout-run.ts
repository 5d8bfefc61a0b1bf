import { isDeepStrictEqual } from 'node:util';
import { firstState, step } from '../../src/terminal/checkout/machine.ts';
import type { Answer, Event, Moment, State, Step } from '../../src/terminal/checkout/machine-types.ts';
import { shownState } from '../../src/terminal/checkout/view.ts';
import { MAY } from '../support/checkout-page.ts';
import { NOON_MS } from '../support/rules.ts';
import { createRandom, type Random } from '../torture/random.ts';
import { handsDo } from './checkout-hands.ts';
import { firstModel, follow, rowOf } from './checkout-model.ts';
import { PROMISES, witness, type Stand } from './checkout-promises.ts';
import { COUNTER, TILL } from './checkout-rules.ts';
import { World } from './checkout-world.ts';

/** The parts under test: a planted fault stands around one of them. */
export interface Parts {
  readonly step: typeof step;
  readonly shownState: typeof shownState;
}
export const REAL: Parts = { step, shownState };

/** The model's promise: everything is as the page says. */
export const BY_THE_PAGE = 'asThePageSays';
/** A step changes nothing that it was given, and the same gives the same. */
const PURE = 'pure';
/** Every promise that a run can find broken. */
export const ALL_PROMISES: readonly string[] = [BY_THE_PAGE, PURE, ...PROMISES];

export interface Found {
  readonly seed: number;
  /** Which promise, and how. */
  readonly broken: readonly (readonly [string, string])[];
  /** A line for each event from the first on. */
  readonly sequence: readonly string[];
}

/** How often everything occurred. */
export type Tally = Map<string, number>;

export interface Order {
  readonly parts: Parts;
  readonly seed: number;
  /** Other broken promises are overlooked, so that one is seen to find a fault alone. */
  readonly heeded?: (promise: string) => boolean;
}

export const EVENTS_A_SEQUENCE = 80;
/** More than that nothing in the world can owe. */
const MOST_ANSWERS_LEFT = 500;

/** Time between two events of people: mostly moments, now and then enough for every kind of time to be up. */
const PAUSES_MS = [0, 300, 300, 1_500, 1_500, 1_500, 7_000, 7_000, 21_000, 60_000, 125_000, 660_000];

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}

function standOf(parts: Parts, state: State): Stand {
  const decision = state.step === 'decided' || state.step === 'confirming' ? state.decision : null;
  const asked = state.step === 'asking' || state.step === 'unknown' ? state.id : null;
  const reserved = decision !== null && 'reserved' in decision.proof ? decision.proof.reserved.id : null;
  return {
    step: state.step,
    shown: parts.shownState(state),
    decisionId: decision?.id ?? null,
    standsOn: asked ?? reserved,
    judgeId: state.step === 'judging' ? state.id : null,
  };
}

/** The event by the page's name for it. */
function nameOf(event: Event, { decisionId, standsOn, judgeId }: Stand, late: boolean): string {
  switch (event.type) {
    case 'scanned':
      return 'text' in event.code ? 'scanned, code' : 'scanned, stray';
    case 'confirmed':
      if (event.decisionId !== decisionId) return 'confirmed, another';
      return late ? 'confirmed, late' : 'confirmed';
    case 'judged':
      return event.id === judgeId ? `judged, ${event.verdict.type}` : 'judged, another';
    case 'reserved':
    case 'authorisation-refused':
      return event.id === standsOn ? event.type : `${event.type}, another`;
    case 'booked':
      if (event.id !== decisionId) return 'booked, another';
      return event.confirmed ? 'booked' : 'booked, not confirmed';
    case 'booking-refused':
      return event.refusal === 'changed' ? 'booking-refused, changed' : event.type;
    default:
      return event.type;
  }
}

function toldBy(answer: Answer): string {
  if (answer.type === 'fault') return answer.fault.code;
  return answer.type === 'ignored' ? answer.why : answer.type;
}

/** Twice the same, of inputs that can't be changed. */
function pureStep(parts: Parts, state: State, event: Event, moment: Moment): Step | string {
  try {
    const done = frozen(parts.step(state, frozen(event), frozen(moment)));
    return isDeepStrictEqual(done, parts.step(state, event, moment)) ? done : 'not the same twice';
  } catch (error) {
    return String(error);
  }
}

/** A till asks for a purchase of its own. */
const OPENS: Event = frozen({
  type: 'till-opened',
  purchase: { till: TILL, businessDay: null, receiptNumber: 'T-9', amountFen: null, listAmountFen: null },
});

function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

class Counter {
  readonly #parts: Parts;
  readonly #heeded: (promise: string) => boolean;
  readonly #tally: Tally;
  readonly #seed: number;
  readonly #random: Random;
  readonly #world: World;
  readonly #sequence: (() => string)[] = [];
  readonly #oldIds: string[] = [];
  readonly #heard: Event[] = [];
  readonly #witness: ReturnType<typeof witness>;
  #nowMs = NOON_MS;
  #ids = 0;
  #cashierId: string | null = 'C-1';
  #state: State;
  #stand: Stand;
  #model: ReturnType<typeof firstModel>;

  constructor({ parts, seed, heeded = () => true }: Order, tally: Tally) {
    this.#parts = parts;
    this.#heeded = heeded;
    this.#tally = tally;
    this.#seed = seed;
    this.#random = createRandom(seed);
    this.#world = new World(this.#random, (what) => count(tally, what));
    const unseen = this.#random.chance(0.2) ? this.#world.leftUnseen() : null;
    const moment = this.#moment();
    this.#state = frozen(firstState(unseen, moment));
    this.#model = firstModel(unseen, moment);
    this.#stand = standOf(parts, this.#state);
    this.#witness = witness(this.#stand);
  }

  /** What is found broken, at its first event; null: nothing in the whole sequence. */
  run(): Found | null {
    for (let nth = 0; nth < EVENTS_A_SEQUENCE; nth += 1) {
      const answer = this.#world.answer(this.#nowMs);
      if (answer !== null) this.#heard.push(answer);
      const found = this.#apply(answer ?? this.#somebody());
      if (found !== null) return found;
    }
    return this.#end();
  }

  /** Whatever was asked of the world answers, and then nothing is being written any more. */
  #end(): Found | null {
    for (let nth = 0; nth < MOST_ANSWERS_LEFT; nth += 1) {
      const event = this.#world.lastAnswer();
      if (event === null) break;
      const found = this.#apply(event);
      if (found !== null) return found;
    }
    return this.#state.step === 'confirming'
      ? this.#found([['answersEndTheWait', 'everything has answered, and it is still being written']])
      : null;
  }

  #somebody(): Event {
    const random = this.#random;
    this.#nowMs += random.pick(PAUSES_MS);
    if (random.chance(0.03)) this.#world.suspend(random.chance(0.4));
    if (this.#cashierId === null) {
      if (random.chance(0.4)) this.#cashierId = random.pick(['C-1', 'C-2']);
    } else if (random.chance(0.04)) {
      this.#cashierId = null;
      if (random.chance(0.7)) return { type: 'left' };
    }
    const [oldIds, heard] = [this.#oldIds, this.#heard];
    return handsDo({ random, world: this.#world, nowMs: this.#nowMs, oldIds, heard }, this.#stand);
  }

  #moment(): Moment {
    this.#ids += 1;
    const newId = `n${this.#ids}`;
    this.#oldIds.push(newId);
    const nextReceipt = `${COUNTER}-${this.#world.journal.length + 1}`;
    return { nowMs: this.#nowMs, cashierId: this.#cashierId, counter: COUNTER, nextReceipt, newId };
  }

  #found(broken: Found['broken']): Found {
    return { seed: this.#seed, broken, sequence: this.#sequence.map((line) => line()) };
  }

  #apply(event: Event): Found | null {
    const parts = this.#parts;
    const moment = this.#moment();
    const [before, was] = [this.#stand, this.#state];
    const late = was.step === 'decided' && moment.nowMs >= was.decision.expiresAtMs;
    const pair = `${rowOf(this.#model)} × ${nameOf(event, before, late)}`;
    count(this.#tally, pair);
    this.#sequence.push(() => `${moment.nowMs - NOON_MS} ms: ${pair} ${JSON.stringify(event)}`);
    const done = pureStep(parts, was, event, moment);
    if (typeof done === 'string') return this.#found([[PURE, done]]);
    const { state, effects, answer } = done;
    for (const effect of effects) this.#world.perform(effect, moment);
    const after = standOf(parts, state);
    const { shown } = after;
    const seen = { judging: state.step === 'judging', shown, effects, told: toldBy(answer) };
    const followed = follow(MAY, this.#model, event, moment, seen);
    const signedIn = { ...moment, cashierId: 'C-1' };
    const opens = (at: Moment): boolean => parts.step(state, OPENS, at).answer.type === 'done';
    const { cashierId } = moment;
    const broken = this.#witness({
      ...{ before, event, cashierId, counter: COUNTER, after, effects, truth: this.#world },
      taken: answer.type === 'done',
      changed: state !== was,
      escaped: standOf(parts, parts.step(state, { type: 'cancelled' }, moment).state),
      tillOpens: { signedIn: opens(signedIn), nobody: opens({ ...moment, cashierId: null }) },
    });
    this.#state = state;
    this.#stand = after;
    this.#model = followed.model;
    const heeded = [...followed.differences.map((each) => [BY_THE_PAGE, each] as const), ...broken].filter(
      ([promise]) => this.#heeded(promise),
    );
    return heeded.length === 0 ? null : this.#found(heeded);
  }
}

/** One sequence of events and answers. The same seed gives the same sequence for the same parts. */
export function runSequence(order: Order, tally: Tally): Found | null {
  return new Counter(order, tally).run();
}

/** A fault, with all that is needed to see it again. */
export function tell({ seed, broken, sequence }: Found): string {
  const what = broken.map(([promise, detail]) => `  ${promise}: ${detail}`);
  return [`seed ${seed}, event ${sequence.length}:`, ...what, ...sequence.map((line) => `    ${line}`)].join(
    '\n',
  );
}
