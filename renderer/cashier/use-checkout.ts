import { useCallback, useEffect, useRef, useState } from 'react';
import type { CheckoutState } from '../../src/contract/terminal/state.ts';
import { eraseDigit, typeDigits } from '../shared/amount-entry.ts';
import { ask, tillAmountTaken, useTerminal } from '../shared/store.ts';

/** No Enter within this time after a verdict was painted is an answer to it: nobody reads that fast. */
export const ARMED_AFTER_MS = 200;
const BACK_TO_READY_MS = 6000;

/** A passing remark about the last key or scan. */
export type Hint = 'tooMuch' | 'noPoint' | 'brokenScan' | SlipHint;
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

type Mode =
  /** Every digit goes to the core at once: a scan may come at any moment. */
  | 'live'
  /** A voucher waits: digits are collected and taken by Enter. */
  | 'draft'
  /** Digits begin the next purchase. */
  | 'next'
  | 'none';

const MODES: Readonly<Record<CheckoutState['step'], Mode>> = {
  ready: 'live',
  'amount-needed': 'draft',
  decided: 'draft',
  refused: 'next',
  asking: 'none',
  confirming: 'none',
  accepted: 'next',
  'recorded-not-confirmed': 'next',
  unknown: 'none',
};

/** Refused for its amount alone: another amount may make it good without a second scan. */
export function keepsVoucher(state: CheckoutState): boolean {
  return state.step === 'refused' && state.code === 'below-threshold';
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

/** The cashier's keys and touches, turned into calls. Decides nothing: the core does. */
export function useCheckout(): Checkout {
  const state = useTerminal((view) => view.checkout);
  const connected = useTerminal((view) => view.connected);
  const tillAmountFen = useTerminal((view) => view.tillAmountFen);
  const [draftFen, setDraftFen] = useState<number | null>(null);
  const [hint, setHint] = useState<Hint | null>(null);
  const armed = useArmed(state);
  const draft = useRef<number | null>(null);
  /** The verdict on which the next purchase was begun by a digit; until the core follows, digits belong to that. */
  const begunOn = useRef<string | null>(null);
  const key = verdictKey(state);

  const put = useCallback((amountFen: number | null) => {
    draft.current = amountFen;
    setDraftFen(amountFen);
  }, []);

  // A new step is the core's answer: what was typed before it is either in it or void, but for the digits
  // that began this purchase, whose echo is still on its way.
  useEffect(() => {
    if (begunOn.current === null || key !== 'ready') put(null);
    begunOn.current = null;
  }, [key, put]);
  useEffect(() => {
    if (state.step === 'ready' && (state.amountFen ?? 0) === draft.current) put(null);
  }, [state, put]);
  useEffect(() => {
    if (hint === null) return;
    const timer = setTimeout(() => setHint(null), 4000);
    return () => clearTimeout(timer);
  }, [hint]);

  const asksForAmount =
    state.step === 'amount-needed' || (state.step === 'ready' && state.amountFen === null);
  const offeredFen = asksForAmount && (draftFen ?? 0) === 0 ? tillAmountFen : null;

  const cancel = useCallback(() => {
    put(null);
    void ask('checkout.cancel', undefined);
  }, [put]);

  // Only a new acceptance starts the time anew; its settlement, which repaints it, doesn't.
  const acceptance = state.step === 'accepted' ? key : null;
  useEffect(() => {
    if (acceptance === null) return;
    const timer = setTimeout(cancel, BACK_TO_READY_MS);
    return () => clearTimeout(timer);
  }, [acceptance, cancel]);

  const shown = (): number => draft.current ?? (state.step === 'ready' ? (state.amountFen ?? 0) : 0);

  const mode = (): Mode => {
    if (begunOn.current === key) return 'live';
    return keepsVoucher(state) ? 'draft' : MODES[state.step];
  };

  const send = (amountFen: number): void => {
    void ask('checkout.setAmount', { amountFen: amountFen === 0 ? null : amountFen }).then((answer) => {
      if (!answer.ok) put(null);
    });
  };

  const take = (amountFen: number): void => {
    put(amountFen);
    if (mode() === 'live') send(amountFen);
  };

  const takeDraft = (): void => {
    if (draft.current !== null && draft.current > 0) send(draft.current);
  };

  const takeOffered = (): void => {
    if (offeredFen === null) return;
    tillAmountTaken();
    send(offeredFen);
  };

  return {
    state,
    draftFen,
    hint,
    offeredFen,
    armed: armed && connected,
    typed: (digits) => {
      if (!connected || mode() === 'none') return;
      if (mode() === 'next') {
        begunOn.current = key;
        put(0);
        void ask('checkout.cancel', undefined);
      }
      const next = typeDigits(shown(), digits);
      setHint(next.tooMuch ? 'tooMuch' : null);
      take(next.amountFen);
    },
    erase: () => {
      if (!connected || !['live', 'draft'].includes(mode())) return;
      if (mode() === 'draft' && draft.current === null) return;
      take(eraseDigit(shown()));
    },
    clear: () => {
      if (!connected) return;
      if (mode() === 'live') take(0);
      else put(null);
    },
    enter: () => {
      if (!connected) return;
      switch (state.step) {
        case 'decided':
          if (draft.current !== null) takeDraft();
          else if (armed) void ask('checkout.confirm', { decisionId: state.decisionId });
          return;
        case 'amount-needed':
          if (draft.current !== null) takeDraft();
          else takeOffered();
          return;
        case 'refused':
        case 'accepted':
        case 'recorded-not-confirmed':
          if (draft.current !== null) takeDraft();
          else if (armed) cancel();
          return;
        case 'unknown':
          if (armed) void ask('checkout.query', { authorisationId: state.authorisationId });
          return;
        case 'ready':
          takeOffered();
          return;
        case 'asking':
        case 'confirming':
          return;
      }
    },
    escape: () => {
      if (!connected) return;
      if (mode() === 'draft' && draft.current !== null && draft.current > 0) put(null);
      else if (state.step !== 'confirming') cancel();
    },
    scan: (text) => {
      if (connected) void ask('checkout.scan', { text, source: 'wedge' });
    },
    hinted: setHint,
  };
}
