import { isOnBusinessDay } from '../business-day.ts';
import { CASHIER_REVERSAL_MS } from '../durations.ts';
import { stands, type Redeemed } from './redeemed.ts';

/**
 * Why a redemption can't be taken back whole, so that its voucher is free again; null: it can. `over`: it moves no
 * money any more, or goods of it came back already. `too-late`: its business day has ended; then it is a return
 * (a campaign's refund policy `same-day-reversal`; the plan itself says nothing).
 */
export function reversalBar(
  redeemed: Pick<Redeemed, 'state' | 'returnedFen' | 'businessDay'>,
  atMs: number,
  cutOverMinutes: number,
): 'over' | 'too-late' | null {
  if (!stands(redeemed.state) || redeemed.returnedFen > 0) return 'over';
  return isOnBusinessDay(redeemed.businessDay, atMs, cutOverMinutes) ? null : 'too-late';
}

/** Until just before this moment the cashier who sold it may take it back alone; from then on a manager allows it. */
export function aloneUntilMs(redeemedAtMs: number): number {
  return redeemedAtMs + CASHIER_REVERSAL_MS;
}

/** Whether whoever asks may take it back without a manager; everybody else needs a manager's PIN and a reason. */
export function mayReverseAlone(redeemedAtMs: number, isSameCashier: boolean, nowMs: number): boolean {
  return isSameCashier && nowMs < aloneUntilMs(redeemedAtMs);
}
