import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { fen } from '../../src/domain/money.ts';
import type { Effect, Event, Moment, State, Step } from '../../src/terminal/checkout/machine-types.ts';
import { REAL, type Parts } from './checkout-run.ts';

/** Bugs on purpose, each around the real machine: what model and promises must find. */

interface Plant {
  readonly parts: Parts;
  /** The promise that finds it alone; the model finds each of them. */
  readonly promise: string;
}

type Next = (state: State, event: Event, moment: Moment) => Step;

const around = (promise: string, planted: (real: Next) => Next): Plant => ({
  promise,
  parts: { ...REAL, step: planted(REAL.step) },
});

/** Only the state that a step leads to is another one. */
const leadingTo = (promise: string, planted: (after: State, before: State, event: Event) => State): Plant =>
  around(promise, (real) => (state, event, moment) => {
    const done = real(state, event, moment);
    return { ...done, state: planted(done.state, state, event) };
  });

/** Certain events are overlooked, or taken for others. */
const hearing = (
  promise: string,
  heard: (event: Event, state: State, moment: Moment) => Event | null,
): Plant =>
  around(promise, (real) => (state, event, moment) => {
    const taken = heard(event, state, moment);
    return taken === null ? { state, effects: [], answer: { type: 'done' } } : real(state, taken, moment);
  });

const withoutAmount = (state: State): State =>
  'purchase' in state && state.step === 'ready'
    ? { ...state, purchase: { ...state.purchase, amountFen: null } }
    : state;

/** As if it were in the journal. */
function unwritten(
  { decision }: Extract<State, { step: 'decided' | 'confirming' }>,
  { nowMs, newId }: Moment,
): Step {
  const { sale, accept } = decision;
  const { amountFen, receiptNumber, businessDay } = sale;
  const { discountFen, payableFen } = accept;
  const redemption: RedemptionView = {
    ...{ epoch: 9, seq: 9, atMs: nowMs, businessDay, amountFen, discountFen, payableFen, receiptNumber },
    ...{ kindId: 'none', faceValueFen: discountFen, serial: '1', returnedFen: 0, backToFundFen: 0 },
    ...{ cashierName: '', offline: false, state: 'pending', reason: null, reversibleUntilMs: null },
  };
  return { state: { step: 'accepted', redemption, timer: newId }, effects: [], answer: { type: 'done' } };
}

export const CHECKOUT_PLANTS: ReadonlyMap<string, Plant> = new Map([
  [
    'the amount is dropped after a refusal',
    leadingTo('amountStays', (after, before, { type }) =>
      before.step === 'refused' && type === 'acknowledged' ? withoutAmount(after) : after,
    ),
  ],
  [
    'a reservation is kept when another code is scanned',
    leadingTo('nothingIsHeldUnasked', (after, _before, { type }) =>
      after.step === 'judging' && type === 'scanned' ? { ...after, owed: null } : after,
    ),
  ],
  [
    'a decision may be confirmed twice',
    around(
      'confirmedOnce',
      (real) => (state, event, moment) =>
        event.type === 'confirmed' && state.step === 'confirming' && state.decision.id === event.decisionId
          ? real({ ...state, step: 'decided' }, event, { ...moment, nowMs: 0 })
          : real(state, event, moment),
    ),
  ],
  [
    'a late reservation is taken for the purchase at hand',
    hearing('clearingHoldsIt', (event, state) =>
      event.type === 'reserved' && state.step === 'asking' ? { ...event, id: state.id } : event,
    ),
  ],
  [
    'green is shown for what could not be written',
    around(
      'shownIsRecorded',
      (real) => (state, event, moment) =>
        event.type === 'booking-failed' && state.step === 'confirming' && state.decision.id === event.id
          ? unwritten(state, moment)
          : real(state, event, moment),
    ),
  ],
  [
    "a till's amount is changed at the counter",
    around('tillSaleIsTheTills', (real) => (state, event, moment) => {
      if (event.type !== 'amount-set' || state.step !== 'ready' || !state.purchase.byTill)
        return real(state, event, moment);
      const purchase = { ...state.purchase, amountFen: event.amountFen };
      return { state: { ...state, purchase }, effects: [], answer: { type: 'done' } };
    }),
  ],
  [
    'a stray code keeps the till out',
    {
      promise: 'restIsRest',
      parts: {
        ...REAL,
        shownState: (state: State) => {
          const shown = REAL.shownState(state);
          return shown.step === 'refused' ? { ...shown, can: { ...shown.can, atRest: false } } : shown;
        },
      },
    },
  ],
  [
    'a judging that fails is waited for',
    hearing('answersEndTheWait', (event) => (event.type === 'judging-failed' ? null : event)),
  ],
  [
    'a write that fails is waited for',
    hearing('answersEndTheWait', (event) => (event.type === 'booking-failed' ? null : event)),
  ],
  [
    'signing out ends what is being written',
    around(
      'writingStays',
      (real) => (state, event, moment) =>
        event.type === 'left' && state.step === 'confirming'
          ? real({ ...state, step: 'decided' }, event, moment)
          : real(state, event, moment),
    ),
  ],
  [
    'any time that is up ends any state',
    hearing('timeEndsItsOwn', (event) => (event.type === 'time-up' ? { type: 'cancelled' } : event)),
  ],
  [
    'a waiting code is forgotten when the amount is typed',
    around('codeStays', (real) => (state, event, moment) => {
      const forgets = event.type === 'amount-set' && state.step === 'amount-needed';
      const { purchase } = state as Extract<State, { step: 'amount-needed' }>;
      return real(forgets ? { step: 'ready', purchase } : state, event, moment);
    }),
  ],
  [
    'a sale is confirmed with nobody signed in',
    around(
      'nobodySellsNothing',
      (real) => (state, event, moment) =>
        real(
          state,
          event,
          event.type === 'confirmed' ? { ...moment, cashierId: moment.cashierId ?? 'C-0' } : moment,
        ),
    ),
  ],
  [
    'what is recorded and not confirmed is not shown',
    around('recordedIsShown', (real) => (state, event, moment) => {
      const done = real(state, event, moment);
      return event.type === 'booked' && done.state.step === 'recorded-not-confirmed'
        ? real(done.state, { type: 'cancelled' }, moment)
        : done;
    }),
  ],
  [
    'Esc does nothing while a code waits for its amount',
    hearing('thereIsAWayOut', (event, { step }) =>
      event.type === 'cancelled' && step === 'amount-needed' ? null : event,
    ),
  ],
  [
    'a step remembers the one before',
    around('pure', (real) => {
      let steps = 0;
      return (state, event, moment) => {
        steps += 1;
        const done = real(state, event, moment);
        const timer: Effect = { type: 'timer', timer: 'none', afterMs: steps };
        return event.type === 'queried' ? { ...done, effects: [...done.effects, timer] } : done;
      };
    }),
  ],
  [
    'a step changes the state that it was given',
    around('pure', (real) => (state, event, moment) => {
      if (event.type === 'amount-set' && 'purchase' in state)
        Object.assign(state.purchase, { amountFen: fen(1) });
      return real(state, event, moment);
    }),
  ],
]);
