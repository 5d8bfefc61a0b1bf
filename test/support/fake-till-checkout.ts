import type {
  PurchaseKey,
  TillCheckout,
  TillPurchase,
  TillStatus,
} from '../../src/terminal/till/checkout.ts';

/** A checkout with one place and no rules, for tests of the till interface alone. */
export interface FakeTillCheckout extends TillCheckout {
  /** What happens at the counter. */
  set(key: PurchaseKey, status: TillStatus): void;
  opened(): number;
  listeners(): number;
}

export function createFakeTillCheckout(): FakeTillCheckout {
  const purchases = new Map<string, TillPurchase>();
  const listeners = new Set<() => void>();
  let opened = 0;
  const idOf = ({ till, businessDay, receiptNumber }: PurchaseKey): string =>
    `${till}|${businessDay}|${receiptNumber}`;
  const put = (purchase: TillPurchase): TillPurchase => {
    purchases.set(idOf(purchase.key), purchase);
    for (const listener of listeners) listener();
    return purchase;
  };
  return {
    openRedemption: ({ key, amountFen, listAmountFen }) => {
      const known = purchases.get(idOf(key));
      if (known !== undefined && known.status.state !== 'cancelled') {
        const same = known.amountFen === amountFen && known.listAmountFen === listAmountFen;
        return Promise.resolve({ type: same ? 'exists' : 'amount-differs', purchase: known });
      }
      const taken = [...purchases.values()].some(({ status }) => status.state === 'waiting');
      if (taken) return Promise.resolve({ type: 'busy' });
      opened += 1;
      const status: TillStatus = { state: 'waiting', lastRefusal: null };
      return Promise.resolve({ type: 'opened', purchase: put({ key, amountFen, listAmountFen, status }) });
    },
    status: (key) => Promise.resolve(purchases.get(idOf(key)) ?? null),
    cancel: (key) => {
      const known = purchases.get(idOf(key));
      if (known === undefined) return Promise.resolve({ type: 'not-found' });
      if (known.status.state !== 'waiting' && known.status.state !== 'cancelled')
        return Promise.resolve({ type: 'too-late', purchase: known });
      return Promise.resolve({
        type: 'cancelled',
        purchase: put({ ...known, status: { state: 'cancelled' } }),
      });
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (key, status) => {
      const known = purchases.get(idOf(key));
      if (known === undefined) throw new Error('never opened');
      put({ ...known, status });
    },
    opened: () => opened,
    listeners: () => listeners.size,
  };
}
