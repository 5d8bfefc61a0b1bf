import { classify } from '../../src/codes/classify.ts';
import type { Refuse } from '../../src/domain/decision.ts';
import { fen } from '../../src/domain/money.ts';
import { refuse } from '../../src/domain/refuse.ts';
import type {
  Decision,
  Event,
  Moment,
  Purchase,
  Settled,
  State,
} from '../../src/terminal/checkout/machine-types.ts';
import type { Reserved, Shown, VoucherSummary, Wish } from '../../src/terminal/checkout/proof.ts';
import type { PricedSale } from '../../src/terminal/checkout/redemption-body.ts';
import { someText } from './codes.ts';
import { aVehicle, kindNamed, NOON_MS } from './rules.ts';
import { REDEMPTION } from './scenes.ts';

/** Examples of every state and event of the checkout, under the names that docs/checkout.md has for them. */

const AMOUNT_FEN = fen(20_000);
export const MOMENT: Moment = {
  nowMs: NOON_MS,
  cashierId: 'C-1',
  counter: '1',
  nextReceipt: '1-9',
  newId: 'new',
};
const LATER_MS = NOON_MS + 300_000;

const NO_AMOUNT: Purchase = {
  byTill: false,
  till: '1',
  businessDay: null,
  receiptNumber: '1-8',
  amountFen: null,
  listAmountFen: null,
  vehicle: null,
};
const PURCHASE: Purchase = { ...NO_AMOUNT, amountFen: AMOUNT_FEN };
const OF_TILL: Purchase = {
  ...PURCHASE,
  byTill: true,
  till: 'K7',
  businessDay: '2023-06-10',
  receiptNumber: 'R-1',
};

function voucherShown(): Extract<Shown, { type: 'voucher' }> {
  const text = someText('ed25519', 'ed25519');
  const scan = classify(text);
  if (scan.family !== 'voucher') throw new Error('no voucher code');
  return { type: 'voucher', code: scan.code, text, scannedAtMs: NOON_MS };
}
const VOUCHER = voucherShown();
const PAYMENT_CODE: Shown = { type: 'payment-code', text: `62${'1'.repeat(17)}`, scannedAtMs: NOON_MS };

const KIND = kindNamed('supermarket-20');
const SUMMARY: VoucherSummary = {
  kindId: KIND.id,
  category: KIND.category,
  faceValueFen: KIND.faceValueFen,
  minSpendFen: 10_000,
  notAfterMs: LATER_MS,
};
const SALE: PricedSale = {
  storeId: 'S-1',
  till: '1',
  businessDay: '2023-06-10',
  receiptNumber: '1-8',
  amountFen: AMOUNT_FEN,
  listAmountFen: null,
  vehicle: null,
};
const ACCEPT = { verdict: 'accept', discountFen: fen(2000), payableFen: fen(18_000) } as const;
const WISH: Wish = { code: PAYMENT_CODE.text, campaignNumber: 1, scannedAtMs: NOON_MS, sale: SALE };
const RESERVED: Reserved = {
  ...WISH,
  id: 'auth-1',
  kind: KIND,
  serial: '77',
  notAfterMs: LATER_MS,
  discountFen: ACCEPT.discountFen,
  payableFen: ACCEPT.payableFen,
  holdUntilMs: LATER_MS,
  answer: { purpose: 'authorisation', keyId: 'k', payload: '{}', signature: 's' },
} as unknown as Reserved;
const DECISION: Decision = {
  id: 'decision-1',
  expiresAtMs: LATER_MS,
  proof: { scanned: VOUCHER },
  sale: SALE,
  accept: ACCEPT,
  voucher: SUMMARY,
  offline: false,
};
const BY_CLEARING: Decision = { ...DECISION, proof: { reserved: RESERVED } };
const FAULT = { code: 'data-folder-unwritable', params: {} } as const;

const STRAY = refuse('not-a-voucher-code', { found: 'url' });
const USED = refuse('already-redeemed', {
  faceValueFen: KIND.faceValueFen,
  atMs: NOON_MS,
  storeName: null,
  receiptNumber: null,
});
const BELOW = refuse('below-threshold', {
  minSpendFen: 30_000,
  shortfallFen: 10_000,
  faceValueFen: KIND.faceValueFen,
});

const refused = (refusal: Refuse, purchase: Purchase, shown: Shown | null): Settled => ({
  step: 'refused',
  purchase,
  shown,
  refusal,
  timer: purchase.amountFen === null ? 'timer-1' : null,
});

export function stateSamples(): Readonly<Record<string, State>> {
  const ready: Settled = { step: 'ready', purchase: PURCHASE };
  const asking = { purchase: PURCHASE, shown: PAYMENT_CODE, id: 'auth-1', sinceMs: NOON_MS, wish: WISH };
  const decided = { step: 'decided', purchase: PURCHASE, shown: VOUCHER, decision: DECISION } as const;
  const reserved = { ...decided, shown: PAYMENT_CODE, decision: BY_CLEARING };
  return {
    ready: { step: 'ready', purchase: NO_AMOUNT },
    'ready, amount': ready,
    'ready, till': { step: 'ready', purchase: OF_TILL },
    judging: {
      step: 'judging',
      id: 'judge-1',
      purchase: PURCHASE,
      basis: { shown: VOUCHER, reserved: null },
      owed: null,
      before: ready,
    },
    'amount-needed': {
      step: 'amount-needed',
      purchase: NO_AMOUNT,
      shown: VOUCHER,
      voucher: SUMMARY,
      timer: 'timer-1',
    },
    decided,
    'decided, reserved': reserved,
    'decided, till': { ...decided, purchase: OF_TILL },
    'refused, stray': refused(STRAY, NO_AMOUNT, null),
    'refused, no amount': refused(
      refuse('amount-missing', { category: KIND.category }),
      NO_AMOUNT,
      PAYMENT_CODE,
    ),
    'refused, amount': refused(BELOW, PURCHASE, VOUCHER),
    'refused, voucher': refused(USED, PURCHASE, VOUCHER),
    'refused, nothing': refused(refuse('one-voucher-per-purchase'), PURCHASE, VOUCHER),
    'refused, till': refused(USED, OF_TILL, VOUCHER),
    asking: { step: 'asking', ...asking },
    unknown: { step: 'unknown', ...asking },
    confirming: { ...decided, step: 'confirming' },
    'confirming, reserved': { ...reserved, step: 'confirming' },
    accepted: { step: 'accepted', redemption: REDEMPTION, timer: 'timer-1' },
    'recorded-not-confirmed': { step: 'recorded-not-confirmed', redemption: REDEMPTION },
    failed: { step: 'failed', purchase: PURCHASE, shown: VOUCHER, fault: FAULT },
  };
}

/** The name of a state on the page. */
export function stateName(state: State): string {
  const byTill = 'purchase' in state && state.purchase.byTill;
  switch (state.step) {
    case 'ready':
      if (byTill) return 'ready, till';
      return state.purchase.amountFen === null ? 'ready' : 'ready, amount';
    case 'decided':
      if (byTill) return 'decided, till';
      return 'reserved' in state.decision.proof ? 'decided, reserved' : 'decided';
    case 'confirming':
      return 'reserved' in state.decision.proof ? 'confirming, reserved' : 'confirming';
    case 'refused': {
      if (byTill) return 'refused, till';
      if (state.refusal.code === 'amount-missing') return 'refused, no amount';
      if (state.purchase.amountFen === null) return 'refused, stray';
      if (state.refusal.code === 'below-threshold') return 'refused, amount';
      return state.refusal.code === 'one-voucher-per-purchase' ? 'refused, nothing' : 'refused, voucher';
    }
    default:
      return state.step;
  }
}

/** One of each event, addressed to what the state waits for where it waits for something. */
export function eventSamples(
  state: State,
): Readonly<Record<string, { readonly event: Event; readonly late?: true }>> {
  const id = idFor(state);
  const { businessDay, till } = OF_TILL;
  const purchase = { till, businessDay, receiptNumber: 'R-2', amountFen: AMOUNT_FEN, listAmountFen: null };
  const vehicle = { ...aVehicle(), papersHash: null };
  const decision: Omit<Decision, 'id'> = DECISION;
  const events: Readonly<Record<string, Event>> = {
    'scanned, code': { type: 'scanned', code: VOUCHER },
    'scanned, stray': { type: 'scanned', code: STRAY },
    'amount-set': { type: 'amount-set', amountFen: fen(30_000) },
    'receipt-set': { type: 'receipt-set', receiptNumber: 'R-9' },
    'vehicle-set': { type: 'vehicle-set', vehicle },
    'till-opened': { type: 'till-opened', purchase },
    confirmed: { type: 'confirmed', decisionId: 'decision-1' },
    'confirmed, another': { type: 'confirmed', decisionId: 'decision-0' },
    queried: { type: 'queried', authorisationId: 'auth-1' },
    'queried, another': { type: 'queried', authorisationId: 'auth-0' },
    acknowledged: { type: 'acknowledged' },
    cancelled: { type: 'cancelled' },
    left: { type: 'left' },
    'came-online': { type: 'came-online' },
    'redemption-changed': { type: 'redemption-changed', redemption: { ...REDEMPTION, state: 'settled' } },
    'time-up': { type: 'time-up', timer: 'timer-1' },
    'time-up, another': { type: 'time-up', timer: 'timer-0' },
    'judged, nothing': { type: 'judged', id, verdict: { type: 'nothing' } },
    'judged, accept': { type: 'judged', id, verdict: { type: 'accept', decision } },
    'judged, refuse': { type: 'judged', id, verdict: { type: 'refuse', refusal: USED } },
    'judged, amount-needed': { type: 'judged', id, verdict: { type: 'amount-needed', voucher: SUMMARY } },
    'judged, ask': { type: 'judged', id, verdict: { type: 'ask', wish: WISH } },
    'judged, amount-differs': { type: 'judged', id, verdict: { type: 'amount-differs', amountFen: fen(1) } },
    'judged, another': { type: 'judged', id: 'other', verdict: { type: 'accept', decision } },
    'judging-failed': { type: 'judging-failed', id, fault: FAULT },
    reserved: { type: 'reserved', id: 'auth-1', reserved: RESERVED },
    'reserved, another': { type: 'reserved', id: 'auth-0', reserved: { ...RESERVED, id: 'auth-0' } },
    'authorisation-refused': { type: 'authorisation-refused', id: 'auth-1', refusal: USED },
    'authorisation-refused, another': { type: 'authorisation-refused', id: 'auth-0', refusal: USED },
    'authorisation-unknown': { type: 'authorisation-unknown', id: 'auth-1' },
    'asking-failed': { type: 'asking-failed', id: 'auth-1', fault: FAULT },
    booked: { type: 'booked', id, redemption: REDEMPTION, confirmed: true },
    'booked, another': { type: 'booked', id: 'other', redemption: REDEMPTION, confirmed: true },
    'booked, not confirmed': { type: 'booked', id, redemption: REDEMPTION, confirmed: false },
    'booking-refused': { type: 'booking-refused', id, refusal: USED },
    'booking-refused, changed': { type: 'booking-refused', id, refusal: 'changed' },
    'booking-failed': { type: 'booking-failed', id, fault: FAULT },
  };
  return {
    ...Object.fromEntries(Object.entries(events).map(([name, event]) => [name, { event }])),
    'confirmed, late': { event: { type: 'confirmed', decisionId: 'decision-1' }, late: true },
  };
}

function idFor(state: State): string {
  if (state.step === 'judging') return state.id;
  return state.step === 'decided' || state.step === 'confirming' ? state.decision.id : 'none';
}
