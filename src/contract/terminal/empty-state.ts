import type { CheckoutState, SyncState } from './state.ts';

/** Before the terminal is activated. */
export const NO_SYNC: SyncState = {
  connection: 'connecting',
  pendingCount: 0,
  pendingDiscountFen: 0,
  oldestPendingAtMs: null,
  lastContactAtMs: null,
  lastError: null,
  clock: 'untrusted',
  offlineLeft: null,
};
export const NO_CHECKOUT: CheckoutState = {
  step: 'ready',
  amountFen: null,
  receiptNumber: '',
  can: { digits: 'none', enter: 'none', escape: 'none', keepsCode: false, atRest: true },
};
