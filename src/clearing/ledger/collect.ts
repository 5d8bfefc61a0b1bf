import type { Campaign, Category } from '../../domain/campaign.ts';
import { type Fen, fen } from '../../domain/money.ts';
import type { Tx } from '../storage/storage.ts';
import { fundParts, splitStep } from '../../domain/fund-split.ts';
import { account, paidByFunds, post, type Posting, type Transfer } from './ledger.ts';

/** What a store pays back of redemptions that had been paid out to it, by where it goes. */
export interface Collected {
  readonly storeId: string;
  readonly parts: readonly { readonly of: Category | 'cover'; readonly amountFen: number }[];
}

/**
 * Books that a store has paid back what it owes (`receivable:STORE`), be it by a payout that is smaller by as much or
 * by a transfer of its own: the money is in the funds (or the loss reserve) again, and free. Returns what each fund
 * got, negative, in the pack's order: what such a payout's shares are less by. The caller holds the money lock.
 * Throws an OverdrawnError for more than the store owes.
 */
export async function collectReturned(
  tx: Tx,
  campaign: Campaign,
  { storeId, parts }: Collected,
  transfer: Transfer,
): Promise<readonly Fen[]> {
  const sum = (items: Collected['parts']): number => items.reduce((total, one) => total + one.amountFen, 0);
  const toFunds = sum(parts.filter(({ of }) => of !== 'cover'));
  const toReserve = sum(parts.filter(({ of }) => of === 'cover'));
  const paid = await paidByFunds(tx, campaign);
  const shares = splitStep(paid, -toFunds, fundParts(campaign));
  const postings: Posting[] = [
    { account: account.receivable(storeId), amountFen: 0 - toFunds - toReserve },
    { account: account.reserve, amountFen: toReserve },
    ...campaign.funds.map(({ id }, index) => ({
      account: account.fund(id),
      amountFen: 0 - (shares[index] ?? 0),
    })),
    ...parts.flatMap(({ of, amountFen }) => [
      { account: account.returning(of), amountFen },
      { account: of === 'cover' ? account.cover : account.budget(of), amountFen: -amountFen },
    ]),
  ];
  await post(tx, campaign.number, transfer, postings);
  const left = paid.reduce<number>((total, amount) => total + amount, -toFunds);
  await tx
    .updateTable('campaigns')
    .set({ redeemed_fen: fen(left) })
    .where('number', '=', campaign.number)
    .execute();
  return shares;
}
