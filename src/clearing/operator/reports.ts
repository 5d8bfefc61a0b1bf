import type { Reader } from '../storage/storage.ts';

export interface RedemptionView {
  readonly redemptionId: string;
  readonly terminalId: string;
  readonly epoch: number;
  readonly seq: number;
  readonly storeId: string;
  readonly serial: number;
  readonly kindNumber: number;
  readonly lines: readonly {
    readonly kind: string;
    readonly amountFen: number;
    readonly shares: readonly number[];
    readonly redemptionDay: string;
    readonly settlementDay: string;
    readonly payoutId: string | null;
  }[];
}

/** All lines of a redemption, in the order in which they were settled; null if none was. */
export async function findRedemption(db: Reader, redemptionId: string): Promise<RedemptionView | null> {
  const lines = await db
    .selectFrom('lines')
    .selectAll()
    .where('redemption_id', '=', redemptionId)
    .orderBy('id')
    .execute();
  const [first] = lines;
  if (first === undefined) return null;
  return {
    redemptionId,
    terminalId: first.terminal_id,
    epoch: first.epoch,
    seq: first.seq,
    storeId: first.store_id,
    serial: first.serial,
    kindNumber: first.kind_number,
    lines: lines.map((line) => ({
      kind: line.kind,
      amountFen: line.amount_fen,
      shares: JSON.parse(line.shares) as number[],
      redemptionDay: line.redemption_day,
      settlementDay: line.settlement_day,
      payoutId: line.payout_id,
    })),
  };
}

export interface DayTotal {
  readonly storeId: string;
  readonly campaignNumber: number;
  readonly kindNumber: number;
  readonly kind: string;
  readonly count: number;
  readonly amountFen: number;
}

/** Counts and sums of a day, by store, voucher kind and kind of line. `by` says which of the two days counts. */
export async function dayTotals(
  db: Reader,
  day: string,
  by: 'redemption' | 'settlement',
  storeId: string | null,
): Promise<readonly DayTotal[]> {
  const column = by === 'redemption' ? 'redemption_day' : 'settlement_day';
  let query = db
    .selectFrom('lines')
    .select(['store_id', 'campaign_number', 'kind_number', 'kind'])
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.cast<number>(eb.fn.sum('amount_fen'), 'bigint').as('amount'),
    ])
    .where(column, '=', day)
    .groupBy(['store_id', 'campaign_number', 'kind_number', 'kind'])
    .orderBy('store_id')
    .orderBy('kind_number')
    .orderBy('kind');
  if (storeId !== null) query = query.where('store_id', '=', storeId);
  const rows = await query.execute();
  return rows.map((row) => ({
    storeId: row.store_id,
    campaignNumber: row.campaign_number,
    kindNumber: row.kind_number,
    kind: row.kind,
    count: row.count,
    amountFen: row.amount,
  }));
}
