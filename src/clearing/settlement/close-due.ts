import { businessDay } from '../../domain/business-day.ts';
import { MINUTE_MS } from '../../domain/durations.ts';
import type { Context } from '../context.ts';
import type { Operator } from '../operator/operators.ts';
import { closeDay } from './close.ts';
import { dayOverMs, firstOpenDay, lastClosedDay } from './day.ts';

/** A day is left open this long after its end: the redemptions of its last minutes still count to it. */
const GRACE_MS = 30 * MINUTE_MS;

/** Who closes a day when nobody has; the audit names it. Money moves only with the payouts, which take two people. */
const CLOCK: Operator = { id: 'clock', name: 'Clock', roles: ['unionpay'] };

/**
 * Closes, in order, every settlement day that has something to settle and has been over for half an hour in every
 * store. Safe to call on several nodes at once: a day is closed once. Gives back the days that are closed now.
 */
export async function closeDueDays(context: Context): Promise<readonly string[]> {
  const { db } = context.storage;
  const closed: string[] = [];
  for (;;) {
    const today = businessDay(context.now());
    const day = await firstOpenDay(db, await lastClosedDay(db), today);
    if (day === null || context.now() < (await dayOverMs(db, day)) + GRACE_MS) return closed;
    await closeDay(context, CLOCK, day);
    closed.push(day);
  }
}
