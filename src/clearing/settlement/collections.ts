import type { Collection } from '../../contract/clearing/settlement-file.ts';
import type { Reader } from '../storage/storage.ts';

/** What stores paid back with payouts that were approved on a settlement day. */
export async function collectionsOfDay(
  db: Reader,
  campaignNumber: number,
  settlementDay: string,
): Promise<readonly Collection[]> {
  const rows = await db
    .selectFrom('payouts')
    .select(['id', 'store_id', 'collected'])
    .where('campaign_number', '=', campaignNumber)
    .where('booked_day', '=', settlementDay)
    .where('collected', 'is not', null)
    .orderBy('id')
    .execute();
  return rows.map(({ id, store_id: storeId, collected }) => ({
    payoutId: id,
    storeId,
    shares: JSON.parse(collected ?? '[]') as number[],
  }));
}
