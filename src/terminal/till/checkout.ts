import type { FaultCode } from '../../contract/terminal/errors.ts';

/** What the till interface asks of the checkout. The core implements it; rules and journal are those of the counter. */

/** With the terminal's own store: the purchase, as design and journal know it. */
export interface PurchaseKey {
  readonly till: string;
  /** `YYYY-MM-DD`. */
  readonly businessDay: string;
  readonly receiptNumber: string;
}

export interface TillPurchase {
  readonly key: PurchaseKey;
  readonly amountFen: number;
  readonly listAmountFen: number;
  readonly status: TillStatus;
}

export type TillStatus =
  /** On the terminal's screen; the customer may show a code. A refused code is no end: another may be shown. */
  | {
      readonly state: 'waiting';
      readonly lastRefusal: {
        readonly code: string;
        readonly params: Readonly<Record<string, string | number | boolean | null>>;
      } | null;
    }
  /** Clearing was asked and has not answered: neither take the discount nor forget it. */
  | { readonly state: 'unknown' }
  /** In the journal. The till takes `discountFen` off and collects `payableFen`. */
  | { readonly state: 'redeemed'; readonly redemption: TillRedemption }
  /** Was redeemed and was taken back: the till collects the whole amount. */
  | { readonly state: 'reversed'; readonly redemption: TillRedemption }
  /** The counter redeemed this number by hand, with another amount: none of it is the till's to take off. */
  | { readonly state: 'other-amount'; readonly redemption: TillRedemption }
  | { readonly state: 'cancelled' };

export interface TillRedemption {
  readonly epoch: number;
  readonly seq: number;
  readonly kindId: string;
  readonly serial: string;
  readonly faceValueFen: number;
  readonly discountFen: number;
  readonly payableFen: number;
  readonly atMs: number;
}

export interface TillRequest {
  readonly key: PurchaseKey;
  /** What the customer pays after the shop's own discounts. */
  readonly amountFen: number;
  /** Before them. */
  readonly listAmountFen: number;
}

export type OpenAnswer =
  | { readonly type: 'opened'; readonly purchase: TillPurchase }
  /** The same purchase with the same amounts was there already: asked twice, done once. */
  | { readonly type: 'exists'; readonly purchase: TillPurchase }
  /** The same purchase with other amounts. Nothing was changed. */
  | { readonly type: 'amount-differs'; readonly purchase: TillPurchase }
  /** A new purchase is of the day that is open in the store, and clearing would hold any other. Nothing was opened. */
  | { readonly type: 'wrong-day'; readonly openDay: string }
  /** Another purchase is on the terminal. */
  | { readonly type: 'busy' }
  /** Nobody signed in, not activated, and the like. */
  | { readonly type: 'not-ready'; readonly code: FaultCode };

export type CancelAnswer =
  /** Also when it was cancelled before. */
  | { readonly type: 'cancelled'; readonly purchase: TillPurchase }
  /** Redeemed, or unknown at clearing: only a reversal at the terminal undoes it. */
  | { readonly type: 'too-late'; readonly purchase: TillPurchase }
  | { readonly type: 'not-found' };

export interface TillCheckout {
  /**
   * Opens a redemption, once for each key. A cancelled purchase is opened anew, with new amounts if need be:
   * nothing was redeemed on it.
   */
  openRedemption(request: TillRequest): Promise<OpenAnswer>;
  /** Null: this purchase was never seen. Also answers for purchases of an earlier run that are in the journal. */
  status(key: PurchaseKey): Promise<TillPurchase | null>;
  cancel(key: PurchaseKey): Promise<CancelAnswer>;
  /** Calls `listener` after every change of any purchase; returns how to end that. */
  onChange(listener: () => void): () => void;
}
