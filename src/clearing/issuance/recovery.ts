import type { Context } from '../context.ts';
import { account, post } from '../ledger/ledger.ts';
import { lockMoney } from '../storage/storage.ts';

export interface Recovered {
  readonly count: number;
  readonly amountFen: number;
}

/** One transaction takes back at most this many. */
const MAX_AT_ONCE = 1000;

/**
 * Takes back vouchers that expired unused, so that their value can go into the next round (plan section 七). Only
 * after the campaign's longest offline age has passed too: until then a redemption made in time may still arrive.
 */
export async function recoverExpired(context: Context, campaignNumber: number): Promise<Recovered> {
  await context.packs.refresh(context.storage.db);
  const campaign = context.packs.latest(campaignNumber);
  let count = 0;
  let amountFen = 0;
  for (;;) {
    const part = await context.storage.transaction(async (tx): Promise<Recovered> => {
      await lockMoney(tx);
      const nowMs = context.now();
      const rows = await tx
        .selectFrom('vouchers')
        .leftJoin('spends', (join) =>
          join
            .onRef('spends.campaign_number', '=', 'vouchers.campaign_number')
            .onRef('spends.serial', '=', 'vouchers.serial'),
        )
        .select(['vouchers.serial as serial', 'vouchers.kind_number as kind_number'])
        .where('vouchers.campaign_number', '=', campaign.number)
        .where('vouchers.status', '=', 'live')
        .where('vouchers.not_after_ms', '<=', nowMs - campaign.offline.maxAgeMs)
        .where('spends.serial', 'is', null)
        .orderBy('vouchers.serial')
        .limit(MAX_AT_ONCE)
        .execute();
      if (rows.length === 0) return { count: 0, amountFen: 0 };
      await tx
        .updateTable('vouchers')
        .set({ status: 'recovered' })
        .where('campaign_number', '=', campaign.number)
        .where(
          'serial',
          'in',
          rows.map(({ serial }) => serial),
        )
        .execute();
      const kinds = rows.map(({ kind_number: number }) => {
        const kind = campaign.kinds.find((one) => one.number === number);
        if (kind === undefined) throw new Error('a voucher of a kind that does not exist');
        return kind;
      });
      await post(
        tx,
        campaign.number,
        { what: 'recover', reference: String(rows.length), atMs: nowMs },
        kinds.flatMap(({ category, faceValueFen }) => [
          { account: account.reserved(category), amountFen: Number(faceValueFen) },
          { account: account.budget(category), amountFen: -Number(faceValueFen) },
        ]),
      );
      return {
        count: rows.length,
        amountFen: kinds.reduce((sum, { faceValueFen }) => sum + faceValueFen, 0),
      };
    });
    count += part.count;
    amountFen += part.amountFen;
    if (part.count < MAX_AT_ONCE) return { count, amountFen };
  }
}
