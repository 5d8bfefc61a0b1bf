import type { CheckoutState } from '../../contract/terminal/state.ts';
import { BODY_SCHEMAS } from '../../contract/journal/entry.ts';
import { fen } from '../../domain/money.ts';
import type { JournalReader, RedemptionRow } from '../journal/types.ts';
import type {
  PurchaseKey,
  TillCheckout,
  TillPurchase,
  TillRedemption,
  TillRequest,
  TillStatus,
} from '../till/checkout.ts';
import type { CampaignBook } from './campaign-book.ts';
import type { Checkout } from './checkout.ts';

/** Purchases that wait or were cancelled; redeemed ones are in the journal. A till has one or two at a time. */
const MAX_REMEMBERED = 200;

interface Remembered {
  readonly request: TillRequest;
  status: TillStatus;
}

export interface TillCheckoutParts {
  readonly checkout: Checkout;
  readonly journal: JournalReader;
  readonly book: CampaignBook;
  readonly storeId: () => string;
  /** The day that is open in the store, `YYYY-MM-DD`. */
  readonly openDay: () => string;
}

export interface TillBridge extends TillCheckout {
  /** The screen's state changed: the purchase of a till may have moved on. */
  onCheckout(state: CheckoutState): void;
  /** A redemption was reversed or settled. */
  onRedemption(): void;
}

const nameOf = ({ businessDay, till, receiptNumber }: PurchaseKey): string =>
  `${businessDay}/${till}/${receiptNumber}`;

function tillRedemption(book: CampaignBook, row: RedemptionRow): TillRedemption {
  const kind = book.kind(row.campaignNumber, row.kindNumber);
  const { epoch, seq, atMs, discountFen, payableFen } = row;
  return {
    epoch,
    seq,
    kindId: kind?.id ?? '',
    serial: row.serial ?? '',
    faceValueFen: kind?.faceValueFen ?? discountFen,
    discountFen,
    payableFen,
    atMs,
  };
}

/** The shop's till as a second author of purchases: same screen, same rules, same journal. */
export function createTillCheckout(parts: TillCheckoutParts): TillBridge {
  const { checkout, journal, book, storeId, openDay } = parts;
  const remembered = new Map<string, Remembered>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  /** An entry that was archived no longer tells the list amount: then it is taken for the same. */
  function listAmountOf({ epoch, seq, amountFen }: RedemptionRow): number {
    const entry = journal.entry({ epoch, seq });
    if (entry === null) return amountFen;
    return BODY_SCHEMAS.redemption.parse(JSON.parse(entry.body)).purchase.listAmountFen;
  }
  function recorded(
    key: PurchaseKey,
    row: RedemptionRow,
    state: 'redeemed' | 'reversed' | 'other-amount',
  ): TillPurchase {
    const { amountFen } = row;
    return {
      key,
      amountFen,
      listAmountFen: listAmountOf(row),
      status: { state, redemption: tillRedemption(book, row) },
    };
  }

  function find(key: PurchaseKey): TillPurchase | null {
    const sale = { ...key, storeId: storeId() };
    const row = journal.redemptionOfPurchase(sale);
    const known = remembered.get(nameOf(key));
    // Typed at the counter under the till's number: what the till asked for was never redeemed.
    const other = known !== undefined && known.request.amountFen !== row?.amountFen;
    if (row !== null) return recorded(key, row, other ? 'other-amount' : 'redeemed');
    const reversed = journal.reversedOfPurchase(sale);
    if (reversed !== null) return recorded(key, reversed, 'reversed');
    if (known === undefined) return null;
    const { amountFen, listAmountFen } = known.request;
    return { key, amountFen, listAmountFen, status: known.status };
  }

  function atHand(): Remembered | null {
    const key = checkout.ofTill();
    return key === null ? null : (remembered.get(nameOf(key)) ?? null);
  }

  function forgetOldest(): void {
    for (const [name, { status }] of remembered) {
      if (remembered.size <= MAX_REMEMBERED) return;
      if (status.state !== 'waiting' && status.state !== 'unknown') remembered.delete(name);
    }
  }

  return {
    openRedemption(request) {
      const name = nameOf(request.key);
      const there = find(request.key);
      if (there !== null && there.status.state !== 'cancelled') {
        const same = there.amountFen === request.amountFen && there.listAmountFen === request.listAmountFen;
        return Promise.resolve({ type: same ? 'exists' : 'amount-differs', purchase: there });
      }
      const today = openDay();
      if (request.key.businessDay !== today) return Promise.resolve({ type: 'wrong-day', openDay: today });
      const opened = checkout.openFor({
        till: request.key.till,
        businessDay: request.key.businessDay,
        receiptNumber: request.key.receiptNumber,
        amountFen: fen(request.amountFen),
        listAmountFen: fen(request.listAmountFen),
      });
      if (opened === 'busy') return Promise.resolve({ type: 'busy' });
      if (opened === 'nobody') return Promise.resolve({ type: 'not-ready', code: 'not-signed-in' });
      const status: TillStatus = { state: 'waiting', lastRefusal: null };
      remembered.delete(name);
      remembered.set(name, { request, status });
      forgetOldest();
      changed();
      const { key, amountFen, listAmountFen } = request;
      return Promise.resolve({ type: 'opened', purchase: { key, amountFen, listAmountFen, status } });
    },
    status: (key) => Promise.resolve(find(key)),
    cancel(key) {
      const there = find(key);
      if (there === null) return Promise.resolve({ type: 'not-found' });
      const { state } = there.status;
      if (state === 'cancelled') return Promise.resolve({ type: 'cancelled', purchase: there });
      if (state !== 'waiting') return Promise.resolve({ type: 'too-late', purchase: there });
      const known = remembered.get(nameOf(key));
      if (known !== undefined && known === atHand()) checkout.cancel();
      if (known !== undefined) known.status = { state: 'cancelled' };
      changed();
      return Promise.resolve({ type: 'cancelled', purchase: { ...there, status: { state: 'cancelled' } } });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    onCheckout(state) {
      const current = atHand();
      for (const known of remembered.values()) {
        // The cashier went on to another purchase: the till's is given up, unless it was redeemed.
        const open = known.status.state === 'waiting' || known.status.state === 'unknown';
        if (open && known !== current) known.status = { state: 'cancelled' };
      }
      if (current !== null) {
        if (state.step === 'unknown') current.status = { state: 'unknown' };
        else if (current.status.state === 'unknown') current.status = { state: 'waiting', lastRefusal: null };
      }
      if (current !== null && state.step === 'refused') {
        current.status = { state: 'waiting', lastRefusal: { code: state.code, params: state.params } };
      }
      changed();
    },
    onRedemption: changed,
  };
}
