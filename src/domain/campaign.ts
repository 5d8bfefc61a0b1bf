import type { Fen } from './money.ts';

/** Plan section 六: the five categories of stores and of vouchers. */
export const CATEGORIES = ['supermarket', 'catering', 'petrol', 'appliance', 'car'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What a purchase must reach before a voucher of a kind may be used. */
export type KindRule =
  /** Plan section 五 (一)–(四): 消费满 X 元可使用. */
  | { readonly type: 'minimum-spend'; readonly minSpendFen: Fen }
  /** Plan section 五 (五): price bands, lower bound inclusive, upper bound exclusive; null: no upper bound. */
  | { readonly type: 'car-price-band'; readonly fromFen: Fen; readonly belowFen: Fen | null };

export interface VoucherKind {
  /** 1…65535, what a voucher code carries. Never reused inside a campaign. */
  readonly number: number;
  /** Stable name, such as `supermarket-20`. */
  readonly id: string;
  readonly category: Category;
  readonly faceValueFen: Fen;
  readonly rule: KindRule;
  /** How many vouchers of this kind the campaign issues at most. */
  readonly quota: number;
  /** May this kind be redeemed without clearing being reached? */
  readonly offline: 'allowed' | 'never';
}

export interface Fund {
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly amountFen: Fen;
  /** Its part of every redemption, relative to the other funds; absent: in proportion to the amounts. */
  readonly share?: number;
}

export interface OfflinePolicy {
  /** Longest time since the last verified feed, milliseconds. */
  readonly maxAgeMs: number;
  /** Most redemptions that clearing has not acknowledged. */
  readonly maxCount: number;
  /** Most discount that clearing has not acknowledged. */
  readonly maxDiscountFen: Fen;
}

/** One campaign as the terminal and clearing decide by it; comes out of a signed pack. */
export interface Campaign {
  /** 1…65535, what a voucher code carries. */
  readonly number: number;
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** Rises with every change; a lower one is refused. */
  readonly version: number;
  /** First millisecond of the first day and first millisecond after the last day (a last day counts whole). */
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  /** First millisecond of the day on which the campaign was announced (plan section 五 (五) (2)). */
  readonly announcedAtMs: number;
  readonly thresholdBasis: 'paid' | 'list';
  readonly refundPolicy: 'same-day-reversal';
  readonly offlineDoubleSpendBorneBy: 'merchant' | 'fund';
  /** What `fund` may bear at most, from an account of its own; present exactly where the fund bears. */
  readonly lossReserveFen?: Fen;
  /** From this millisecond on the pack decides nothing any more; absent: never. */
  readonly expiresAtMs?: number;
  readonly freshness: { readonly maxAheadMs: number; readonly maxAgeMs: number };
  readonly offline: OfflinePolicy;
  readonly funds: readonly Fund[];
  readonly kinds: readonly VoucherKind[];
}
