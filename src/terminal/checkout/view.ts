import type { CheckoutCan, CheckoutState } from '../../contract/terminal/state.ts';
import type { RefusalCode } from '../../domain/decision.ts';
import { mendedBy } from '../../domain/mending.ts';
import type { Purchase, Settled, State } from './machine-types.ts';

/** The state as the screens get it, with what may be done. */
export function shownState(state: State): CheckoutState {
  const settled = state.step === 'judging' ? state.before : state;
  const shown = face(settled);
  return { ...shown, can: canOf(shown, 'purchase' in settled && settled.purchase.byTill) };
}

/** What a state shows, before what may be done. */
export type Face = CheckoutState extends infer S ? (S extends CheckoutState ? Omit<S, 'can'> : never) : never;

function face(state: Settled): Face {
  switch (state.step) {
    case 'ready':
      return { step: state.step, ...sums(state.purchase) };
    case 'amount-needed': {
      const { receiptNumber } = state.purchase;
      return { step: state.step, voucher: state.voucher, receiptNumber };
    }
    case 'decided': {
      const { id: decisionId, expiresAtMs, voucher, sale, accept, offline } = state.decision;
      const { amountFen, receiptNumber } = sale;
      const { discountFen, payableFen } = accept;
      return {
        step: state.step,
        ...{ decisionId, expiresAtMs, voucher, amountFen, discountFen, payableFen, receiptNumber, offline },
      };
    }
    case 'confirming': {
      const { amountFen, receiptNumber } = state.decision.sale;
      return { step: state.step, amountFen, payableFen: state.decision.accept.payableFen, receiptNumber };
    }
    case 'refused': {
      const { verdict, ...refusal } = state.refusal;
      return { step: state.step, ...refusal, ...sums(state.purchase) };
    }
    case 'asking':
    case 'unknown': {
      const { amountFen, receiptNumber } = state.wish.sale;
      return {
        step: state.step,
        authorisationId: state.id,
        sinceMs: state.sinceMs,
        amountFen,
        receiptNumber,
      };
    }
    case 'failed':
      return { step: state.step, fault: state.fault, ...sums(state.purchase) };
    case 'accepted':
    case 'recorded-not-confirmed':
      return { step: state.step, redemption: state.redemption };
  }
}

const sums = ({ amountFen, receiptNumber }: Purchase): Pick<Purchase, 'amountFen' | 'receiptNumber'> => ({
  amountFen,
  receiptNumber,
});

/** Nothing is under way: the till, the updater or a training may begin something, and nobody loses anything by it. */
export function isAtRest(shown: Face): boolean {
  switch (shown.step) {
    case 'ready':
      return shown.amountFen === null;
    case 'refused':
      return shown.amountFen === null && !keepsCode(shown.code);
    case 'accepted':
      return true;
    default:
      return false;
  }
}

/** Refused for its amount alone: the code waits for another one. */
export function keepsCode(code: RefusalCode): boolean {
  return mendedBy(code) === 'amount';
}

/** What digits, Enter and Esc do now, `byTill`: in a purchase whose amount the till gave. Nobody else knows. */
export function canOf(shown: Face, byTill: boolean): CheckoutCan {
  const base = { keepsCode: false, atRest: isAtRest(shown) };
  switch (shown.step) {
    case 'ready':
      return { ...base, digits: byTill ? 'locked' : 'live', enter: 'take-amount', escape: 'clear' };
    case 'amount-needed':
      return {
        ...base,
        digits: byTill ? 'locked' : 'collect',
        enter: 'take-amount',
        escape: 'cancel',
        keepsCode: true,
      };
    case 'decided':
      return {
        ...base,
        digits: byTill ? 'locked' : 'collect',
        enter: 'confirm',
        escape: 'cancel',
        keepsCode: true,
      };
    case 'refused':
      return { ...base, ...afterRefusal(shown, byTill) };
    case 'asking':
      return { ...base, digits: 'none', enter: 'none', escape: 'cancel', keepsCode: true };
    case 'unknown':
      return { ...base, digits: 'none', enter: 'query', escape: 'give-up', keepsCode: true };
    case 'confirming':
      return { ...base, digits: 'none', enter: 'none', escape: 'none', keepsCode: true };
    case 'accepted':
      return { ...base, digits: 'next', enter: 'next', escape: 'next' };
    case 'recorded-not-confirmed':
      return { ...base, digits: 'next', enter: 'go-on', escape: 'next' };
    case 'failed':
      return { ...base, digits: 'none', enter: 'retry', escape: 'cancel', keepsCode: true };
  }
}

function afterRefusal(
  { code, amountFen }: Extract<Face, { step: 'refused' }>,
  byTill: boolean,
): Pick<CheckoutCan, 'digits' | 'enter' | 'escape' | 'keepsCode'> {
  const kept = keepsCode(code);
  const asks = code === 'amount-missing';
  const goesOn = !asks && amountFen !== null && mendedBy(code) !== 'nothing';
  const digits = kept ? 'collect' : 'next';
  const enter = goesOn ? 'acknowledge' : 'next';
  return {
    digits: byTill ? 'locked' : digits,
    enter: asks ? 'take-amount' : enter,
    escape: goesOn ? 'back' : 'cancel',
    keepsCode: kept,
  };
}
