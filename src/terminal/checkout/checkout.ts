import { classify } from '../../codes/classify.ts';
import { refuseScan } from '../../codes/refuse-scan.ts';
import type { CheckoutState, RedemptionView } from '../../contract/terminal/state.ts';
import type { Refuse } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal, PurchaseKey, RedemptionRow } from '../journal/types.ts';
import type { Authoriser } from '../sync/authoriser.ts';
import type { CampaignBook } from './campaign-book.ts';
import type { Finisher } from './finisher.ts';
import type { Circumstances } from './judge.ts';
import type { Answer, Event, Purchase } from './machine-types.ts';
import type { Shown } from './proof.ts';
import { createRunner } from './runner.ts';
import type { SoldVehicle } from './vehicle.ts';

export interface CheckoutOptions {
  readonly journal: Journal;
  readonly book: CampaignBook;
  readonly nowMs: () => number;
  /** Reads the journal, so it may throw a fault of it. */
  readonly circumstances: () => Circumstances;
  readonly authoriser: Authoriser;
  readonly finisher: Finisher;
  readonly log: (line: string) => void;
  /** The counter's name, the till of purchases that are typed. */
  readonly till: string;
  /** Who is signed in; null: nobody, and then nothing is scanned or sold. */
  readonly cashierId: () => string | null;
  readonly view: (row: RedemptionRow) => RedemptionView;
  readonly onState: (state: CheckoutState) => void;
  readonly onRedeemed: (view: RedemptionView) => void;
  /** Runs once after so many milliseconds, unless the terminal is closed by then. */
  readonly later: (run: () => void, afterMs: number) => void;
}

export interface Checkout {
  state(): CheckoutState;
  /** False: nothing was done with it, since the purchase at hand is being finished or nobody is signed in. */
  scan(text: string): boolean;
  /** Throws `amount-from-till` and `purchase-amount-differs`, as the two after it. */
  setAmount(amountFen: number | null): void;
  setReceipt(receiptNumber: string): void;
  /** The papers of a new car; its price is the amount. Null: no car. */
  setVehicle(vehicle: SoldVehicle | null): void;
  /** Puts a purchase of the shop's till on the screen, if no other one is under way. */
  openFor(purchase: Omit<Purchase, 'byTill' | 'vehicle'>): 'opened' | 'busy' | 'nobody';
  /** The key of the purchase at hand, if the shop's till opened it. */
  ofTill(): Omit<PurchaseKey, 'storeId'> | null;
  /** Throws `decision-unknown`, `decision-expired`, `decision-changed` or a fault of the journal. */
  confirm(decisionId: string): void;
  /** Asks clearing again about the authorisation on screen. Throws `authorisation-unknown` if it isn't there. */
  query(authorisationId: string): void;
  /** Clearing is reached again: what it never answered is asked again. */
  onOnline(): void;
  /** A refusal or fault was read: back to the purchase where something can still be done for it. */
  acknowledge(): void;
  /** Back to ready. A redemption that was recorded and not confirmed counts as seen. */
  cancel(): void;
  /** The cashier signs out: as `cancel`, but what was not confirmed stays to be seen. */
  leave(): void;
  /** A redemption on screen changed at clearing. */
  onRedemptionChanged(view: RedemptionView): void;
}

/** The machine as the calls of screens, scanners and the till reach it. */
export function createCheckout(options: CheckoutOptions): Checkout {
  const runner = createRunner(options);

  /** A fault is thrown. */
  function told(event: Event): Exclude<Answer, { type: 'fault' }> {
    const answer = runner.dispatch(event);
    if (answer.type !== 'fault') return answer;
    throw new FaultError(answer.fault.code, answer.fault.params);
  }

  return {
    state: () => runner.shown(),
    scan: (text) => told({ type: 'scanned', code: readCode(text, options.nowMs()) }).type === 'done',
    setAmount: (amount) => void told({ type: 'amount-set', amountFen: amount === null ? null : fen(amount) }),
    setReceipt: (receiptNumber) => void told({ type: 'receipt-set', receiptNumber }),
    setVehicle: (vehicle) => void told({ type: 'vehicle-set', vehicle }),
    openFor: (purchase) => {
      const answer = told({ type: 'till-opened', purchase });
      return answer.type === 'done' ? 'opened' : answer.why;
    },
    ofTill: () => {
      const state = runner.state();
      if (!('purchase' in state) || !state.purchase.byTill) return null;
      const { till, businessDay, receiptNumber } = state.purchase;
      return businessDay === null ? null : { till, businessDay, receiptNumber };
    },
    confirm: (decisionId) => void told({ type: 'confirmed', decisionId }),
    query: (authorisationId) => void told({ type: 'queried', authorisationId }),
    onOnline: () => void told({ type: 'came-online' }),
    acknowledge: () => void told({ type: 'acknowledged' }),
    cancel: () => void told({ type: 'cancelled' }),
    leave: () => void told({ type: 'left' }),
    onRedemptionChanged: (redemption) => void told({ type: 'redemption-changed', redemption }),
  };
}

/** What was read: a code that may be a voucher's, or why it is none. */
function readCode(text: string, scannedAtMs: number): Shown | Refuse {
  const scan = classify(text);
  if (scan.family === 'voucher') return { type: 'voucher', code: scan.code, text, scannedAtMs };
  return refuseScan(scan, true) ?? { type: 'payment-code', text, scannedAtMs };
}
