import { businessDay, DAY_MS, dayStartMs } from '../../domain/business-day.ts';
import { MINUTE_MS } from '../../domain/durations.ts';
import type { Reader } from '../storage/storage.ts';

/** The last closed settlement day, `YYYY-MM-DD`; null before the first. */
export async function lastClosedDay(db: Reader): Promise<string | null> {
  const row = await db
    .selectFrom('settlement_days')
    .select((eb) => eb.fn.max('settlement_day').as('day'))
    .executeTakeFirst();
  return row?.day ?? null;
}

export function dayAfter(day: string): string {
  return businessDay(dayStartMs(day) + DAY_MS);
}

/**
 * The settlement day of what clearing accepts now: the store's business day, or the day after the last closed
 * one, if that is later. The caller holds the money lock, under which days are closed too: so nothing is ever
 * added to a closed day (design, section 7).
 */
export async function openSettlementDay(db: Reader, nowMs: number, cutOverMinutes: number): Promise<string> {
  const today = businessDay(nowMs, cutOverMinutes);
  const closed = await lastClosedDay(db);
  return closed !== null && today <= closed ? dayAfter(closed) : today;
}

/** The first millisecond at which a day is over in every store, whatever its cut-over. */
export async function dayOverMs(db: Reader, day: string): Promise<number> {
  const latest = await db
    .selectFrom('stores')
    .select('cut_over_minutes')
    .orderBy('cut_over_minutes', 'desc')
    .limit(1)
    .executeTakeFirst();
  return dayStartMs(day) + DAY_MS + (latest?.cut_over_minutes ?? 0) * MINUTE_MS;
}

/** The first day after a closed one and before another that has something to settle; null: none. */
export async function firstOpenDay(db: Reader, after: string | null, before: string): Promise<string | null> {
  const lines = await db
    .selectFrom('lines')
    .select((eb) => eb.fn.min('settlement_day').as('day'))
    .where('settlement_day', '>', after ?? '')
    .where('settlement_day', '<', before)
    .executeTakeFirst();
  const payouts = await db
    .selectFrom('payouts')
    .select((eb) => eb.fn.min('booked_day').as('day'))
    .where('collected', 'is not', null)
    .where('booked_day', '>', after ?? '')
    .where('booked_day', '<', before)
    .executeTakeFirst();
  const days = [lines?.day, payouts?.day].filter((day) => typeof day === 'string');
  return days.sort()[0] ?? null;
}
