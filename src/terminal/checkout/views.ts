import type { EntryName } from '../../contract/journal/entry.ts';
import type { CheckoutState, RedemptionView } from '../../contract/terminal/state.ts';
import { aloneUntilMs } from '../../domain/correction/reversal.ts';
import type { RedemptionRow } from '../journal/types.ts';
import type { CampaignBook } from './campaign-book.ts';

/** A redemption as the screens show it; `isReversible`: can it still be taken back, by whomever? */
export function redemptionView(
  row: RedemptionRow,
  book: CampaignBook,
  cashierName: (id: string) => string,
  isReversible: boolean,
): RedemptionView {
  const kind = book.kind(row.campaignNumber, row.kindNumber);
  return {
    epoch: row.epoch,
    seq: row.seq,
    atMs: row.atMs,
    businessDay: row.businessDay,
    kindId: kind?.id ?? String(row.kindNumber ?? ''),
    faceValueFen: kind?.faceValueFen ?? row.discountFen,
    serial: row.serial ?? '',
    amountFen: row.amountFen,
    discountFen: row.discountFen,
    payableFen: row.payableFen,
    returnedFen: row.returnedFen,
    backToFundFen: row.backToFundFen,
    cashierName: cashierName(row.cashierId),
    receiptNumber: row.receiptNumber,
    offline: row.offline,
    state: row.state,
    reason: row.reason,
    reversibleUntilMs: isReversible ? aloneUntilMs(row.atMs) : null,
  };
}

/**
 * Of redemptions that changed together those that a screen shows by themselves: the one that the
 * cashier looks at, and the newest. Lists read anew after any of them; a queue of thousands is not told one by one.
 */
export function seenOf(changed: readonly EntryName[], state: CheckoutState): readonly EntryName[] {
  const newest = changed.toSorted((a, b) => a.epoch - b.epoch || a.seq - b.seq).at(-1);
  const looked = 'redemption' in state ? state.redemption : null;
  return changed.filter(
    (each) => each === newest || (each.epoch === looked?.epoch && each.seq === looked.seq),
  );
}
