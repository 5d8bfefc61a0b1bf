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
    case 'refused':
      return `${state.step} ${state.code} ${JSON.stringify(state.params)}`;
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

/** What the last key leads to: until the core has followed it, keys mean what they will mean then. */
interface Ahead {
  /** The verdict that the key was an answer to. */
  readonly key: string;
  readonly digits: Extract<Digits, 'live' | 'none'>;
  /** The amount that Backspace takes a digit from. */
  readonly amountFen: number;
  answered: boolean;
}

interface Draft {
  readonly draft: RefObject<number | null>;
  readonly draftFen: number | null;
  /** The amount as it stands for the next key. */
  readonly shown: () => number;
  readonly edited: RefObject<boolean>;
  readonly put: (amountFen: number | null) => void;
  /** Void once the core has answered, unless a key has changed it since. */
  readonly voidAfter: (answer: Promise<unknown>) => void;
  /** A key was sent that the core has to follow. */
  readonly lead: (digits: Ahead['digits'], amountFen: number, answer: Promise<unknown>) => void;
  /** Null: the core has followed. */
  readonly leads: () => Ahead | null;
}

/** What is typed before the core has taken it, and to which purchase it belongs. */
function useDraft(key: string): Draft {
  const [draftFen, setDraftFen] = useState<number | null>(null);
  const draft = useRef<number | null>(null);
  const changes = useRef(0);
  const ahead = useRef<Ahead | null>(null);
  /** A key has changed the amount in this step. One that was kept from before is begun anew by the first digit. */
  const edited = useRef(false);

  const put = useCallback((amountFen: number | null) => {
    changes.current += 1;
    draft.current = amountFen;
    setDraftFen(amountFen);
  }, []);
  const voidAfter = (answer: Promise<unknown>): void => {
    const sent = changes.current;
    void answer.then(() => {
      if (changes.current === sent) put(null);
    });
  };
  const lead = (digits: Ahead['digits'], amountFen: number, answer: Promise<unknown>): void => {
    const to: Ahead = { key, digits, amountFen, answered: false };
    ahead.current = to;
    edited.current = false;
    put(null);
    void answer.then(() => {
      to.answered = true;
    });
  };
  const leads = (): Ahead | null => {
    const to = ahead.current;
    if (to?.key !== key) return null;
    // What is painted may be older than the answer.
    return to.answered && verdictKey(useTerminal.getState().checkout) === key ? null : to;
  };
  const shown = (): number => {
    const { checkout } = useTerminal.getState();
    const amountFen = checkout.step === 'ready' ? (checkout.amountFen ?? 0) : 0;
    return draft.current ?? leads()?.amountFen ?? amountFen;
  };

  // A new step is the core's answer: what was typed before it is either in it or void, but for the digits
  // that were typed ahead of it, whose echo is still on its way.
  useEffect(() => {
    if (ahead.current?.digits !== 'live' || key !== 'ready') {
      put(null);
      edited.current = false;
    }
    ahead.current = null;
  }, [key, put]);
  return { draft, draftFen, shown, edited, put, voidAfter, lead, leads };
}

/** The cashier's keys and touches, turned into calls. Decides nothing: `can` says what each does. */
export function useCheckout(): Checkout {
  const state = useTerminal((view) => view.checkout);
  const connected = useTerminal((view) => view.connected);
  const tillAmountFen = useTerminal((view) => view.tillAmountFen);
  const [hint, setHint] = useHint();
  const armed = useArmed(state);
  const key = verdictKey(state);
  const { draft, draftFen, shown, edited, put, voidAfter, lead, leads } = useDraft(key);

  const hasAmount = 'amountFen' in state && state.amountFen !== null;
  const asksForAmount = state.can.enter === 'take-amount' && !hasAmount;
  const offeredFen = asksForAmount && (draftFen ?? 0) === 0 ? tillAmountFen : null;

  const cancel = (): void => lead('live', 0, ask('checkout.cancel', undefined));
  const acknowledge = (): void => {
    const kept = hasAmount ? (state.amountFen ?? 0) : 0;
    lead(state.can.enter === 'retry' ? 'none' : 'live', kept, ask('checkout.acknowledge', undefined));
  };

  const digits = (): Digits => leads()?.digits ?? state.can.digits;

  const send = (amountFen: number): void =>
    voidAfter(ask('checkout.setAmount', { amountFen: amountFen === 0 ? null : amountFen }));

  const take = (amountFen: number): void => {
    edited.current = true;
    put(amountFen);
    if (digits() === 'live') send(amountFen);
  };

  const takeDraft = (): void => {
    if (draft.current === null || draft.current === 0) return;
    edited.current = false;
    send(draft.current);
  };

  const takeOffered = (): void => {
    if (offeredFen === null) return;
    tillAmountTaken();
    edited.current = false;
    send(offeredFen);
  };

  /** Enter on what has been read. */
  const answer = (): void => {
    switch (state.can.enter) {
      case 'confirm':
        if (state.step === 'decided')
          lead('none', 0, ask('checkout.confirm', { decisionId: state.decisionId }));
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
      if (digits() === 'next') cancel();
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
      if (!connected || leads() !== null) return;
      if (draft.current !== null && state.step !== 'ready') takeDraft();
      else if (state.can.enter === 'take-amount') takeOffered();
      else if (armed) answer();
    },
    escape: () => {
      if (!connected) return;
      if (leads() !== null) {
        if (digits() === 'live') cancel();
      } else if (digits() === 'collect' && draft.current !== null) put(null);
      else if (state.can.escape === 'back') acknowledge();
      else if (state.can.escape !== 'none') cancel();
    },
    scan: (text) => {
      if (connected) void ask('checkout.scan', { text, source: 'wedge' });
    },
    hinted: setHint,
  };
}
