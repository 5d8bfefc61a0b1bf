import type { FaultCode, Params } from '../../contract/terminal/errors.ts';
import { MAX_SCAN_TO_ENTRY_MS } from '../../domain/durations.ts';
import type { RedemptionView } from '../../contract/terminal/state.ts';
import type { Refuse } from '../../domain/decision.ts';
import { mendedBy } from '../../domain/mending.ts';
import type { Fen } from '../../domain/money.ts';
import type {
  Answer,
  Basis,
  Decision,
  Effect,
  Event,
  Moment,
  Purchase,
  Settled,
  State,
  Step,
  Verdict,
} from './machine-types.ts';
import type { Shown } from './proof.ts';
import { keepsCode, shownState } from './view.ts';

/** Long enough to read what to collect; the goods are handed over after it all the same. */
export const ACCEPTED_SHOWN_MS = 6_000;
/** A stray code on an idle counter: long enough to read why, then the counter is ready again. */
export const STRAY_REFUSAL_SHOWN_MS = 20_000;

const DONE: Answer = { type: 'done' };
const BUSY: Answer = { type: 'ignored', why: 'busy' };
const NOBODY: Answer = { type: 'ignored', why: 'nobody' };
const fault = (code: FaultCode, params: Params = {}): Answer => ({ type: 'fault', fault: { code, params } });

const to = (state: State, effects: readonly Effect[] = [], answer: Answer = DONE): Step => ({
  state,
  effects,
  answer,
});

/** At a start: what the last stop left unconfirmed is shown before anything else. */
export function firstState(unseen: RedemptionView | null, moment: Moment): State {
  return unseen === null
    ? { step: 'ready', purchase: newPurchase(moment) }
    : { step: 'recorded-not-confirmed', redemption: unseen };
}

/**
 * The whole decision of the counter: what happens to the one purchase at hand. Pure: the same state, event and moment
 * give the same step. Whatever the order of amount and code, it ends in a decision that the cashier confirms; an
 * answer that comes late, twice or for something else changes nothing.
 */
export function step(state: State, event: Event, moment: Moment): Step {
  switch (event.type) {
    case 'scanned':
      return scanned(state, event.code, moment);
    case 'amount-set':
      return amountSet(state, event.amountFen, moment);
    case 'receipt-set':
      return receiptSet(state, event.receiptNumber, moment);
    case 'vehicle-set':
      return vehicleSet(state, event.vehicle, moment);
    case 'till-opened':
      if (moment.cashierId === null) return to(state, [], NOBODY);
      // What is judged shows what was there before, which may have been at rest.
      return state.step !== 'judging' && shownState(state).can.atRest
        ? to({ step: 'ready', purchase: { ...event.purchase, byTill: true, vehicle: null } })
        : to(state, [], BUSY);
    case 'confirmed':
      return confirmed(state, event.decisionId, moment);
    case 'queried':
      if (authorisationOf(state) !== event.authorisationId)
        return to(state, [], fault('authorisation-unknown'));
      return askAgain(state);
    case 'came-online':
      return askAgain(state);
    case 'acknowledged':
      return acknowledged(state, moment);
    case 'cancelled':
      return state.step === 'confirming' ? to(state, [], BUSY) : next(state, moment);
    case 'left':
      return state.step === 'confirming' || state.step === 'recorded-not-confirmed'
        ? to(state)
        : next(state, moment);
    case 'redemption-changed':
      return to(withRedemption(state, event.redemption));
    case 'time-up':
      return 'timer' in state && state.timer === event.timer ? next(state, moment) : to(state);
    default:
      return answered(state, event, moment);
  }
}

type Answering = Extract<Event, { readonly id: string }>;

/** What an effect answers. Only the effect that the state waits for is heard. */
function answered(state: State, event: Answering, moment: Moment): Step {
  switch (event.type) {
    case 'judged':
      return state.step === 'judging' && state.id === event.id
        ? judged(state, event.verdict, moment)
        : to(state);
    case 'judging-failed':
      if (state.step !== 'judging' || state.id !== event.id) return to(state);
      return to(
        { step: 'failed', purchase: state.purchase, shown: state.basis.shown, fault: event.fault },
        heldBy(state).map(giveUp),
      );
    case 'reserved':
      // What comes for something else is given back: nobody would ask for it again.
      if (!heldBy(state).includes(event.id)) return to(state, [giveUp(event.id)]);
      if (state.step !== 'asking' && state.step !== 'unknown') return to(state);
      return judge(state, moment, state.purchase, { shown: state.shown, reserved: event.reserved });
    case 'authorisation-refused':
      return asks(state, event.id) ? refused(state.purchase, state.shown, event.refusal, moment) : to(state);
    case 'authorisation-unknown':
      return asks(state, event.id) ? to({ ...state, step: 'unknown' }) : to(state);
    case 'asking-failed':
      return asks(state, event.id)
        ? to({ step: 'failed', purchase: state.purchase, shown: state.shown, fault: event.fault })
        : to(state);
    case 'booked':
    case 'booking-refused':
    case 'booking-failed':
      return state.step === 'confirming' && state.decision.id === event.id
        ? bookingAnswered(state, event, moment)
        : to(state);
  }
}

/** Written, or asked of clearing: the purchase stays as it is until that is answered or given up. */
function isBusy(state: State): state is Extract<State, { step: 'confirming' | 'asking' | 'unknown' }> {
  return state.step === 'confirming' || state.step === 'asking' || state.step === 'unknown';
}

function asks(state: State, id: string): state is Extract<State, { step: 'asking' | 'unknown' }> {
  return (state.step === 'asking' || state.step === 'unknown') && state.id === id;
}

const giveUp = (id: string): Effect => ({ type: 'give-up', id });

/** What is asked of clearing and not yet answered. */
const authorisationOf = (state: State): string | null =>
  state.step === 'asking' || state.step === 'unknown' ? state.id : null;

/** Everything that clearing may hold for this state. */
function heldBy(state: State): readonly string[] {
  switch (state.step) {
    case 'asking':
    case 'unknown':
      return [state.id];
    case 'decided':
    case 'confirming':
      return 'reserved' in state.decision.proof ? [state.decision.proof.reserved.id] : [];
    case 'judging':
      return [...new Set([state.owed, state.basis.reserved?.id ?? null])].filter((id) => id !== null);
    default:
      return [];
  }
}

function newPurchase({ counter, nextReceipt }: Moment): Purchase {
  return {
    byTill: false,
    till: counter,
    businessDay: null,
    receiptNumber: nextReceipt,
    amountFen: null,
    listAmountFen: null,
    vehicle: null,
  };
}

/** The purchase that a code or an amount belongs to; after a finished one a new one begins. */
const purchaseOf = (state: State, moment: Moment): Purchase =>
  'purchase' in state ? state.purchase : newPurchase(moment);

const seenBy = (state: State): readonly Effect[] =>
  state.step === 'recorded-not-confirmed' ? [{ type: 'seen', redemption: state.redemption }] : [];

/** The purchase is over or given up: whoever is next. */
function next(state: State, moment: Moment): Step {
  const effects = [...heldBy(state).map(giveUp), ...seenBy(state)];
  return to({ step: 'ready', purchase: newPurchase(moment) }, effects);
}

/** Where a judging that changes nothing leads back to: never to a wait for an answer that has been. */
function backFrom(state: State, purchase: Purchase): Settled {
  if (state.step === 'judging') return state.before;
  return isBusy(state) ? { step: 'ready', purchase } : state;
}

function judge(state: State, moment: Moment, purchase: Purchase, basis: Basis, answer: Answer = DONE): Step {
  const id = moment.newId;
  const before = backFrom(state, purchase);
  const [owed = null] = heldBy(state).filter((held) => held !== basis.reserved?.id);
  return to(
    { step: 'judging', id, purchase, basis, owed, before },
    [...seenBy(state), { type: 'judge', id, purchase, basis }],
    answer,
  );
}

function scanned(state: State, code: Shown | Refuse, moment: Moment): Step {
  if (moment.cashierId === null) return to(state, [], NOBODY);
  if (isBusy(state)) return to(state, [], BUSY);
  const purchase = purchaseOf(state, moment);
  if (!('verdict' in code)) return judge(state, moment, purchase, { shown: code, reserved: null });
  const after = refused(purchase, null, code, moment);
  return { ...after, effects: [...heldBy(state).map(giveUp), ...seenBy(state), ...after.effects] };
}

/** The code that another amount is tried with. */
function codeFor(state: State): Shown | null {
  if (state.step === 'refused' && !keepsCode(state.refusal.code)) return null;
  return shownIn(state);
}

function shownIn(state: State): Shown | null {
  if (state.step === 'judging') return state.basis.shown;
  return 'shown' in state ? state.shown : null;
}

/** The till's own: neither amount nor number is changed here. */
function ofTheTill({ receiptNumber, amountFen }: Purchase): Answer {
  return fault('amount-from-till', { receiptNumber, amountFen });
}

function amountSet(state: State, amountFen: Fen | null, moment: Moment): Step {
  if (isBusy(state)) return to(state, [], BUSY);
  const purchase = purchaseOf(state, moment);
  if (purchase.byTill) return to(state, [], amountFen === purchase.amountFen ? DONE : ofTheTill(purchase));
  // Papers hold their own price: another amount takes them off.
  const changed = { ...purchase, amountFen, listAmountFen: null, vehicle: null };
  return judge(state, moment, changed, { shown: codeFor(state), reserved: null });
}

function receiptSet(state: State, receiptNumber: string, moment: Moment): Step {
  if (isBusy(state)) return to(state, [], BUSY);
  const purchase = purchaseOf(state, moment);
  if (purchase.byTill)
    return to(state, [], receiptNumber === purchase.receiptNumber ? DONE : ofTheTill(purchase));
  return judge(state, moment, { ...purchase, receiptNumber }, { shown: shownIn(state), reserved: null });
}

function vehicleSet(state: State, vehicle: Purchase['vehicle'], moment: Moment): Step {
  if (isBusy(state)) return to(state, [], BUSY);
  const purchase = purchaseOf(state, moment);
  const basis: Basis = { shown: shownIn(state), reserved: null };
  if (!purchase.byTill) {
    const amountFen = vehicle?.priceFen ?? null;
    return judge(state, moment, { ...purchase, vehicle, amountFen, listAmountFen: null }, basis);
  }
  if (vehicle !== null && vehicle.priceFen !== purchase.amountFen) return to(state, [], ofTheTill(purchase));
  return judge(state, moment, { ...purchase, vehicle }, basis);
}

function confirmed(state: State, decisionId: string, moment: Moment): Step {
  const { cashierId, nowMs } = moment;
  if (state.step !== 'decided' || state.decision.id !== decisionId || cashierId === null)
    return to(state, [], fault('decision-unknown'));
  const { decision, purchase, shown } = state;
  if (nowMs >= decision.expiresAtMs)
    return judge(state, moment, purchase, { shown, reserved: null }, fault('decision-expired'));
  return to({ ...state, step: 'confirming' }, [{ type: 'book', decision, cashierId }]);
}

function askAgain(state: State): Step {
  if (state.step !== 'unknown') return to(state);
  return to({ ...state, step: 'asking' }, [{ type: 'ask', id: state.id, wish: state.wish, again: true }]);
}

function acknowledged(state: State, moment: Moment): Step {
  switch (state.step) {
    case 'failed':
      return judge(state, moment, state.purchase, { shown: state.shown, reserved: null });
    case 'refused':
      // Another voucher may do for the same purchase; its amount needn't be typed again.
      return mendedBy(state.refusal.code) === 'nothing' || state.purchase.amountFen === null
        ? next(state, moment)
        : to({ step: 'ready', purchase: state.purchase });
    case 'accepted':
    case 'recorded-not-confirmed':
      return next(state, moment);
    default:
      return to(state);
  }
}

function withRedemption(state: State, changed: RedemptionView): State {
  if (state.step !== 'accepted' && state.step !== 'recorded-not-confirmed') return state;
  const { epoch, seq } = state.redemption;
  return epoch === changed.epoch && seq === changed.seq ? { ...state, redemption: changed } : state;
}

/** On an idle counter a refusal ends by itself, so that it keeps nobody out; a code that waits lives as long as a scan. */
function refused(purchase: Purchase, shown: Shown | null, refusal: Refuse, moment: Moment): Step {
  const timer = purchase.amountFen === null ? moment.newId : null;
  const afterMs = keepsCode(refusal.code) ? MAX_SCAN_TO_ENTRY_MS : STRAY_REFUSAL_SHOWN_MS;
  return to(
    { step: 'refused', purchase, shown, refusal, timer },
    timer === null ? [] : [{ type: 'timer', timer, afterMs }],
  );
}

function judged(state: Extract<State, { step: 'judging' }>, verdict: Verdict, moment: Moment): Step {
  const { purchase, basis, before, owed } = state;
  const { shown } = basis;
  const held = heldBy(state).map(giveUp);
  const after = (step: Step): Step => ({ ...step, effects: [...held, ...step.effects] });
  switch (verdict.type) {
    case 'amount-differs': {
      const { receiptNumber } = purchase;
      const { amountFen } = verdict;
      const kept = heldBy(before);
      const dropped = heldBy(state).filter((id) => !kept.includes(id));
      return to(before, dropped.map(giveUp), fault('purchase-amount-differs', { receiptNumber, amountFen }));
    }
    case 'refuse':
      return after(refused(purchase, shown, verdict.refusal, moment));
    case 'nothing':
      return to({ step: 'ready', purchase }, held);
    default:
      break;
  }
  // Every other verdict is on a code.
  if (shown === null) return to({ step: 'ready', purchase }, held);
  switch (verdict.type) {
    case 'accept': {
      const decision: Decision = { ...verdict.decision, id: moment.newId };
      return to({ step: 'decided', purchase, shown, decision }, owed === null ? [] : [giveUp(owed)]);
    }
    case 'amount-needed': {
      const timer = purchase.byTill ? null : moment.newId;
      const { voucher } = verdict;
      const ends: Effect[] = timer === null ? [] : [{ type: 'timer', timer, afterMs: MAX_SCAN_TO_ENTRY_MS }];
      return to({ step: 'amount-needed', purchase, shown, voucher, timer }, [...held, ...ends]);
    }
    case 'ask': {
      const { wish } = verdict;
      const id = moment.newId;
      const asking = { step: 'asking', purchase, shown, id, sinceMs: moment.nowMs, wish } as const;
      return to(asking, [...held, { type: 'ask', id, wish, again: false }]);
    }
  }
}

type BookingAnswer = Extract<Event, { type: 'booked' | 'booking-refused' | 'booking-failed' }>;

function bookingAnswered(
  state: Extract<State, { step: 'decided' | 'confirming' }>,
  event: BookingAnswer,
  moment: Moment,
): Step {
  const { purchase, shown, decision } = state;
  const reserved = 'reserved' in decision.proof ? decision.proof.reserved : null;
  switch (event.type) {
    case 'booked': {
      const { redemption } = event;
      const announce: Effect = { type: 'announce', redemption };
      if (!event.confirmed) return to({ step: 'recorded-not-confirmed', redemption }, [announce]);
      const timer = moment.newId;
      const shownFor: Effect = { type: 'timer', timer, afterMs: ACCEPTED_SHOWN_MS };
      return to({ step: 'accepted', redemption, timer }, [announce, shownFor]);
    }
    case 'booking-refused': {
      if (event.refusal === 'changed')
        return judge(state, moment, purchase, { shown, reserved: null }, fault('decision-changed'));
      const after = refused(purchase, shown, event.refusal, moment);
      return { ...after, effects: [...heldBy(state).map(giveUp), ...after.effects] };
    }
    case 'booking-failed':
      // Nothing was written: what clearing reserved is still reserved.
      return judge(state, moment, purchase, { shown, reserved }, { type: 'fault', fault: event.fault });
  }
}
