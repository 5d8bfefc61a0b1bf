import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { CheckoutCan, CheckoutState } from '../../src/contract/terminal/state.ts';
import { eraseDigit, typeDigits } from '../shared/amount-entry.ts';
import { ask, tillAmountTaken, useTerminal } from '../shared/store.ts';

/** No Enter within this time after a verdict was painted is an answer to it: nobody reads that fast. */
export const ARMED_AFTER_MS = 200;
/** A remark can be read in this time, and is gone before the next customer. */
const HINT_MS = 4000;

type Digits = CheckoutCan['digits'];

/** A passing remark about the last key or scan. */
export type Hint = 'tooMuch' | 'noPoint' | 'fromTill' | 'brokenScan' | SlipHint;
/** What became of a slip that was asked for again: said over any verdict. */
export const SLIP_HINTS = ['reprintNone', 'reprinting', 'reprinted'] as const;
export type SlipHint = (typeof SLIP_HINTS)[number];

export interface Checkout {
  readonly state: CheckoutState;
  /** The amount as typed so far, not yet taken by the core; null: show what the core says. */
  readonly draftFen: number | null;
  readonly hint: Hint | null;
  /** The total on the till's display, offered while no amount is in; Enter takes it. */
  readonly offeredFen: number | null;
  /** The verdict has been on the screen long enough to be answered. */
  readonly armed: boolean;
  readonly typed: (digits: string) => void;
  readonly erase: () => void;
  readonly clear: () => void;
  readonly enter: () => void;
  readonly escape: () => void;
  readonly scan: (text: string) => void;
  readonly hinted: (hint: Hint | null) => void;
}

/** One verdict differs from the next by this; within it, repaints change nothing. */
export function verdictKey(state: CheckoutState): string {
  switch (state.step) {
    case 'decided':
      return `decided ${state.decisionId}`;
    case 'accepted':
    case 'recorded-not-confirmed':
      return `${state.step} ${String(state.redemption.epoch)} ${String(state.redemption.seq)}`;
    case 'asking':
    case 'unknown':
      return `${state.step} ${state.authorisationId}`;
    default:
      return state.step;
  }
}

function useArmed(state: CheckoutState): boolean {
  const key = verdictKey(state);
  const [armedKey, setArmedKey] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setArmedKey(key), ARMED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return armedKey === key;
}

/** A remark goes by itself. */
function useHint(): readonly [Hint | null, (hint: Hint | null) => void] {
  const [hint, setHint] = useState<Hint | null>(null);
  useEffect(() => {
    if (hint === null) return;
    const timer = setTimeout(() => setHint(null), HINT_MS);
    return () => clearTimeout(timer);
  }, [hint]);
  return [hint, setHint];
}

interface Draft {
  readonly draft: RefObject<number | null>;
  readonly draftFen: number | null;
  readonly begunOn: RefObject<string | null>;
  readonly edited: RefObject<boolean>;
  readonly put: (amountFen: number | null) => void;
}

/** What is typed before the core has taken it, and to which purchase it belongs. */
function useDraft(state: CheckoutState, key: string): Draft {
  const [draftFen, setDraftFen] = useState<number | null>(null);
  const draft = useRef<number | null>(null);
  /** The verdict on which the next purchase was begun by a digit; until the core follows, digits belong to that. */
  const begunOn = useRef<string | null>(null);
  /** A key has changed the amount in this step. One that was kept from before is begun anew by the first digit. */
  const edited = useRef(false);

  const put = useCallback((amountFen: number | null) => {
    draft.current = amountFen;
    setDraftFen(amountFen);
  }, []);

  // A new step is the core's answer: what was typed before it is either in it or void, but for the digits
  // that began this purchase, whose echo is still on its way.
  useEffect(() => {
    if (begunOn.current === null || key !== 'ready') {
      put(null);
      edited.current = false;
    }
    begunOn.current = null;
  }, [key, put]);
  useEffect(() => {
    if (state.step === 'ready' && (state.amountFen ?? 0) === draft.current) put(null);
  }, [state, put]);
  return { draft, draftFen, begunOn, edited, put };
}

/** The cashier's keys and touches, turned into calls. Decides nothing: `can` says what each does. */
export function useCheckout(): Checkout {
  const state = useTerminal((view) => view.checkout);
  const connected = useTerminal((view) => view.connected);
  const tillAmountFen = useTerminal((view) => view.tillAmountFen);
  const [hint, setHint] = useHint();
  const armed = useArmed(state);
  const key = verdictKey(state);
  const { draft, draftFen, begunOn, edited, put } = useDraft(state, key);

  const hasAmount = 'amountFen' in state && state.amountFen !== null;
  const asksForAmount = state.can.enter === 'take-amount' && !hasAmount;
  const offeredFen = asksForAmount && (draftFen ?? 0) === 0 ? tillAmountFen : null;

  const cancel = (): void => {
    put(null);
    void ask('checkout.cancel', undefined);
  };
  const acknowledge = (): void => {
    put(null);
    void ask('checkout.acknowledge', undefined);
  };

  const shown = (): number => draft.current ?? (state.step === 'ready' ? (state.amountFen ?? 0) : 0);

  /** What the core says of digits, and that those which began this purchase belong to it while it follows. */
  const digits = (): Digits => (begunOn.current === key ? 'live' : state.can.digits);

  const send = (amountFen: number): void => {
    void ask('checkout.setAmount', { amountFen: amountFen === 0 ? null : amountFen }).then((answer) => {
      if (!answer.ok) put(null);
    });
  };

  const take = (amountFen: number): void => {
    edited.current = true;
    put(amountFen);
    if (digits() === 'live') send(amountFen);
  };

  const takeDraft = (): void => {
    if (draft.current !== null && draft.current > 0) send(draft.current);
  };

  const takeOffered = (): void => {
    if (offeredFen === null) return;
    tillAmountTaken();
    send(offeredFen);
  };

  /** Enter on what has been read. */
  const answer = (): void => {
    switch (state.can.enter) {
      case 'confirm':
        if (state.step === 'decided') void ask('checkout.confirm', { decisionId: state.decisionId });
        return;
      case 'query':
        if (state.step === 'unknown') void ask('checkout.query', { authorisationId: state.authorisationId });
        return;
      case 'acknowledge':
      case 'retry':
        acknowledge();
        return;
      case 'next':
      case 'go-on':
        cancel();
        return;
      case 'take-amount':
      case 'none':
        return;
    }
  };

  return {
    state,
    draftFen,
    hint,
    offeredFen,
    armed: armed && connected,
    typed: (keys) => {
      if (!connected || digits() === 'none') return;
      if (digits() === 'locked') {
        setHint('fromTill');
        return;
      }
      if (digits() === 'next') {
        begunOn.current = key;
        edited.current = false;
        put(null);
        void ask('checkout.cancel', undefined);
      }
      const next = typeDigits(edited.current ? shown() : 0, keys);
      setHint(next.tooMuch ? 'tooMuch' : null);
      take(next.amountFen);
    },
    erase: () => {
      if (!connected || !['live', 'collect'].includes(digits())) return;
      if (digits() === 'collect' && draft.current === null) return;
      take(eraseDigit(shown()));
    },
    clear: () => {
      if (!connected) return;
      if (digits() === 'live') take(0);
      else put(null);
    },
    enter: () => {
      if (!connected) return;
      if (draft.current !== null && state.step !== 'ready') takeDraft();
      else if (state.can.enter === 'take-amount') takeOffered();
      else if (armed) answer();
    },
    escape: () => {
      if (!connected) return;
      if (digits() === 'collect' && draft.current !== null && draft.current > 0) put(null);
      else if (state.can.escape === 'back') acknowledge();
      else if (state.can.escape !== 'none') cancel();
    },
    scan: (text) => {
      if (connected) void ask('checkout.scan', { text, source: 'wedge' });
    },
    hinted: setHint,
  };
}
