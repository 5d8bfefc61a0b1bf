import type { Reader } from '../storage/storage.ts';

export interface DayView {
  readonly day: string;
  readonly closedAtMs: number | null;
  readonly closedBy: string | null;
  readonly lines: number;
  readonly netFen: number;
}

/** More than a year of days. */
const MAX_DAYS = 800;

/** Settlement days that have lines or are closed, the newest first. */
export async function listDays(db: Reader): Promise<readonly DayView[]> {
  const sums = await db
    .selectFrom('lines')
    .select('settlement_day')
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.cast<number>(eb.fn.sum('amount_fen'), 'bigint').as('amount'),
    ])
    .groupBy('settlement_day')
    .execute();
  const closed = await db
    .selectFrom('settlement_days')
    .select(['settlement_day', 'closed_at_ms', 'closed_by'])
    .execute();
  const days = new Map<string, DayView>();
  const empty = { closedAtMs: null, closedBy: null, lines: 0, netFen: 0 };
  for (const { settlement_day: day, count, amount } of sums)
    days.set(day, { ...empty, day, lines: count, netFen: amount });
  for (const { settlement_day: day, closed_at_ms: closedAtMs, closed_by: closedBy } of closed)
    days.set(day, { ...empty, ...days.get(day), day, closedAtMs, closedBy });
  return [...days.values()].sort((left, right) => (left.day < right.day ? 1 : -1)).slice(0, MAX_DAYS);
}
