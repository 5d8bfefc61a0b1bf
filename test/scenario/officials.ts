import { ApiError } from '../../src/clearing/errors.ts';
import { recoverExpired } from '../../src/clearing/issuance/recovery.ts';
import {
  approveProposal,
  proposeDecision,
  rejectProposal,
} from '../../src/clearing/operator/held/decide-held.ts';
import { listHeld } from '../../src/clearing/operator/held/queue.ts';
import { closeDay } from '../../src/clearing/settlement/close.ts';
import { approvePayouts, preparePayouts } from '../../src/clearing/settlement/payouts.ts';
import type { HeldEntry } from '../../src/contract/clearing/operator/held.ts';
import { businessDay } from '../../src/domain/business-day.ts';
import type { City } from './city.ts';
import type { Sales } from './sales.ts';
import type { Tally } from './tally-model.ts';

/** Of what is held because a shop was suspended, operators refuse every third. */
const REFUSED_OF_SUSPENDED = 3;

/** Two officials look at all that is held, the oldest first, and settle what can be settled. */
export async function decideHeld(city: City, sales: Sales, tally: Tally): Promise<void> {
  const { db } = city.clearing.context.storage;
  let looked = 0;
  for (;;) {
    const { entries } = await listHeld(db, { limit: 200 });
    if (entries.length === 0) return;
    for (const entry of entries) {
      looked += 1;
      const settle = entry.reason !== 'store-suspended' || looked % REFUSED_OF_SUSPENDED !== 0;
      const decided = settle && (await decide(city, entry, 'settle')) ? 'settle' : 'refuse';
      if (decided === 'refuse') {
        await decide(city, entry, 'refuse');
        if (!entry.quarantined) sales.refuse(entry);
      }
      tally.count(`held (${entry.reason}): ${decided}d`);
    }
  }
}

/** One proposes, another approves. False where clearing says that it can't be. */
async function decide(city: City, entry: HeldEntry, decision: 'settle' | 'refuse'): Promise<boolean> {
  const { context } = city.clearing;
  const { unionpay, finance } = city.officials;
  const { terminalId, epoch, seq, hash } = entry;
  const name = { terminalId, epoch, seq, hash };
  let proposal: string | null = null;
  try {
    proposal = (await proposeDecision(context, unionpay, { ...name, decision, note: 'scenario' })).id;
    await approveProposal(context, finance, proposal);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'conflict' || decision === 'refuse') throw error;
    if (proposal !== null) await rejectProposal(context, finance, proposal, error.message);
    return false;
  }
}

/** The morning after: expired value is taken back, the day before is closed. */
export async function closeYesterday(city: City, yesterday: string): Promise<void> {
  const { context } = city.clearing;
  await recoverExpired(context, 1);
  await closeDay(context, city.officials.unionpay, yesterday);
}

/** Pays all that is closed: UnionPay prepares, the finance bureau approves. */
export async function payOut(city: City, throughDay: string, tally: Tally, collect = false): Promise<void> {
  const { context } = city.clearing;
  const payouts = await preparePayouts(context, city.officials.unionpay, { day: throughDay, collect });
  if (payouts.length === 0) return;
  await approvePayouts(context, city.officials.finance, {
    ids: payouts.map(({ id }) => id),
    paidOn: businessDay(city.clock.nowMs),
    reference: `bank ${throughDay}`,
  });
  tally.count('payouts', payouts.length);
}
