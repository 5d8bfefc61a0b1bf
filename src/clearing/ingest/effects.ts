import { type Category } from '../../domain/campaign.ts';
import { type EntryName } from '../../contract/journal/entry.ts';

/** What a settled entry does to vouchers and money. */
export type Effect = RedeemEffect | CorrectEffect;

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

export interface CorrectEffect extends EffectBase {
  /** `reverse` frees the voucher and the purchase; `refund` gives the value back to the fund. */
  readonly type: 'reverse' | 'refund';
  /** What comes back, 0 or more. */
  readonly amountFen: number;
  readonly corrects: EntryName;
  readonly purchase: RedeemEffect['purchase'];
  /** The line that is corrected was paid out already: the store owes it. */
  readonly paidOut: boolean;
}
