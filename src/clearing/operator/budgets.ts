import type { Budgets, CampaignView } from '../../contract/clearing/operator/campaigns.ts';
import { type Campaign, CATEGORIES } from '../../domain/campaign.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { account, balances } from '../ledger/ledger.ts';
import type { Reader } from '../storage/storage.ts';

/** The newest pack of a campaign; refuses (`not-found`) one that doesn't exist. */
export async function requireCampaign(context: Context, number: number): Promise<Campaign> {
  await context.packs.refresh(context.storage.db);
  const campaign = context.packs.find(number);
  if (campaign === null) throw new ApiError('not-found', 'no such campaign');
  return campaign;
}

export function campaignView(campaign: Campaign): CampaignView {
  const { number, id, nameZh, nameEn, version, opensAtMs, closesAtMs, kinds } = campaign;
  return {
    ...{ number, id, nameZh, nameEn, version, opensAtMs, closesAtMs },
    kinds: kinds.map((kind) => ({
      number: kind.number,
      id: kind.id,
      category: kind.category,
      faceValueFen: kind.faceValueFen,
      quota: kind.quota,
    })),
  };
}

/** How a campaign's money is being spent, fund by fund and category by category, from the ledger. */
export async function budgetsOf(db: Reader, campaign: Campaign): Promise<Budgets> {
  const rows = await balances(db, campaign.number);
  const byName = new Map(rows.map(({ name, balanceFen }) => [name, balanceFen]));
  const of = (name: string): number => byName.get(name) ?? 0;
  const categories = CATEGORIES.flatMap((category) => {
    const kinds = campaign.kinds.filter((kind) => kind.category === category);
    if (kinds.length === 0) return [];
    const budgetFen = kinds.reduce((sum, { faceValueFen, quota }) => sum + faceValueFen * quota, 0);
    const freeFen = of(account.budget(category));
    const reservedFen = of(account.reserved(category));
    const returningFen = of(account.returning(category));
    const redeemedFen = budgetFen - freeFen - reservedFen - returningFen;
    return [{ category, budgetFen, freeFen, reservedFen, redeemedFen, returningFen }];
  });
  return {
    funds: campaign.funds.map(({ id, nameZh, nameEn, amountFen }) => ({
      id,
      nameZh,
      nameEn,
      amountFen,
      paidFen: amountFen - of(account.fund(id)),
    })),
    categories,
    lossReserve: { amountFen: campaign.lossReserveFen ?? 0, leftFen: of(account.cover) },
    unallottedFen: of(account.unallotted),
    unpaidFen: of(account.settlement),
  };
}
