import type { Fault } from '../../contract/terminal/errors.ts';
import type { RedemptionView } from '../../contract/terminal/state.ts';
import type { Accept, Refuse } from '../../domain/decision.ts';
import type { Fen } from '../../domain/money.ts';
import type { Proof, Reserved, Shown, VoucherSummary, Wish } from './proof.ts';
import type { PricedSale } from './redemption-body.ts';
import type { SoldVehicle } from './vehicle.ts';

/** Every state of the checkout. docs/checkout.md has the table of states and events. */
export const STEPS = [
  'ready',
  'judging',
  'amount-needed',
  'decided',
  'refused',
  'asking',
  'unknown',
  'confirming',
  'accepted',
  'recorded-not-confirmed',
  'failed',
] as const;

/** Everything that can happen to it: first what people and devices do, then what effects answer. */
export const EVENTS = [
  'scanned',
  'amount-set',
  'receipt-set',
  'vehicle-set',
  'till-opened',
  'confirmed',
  'queried',
  'acknowledged',
  'cancelled',
  'left',
  'came-online',
  'redemption-changed',
  'time-up',
  'judged',
  'judging-failed',
  'reserved',
  'authorisation-refused',
  'authorisation-unknown',
  'asking-failed',
  'booked',
  'booking-refused',
  'booking-failed',
] as const;

/** The purchase at hand, before a voucher is found for it. */
export interface Purchase {
  /** The shop's till opened it: its amount and number are the till's. */
  readonly byTill: boolean;
  readonly till: string;
  /** `YYYY-MM-DD`; null: whatever day it is when the voucher is judged. */
  readonly businessDay: string | null;
  readonly receiptNumber: string;
  readonly amountFen: Fen | null;
  /** Before the shop's discounts; null where nobody tells. */
  readonly listAmountFen: Fen | null;
  readonly vehicle: SoldVehicle | null;
}

/** A verdict that the cashier may confirm, once. */
export interface Decision {
  readonly id: string;
  readonly expiresAtMs: number;
  readonly proof: Proof;
  readonly sale: PricedSale;
  readonly accept: Accept;
  readonly voucher: VoucherSummary;
  readonly offline: boolean;
}

/** What a purchase is judged on: the code that was shown, and what clearing reserved for it. */
export interface Basis {
  readonly shown: Shown | null;
  readonly reserved: Reserved | null;
}

/** What judging found. It writes nothing. */
export type Verdict =
  /** There is no code yet. */
  | { readonly type: 'nothing' }
  | { readonly type: 'accept'; readonly decision: Omit<Decision, 'id'> }
  | { readonly type: 'refuse'; readonly refusal: Refuse }
  /** A voucher that is good so far. */
  | { readonly type: 'amount-needed'; readonly voucher: VoucherSummary }
  /** Clearing must reserve it. */
  | { readonly type: 'ask'; readonly wish: Wish }
  /** This receipt was redeemed with another amount. */
  | { readonly type: 'amount-differs'; readonly amountFen: Fen };

interface At<S extends (typeof STEPS)[number]> {
  readonly step: S;
}
interface Ready extends At<'ready'> {
  readonly purchase: Purchase;
}
/** Lasts no longer than the effect `judge`, which answers at once: no screen ever shows it. */
interface Judging extends At<'judging'> {
  readonly id: string;
  readonly purchase: Purchase;
  readonly basis: Basis;
  /** What clearing holds for the state before; given up once the new verdict is there. */
  readonly owed: string | null;
  /** Where a wrong amount for a redeemed receipt leads back to. */
  readonly before: Settled;
}
interface AmountNeeded extends At<'amount-needed'> {
  readonly purchase: Purchase;
  readonly shown: Shown;
  readonly voucher: VoucherSummary;
  /** Null: the till's purchase waits for the papers of a car, and has no end of its own. */
  readonly timer: string | null;
}
interface Decided extends At<'decided' | 'confirming'> {
  readonly purchase: Purchase;
  readonly shown: Shown;
  readonly decision: Decision;
}
interface Refused extends At<'refused'> {
  readonly purchase: Purchase;
  /** Null: what was scanned is no code that could be used. */
  readonly shown: Shown | null;
  readonly refusal: Refuse;
  /** Null: it stays until somebody has read it. */
  readonly timer: string | null;
}
interface Asking extends At<'asking' | 'unknown'> {
  readonly purchase: Purchase;
  readonly shown: Shown;
  readonly id: string;
  readonly sinceMs: number;
  readonly wish: Wish;
}
interface Accepted extends At<'accepted'> {
  readonly redemption: RedemptionView;
  readonly timer: string;
}
interface NotConfirmed extends At<'recorded-not-confirmed'> {
  readonly redemption: RedemptionView;
}
/** The disk failed while the purchase was judged: nothing of it is recorded. */
interface Failed extends At<'failed'> {
  readonly purchase: Purchase;
  readonly shown: Shown | null;
  readonly fault: Fault;
}

/** A state that lasts. */
export type Settled = Ready | AmountNeeded | Decided | Refused | Asking | Accepted | NotConfirmed | Failed;
export type State = Settled | Judging;

type Named<N extends (typeof EVENTS)[number], P = object> = P & { readonly type: N };

export type Event =
  /** A code that may be a voucher's, or what is wrong with it. */
  | Named<'scanned', { readonly code: Shown | Refuse }>
  | Named<'amount-set', { readonly amountFen: Fen | null }>
  | Named<'receipt-set', { readonly receiptNumber: string }>
  | Named<'vehicle-set', { readonly vehicle: SoldVehicle | null }>
  | Named<'till-opened', { readonly purchase: Omit<Purchase, 'byTill' | 'vehicle'> }>
  | Named<'confirmed', { readonly decisionId: string }>
  | Named<'queried', { readonly authorisationId: string }>
  /** It was read: back to the purchase where something can still be done for it, else to the next one. */
  | Named<'acknowledged'>
  /** The purchase is given up. */
  | Named<'cancelled'>
  /** The cashier signs out: what was not confirmed stays to be seen. */
  | Named<'left'>
  | Named<'came-online'>
  | Named<'redemption-changed', { readonly redemption: RedemptionView }>
  | Named<'time-up', { readonly timer: string }>
  | Named<'judged', { readonly id: string; readonly verdict: Verdict }>
  | Named<'judging-failed', { readonly id: string; readonly fault: Fault }>
  | Named<'reserved', { readonly id: string; readonly reserved: Reserved }>
  | Named<'authorisation-refused', { readonly id: string; readonly refusal: Refuse }>
  | Named<'authorisation-unknown', { readonly id: string }>
  /** The wish could not be kept on the disk, so it was not sent. */
  | Named<'asking-failed', { readonly id: string; readonly fault: Fault }>
  | Named<'booked', { readonly id: string; readonly redemption: RedemptionView; readonly confirmed: boolean }>
  /** `changed`: still good, but for another amount. Nothing was written. */
  | Named<'booking-refused', { readonly id: string; readonly refusal: Refuse | 'changed' }>
  | Named<'booking-failed', { readonly id: string; readonly fault: Fault }>;

/** What a step has the outside do. Each `judge`, `ask` and `book` answers by an event with its id. */
export type Effect =
  | { readonly type: 'judge'; readonly id: string; readonly purchase: Purchase; readonly basis: Basis }
  /** Keep the wish, then send it. `again`: it is kept already. */
  | { readonly type: 'ask'; readonly id: string; readonly wish: Wish; readonly again: boolean }
  /** Nothing is sold on what clearing may hold under this id: tell it. */
  | { readonly type: 'give-up'; readonly id: string }
  | { readonly type: 'book'; readonly decision: Decision; readonly cashierId: string }
  /** The redemption stands: printer, screens and clearing are told. */
  | { readonly type: 'announce'; readonly redemption: RedemptionView }
  /** A person has seen what was not confirmed. */
  | { readonly type: 'seen'; readonly redemption: RedemptionView }
  | { readonly type: 'timer'; readonly timer: string; readonly afterMs: number };

/** What whoever caused the event is told; a chain of events answers with its first that isn't `done`. */
export type Answer =
  | { readonly type: 'done' }
  /** Nothing was done: the purchase at hand is being finished, or nobody is signed in. */
  | { readonly type: 'ignored'; readonly why: 'busy' | 'nobody' }
  | { readonly type: 'fault'; readonly fault: Fault };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly answer: Answer;
}

/** What a step may know of the moment. */
export interface Moment {
  readonly nowMs: number;
  /** Who is signed in; null: nobody, and then nothing is scanned or sold. */
  readonly cashierId: string | null;
  /** The counter's name: the till of purchases that are typed. */
  readonly counter: string;
  /** What a purchase that begins now is called, unless somebody gives it a number. */
  readonly nextReceipt: string;
  /** An id that was never used before. */
  readonly newId: string;
}
