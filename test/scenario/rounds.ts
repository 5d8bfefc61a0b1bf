import { ClaimDesk } from '../../src/clearing/issuance/claims.ts';
import { leftOfKind, openRound } from '../../src/clearing/issuance/rounds.ts';
import { DAY_MS } from '../../src/domain/business-day.ts';
import type { VoucherKind } from '../../src/domain/campaign.ts';
import { createPhone } from '../support/demo-phone.ts';
import type { City } from './city.ts';
import { EVEN_ROUNDS, peopleOf } from './plan.ts';
import type { Sales } from './sales.ts';
import type { Tally } from './tally-model.ts';

/** One in twenty comes too late, and one in fifty tries twice. */
const TOO_LATE = 20;
const TRIES_TWICE = 50;

/**
 * One round of every kind but cars: an even part of the kind's number, or what is left of it. People claim, first
 * come, first served. Answers how many vouchers were given out; 0 when nothing is left.
 */
export async function playRound(city: City, sales: Sales, tally: Tally, round: number): Promise<number> {
  const { context } = city.clearing;
  const desk = new ClaimDesk(context);
  let given = 0;
  for (const kind of city.campaign.kinds) {
    if (kind.category === 'car') continue;
    const left = await leftOfKind(context.storage.db, city.campaign, kind, city.clock.nowMs);
    const quota = round <= EVEN_ROUNDS ? Math.min(left, Math.ceil(kind.quota / EVEN_ROUNDS)) : left;
    if (quota === 0) continue;
    await openRound(context, city.officials.unionpay, {
      campaignNumber: 1,
      kind: kind.id,
      quota,
      opensAtMs: city.clock.nowMs,
      closesAtMs: city.clock.nowMs + DAY_MS / 2,
    });
    given += await claimAll(city, desk, sales, tally, { kind, quota, round });
  }
  return given;
}

async function claimAll(
  city: City,
  desk: ClaimDesk,
  sales: Sales,
  tally: Tally,
  { kind, quota, round }: { readonly kind: VoucherKind; readonly quota: number; readonly round: number },
): Promise<number> {
  const people = peopleOf(city.plan);
  const first = city.random.below(people);
  const coming = Math.min(people, quota + Math.ceil(quota / TOO_LATE));
  const claims = Array.from({ length: coming }, async (_, nth) => {
    const person = `person ${(first + nth) % people}`;
    const phone = city.phone(person);
    const claim = { campaignNumber: 1, kind: kind.id, person, algorithm: phone.algorithm };
    const outcome = await desk.claim({ ...claim, publicKey: phone.publicKey });
    if (nth % TRIES_TWICE === 0) {
      const again = await desk.claim({ ...claim, publicKey: createPhone().publicKey });
      if (again.status === 'issued') throw new Error('a second voucher for one person in one round');
      tally.count('second claims refused');
    }
    if (outcome.status === 'refused') {
      tally.count('claims too late');
      return 0;
    }
    tally.issued(kind.id);
    const dayStartMs = outcome.voucher.notAfterMs - 7 * DAY_MS;
    sales.plan({ kind, phone, voucher: outcome.voucher, dayStartMs, round });
    return 1;
  });
  const given = (await Promise.all(claims)).reduce((sum: number, one) => sum + one, 0);
  if (given !== quota) throw new Error(`${kind.id}, round ${round}: ${given} given out of ${quota}`);
  return given;
}
