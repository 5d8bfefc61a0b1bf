import { zhumadian2023Pack } from '../../src/contract/campaign/zhumadian-2023.ts';
import { dayStartMs } from '../../src/domain/business-day.ts';
import type { Category } from '../../src/domain/campaign.ts';

/** What is played: the plan of 2023, whole or a tenth of it. */
export interface Plan {
  readonly pack: unknown;
  /** 1 for the whole plan, 10 for a tenth of vouchers and money; every sum of the plan stays whole up to 50. */
  readonly divisor: number;
}

export const FIRST_DAY = '2023-05-01';
export const FIRST_DAY_MS = dayStartMs(FIRST_DAY);
/** The wallet's people, of whom each may claim one of each kind in a round: more than the largest round has. */
const PEOPLE = 5600;
/** Rounds that give out a fifth of a kind each; those after them give out what has come back. */
export const EVEN_ROUNDS = 5;
/** A voucher's 7 days, and the day of offline age after which its value is free again. */
export const DAYS_OF_ROUND = 8;
/** From this round on everybody uses the voucher, so that the plan comes to its end. */
export const LAST_ROUNDS_FROM = 7;

export function planOf(divisor: 1 | 10 | 50): Plan {
  const plan = zhumadian2023Pack();
  const pack = {
    ...plan,
    ...(plan.statedFundsFen === undefined ? {} : { statedFundsFen: plan.statedFundsFen / divisor }),
    funds: plan.funds.map((fund) => ({ ...fund, amountFen: fund.amountFen / divisor })),
    categories: plan.categories.map(({ category, statedFen, statedCount }) => ({
      category,
      ...(statedFen === undefined ? {} : { statedFen: statedFen / divisor }),
      ...(statedCount === undefined ? {} : { statedCount: statedCount / divisor }),
    })),
    kinds: plan.kinds.map((kind) => ({ ...kind, quota: kind.quota / divisor })),
  };
  return { pack, divisor };
}

export const peopleOf = ({ divisor }: Plan): number => PEOPLE / divisor;

/** The shops of the city; the first restaurant sells beyond midnight. */
export const STORES: readonly {
  readonly id: string;
  readonly category: Category;
  readonly counters: number;
  readonly cutOverMinutes: number;
}[] = [
  { id: 'supermarket-1', category: 'supermarket', counters: 2, cutOverMinutes: 0 },
  { id: 'supermarket-2', category: 'supermarket', counters: 2, cutOverMinutes: 0 },
  { id: 'supermarket-3', category: 'supermarket', counters: 1, cutOverMinutes: 0 },
  { id: 'restaurant-1', category: 'catering', counters: 1, cutOverMinutes: 120 },
  { id: 'restaurant-2', category: 'catering', counters: 1, cutOverMinutes: 0 },
  { id: 'hotel-1', category: 'catering', counters: 1, cutOverMinutes: 0 },
  { id: 'petrol-1', category: 'petrol', counters: 1, cutOverMinutes: 0 },
  { id: 'petrol-2', category: 'petrol', counters: 1, cutOverMinutes: 0 },
  { id: 'appliance-1', category: 'appliance', counters: 1, cutOverMinutes: 0 },
  { id: 'dealer-1', category: 'car', counters: 1, cutOverMinutes: 0 },
  { id: 'dealer-2', category: 'car', counters: 1, cutOverMinutes: 0 },
];
