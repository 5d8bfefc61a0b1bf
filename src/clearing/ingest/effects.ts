import type { Category } from '../../domain/campaign.ts';
import type { EntryName } from '../../contract/journal/entry.ts';

/** What a settled entry does to vouchers and money. */
export type Effect = RedeemEffect | BearEffect | CorrectEffect;

interface EffectBase {
  readonly of: EntryName;
  readonly campaignNumber: number;
  readonly serial: number;
  readonly kindNumber: number;
  readonly category: Category;
  readonly storeId: string;
  readonly redemptionId: string;
  readonly redemptionDay: string;
}

export interface RedeemEffect extends EffectBase {
  readonly type: 'redeem';
  readonly amountFen: number;
  readonly atMs: number;
  readonly purchase: {
    readonly storeId: string;
    readonly till: string;
    readonly businessDay: string;
    readonly receiptNumber: string;
    readonly amountFen: number;
  };
  readonly authorisationId: string | null;
}

/** The loss reserve pays a store what it gave on a voucher that was spent elsewhere. */
export interface BearEffect extends EffectBase {
  readonly type: 'bear';
  readonly amountFen: number;
}

export interface CorrectEffect extends EffectBase {
  /** `reverse` frees the voucher and the purchase; `refund` gives the value back to the fund. */
  readonly type: 'reverse' | 'refund';
  /** What comes back, 0 or more. */
  readonly amountFen: number;
  readonly corrects: EntryName;
  readonly purchase: RedeemEffect['purchase'];
  /** What is corrected was paid by the loss reserve: no voucher and no purchase are set free. */
  readonly borneByReserve: boolean;
  /** The line that is corrected was paid out already: the store owes it. */
  readonly paidOut: boolean;
}
