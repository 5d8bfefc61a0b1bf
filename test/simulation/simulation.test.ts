import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { runSeeds } from './run-seeds.ts';
import type { SeedResult } from './simulate.ts';

const STEPS = 200;
/** A taste in `npm test`; the rest in `npm run test:all`. */
const SEEDS = process.env['VOUCHER_TESTS'] === 'short' ? 100 : 2000;
/** Only a machine that hangs takes longer: timings decide nothing. */
const LONGEST_RUN_MS = 3_600_000;

async function results(
  first: number,
  seeds: number,
  plant: string | null,
  jobs: number,
): Promise<SeedResult[]> {
  const all: SeedResult[] = [];
  await runSeeds({
    first,
    seeds,
    steps: STEPS,
    plant,
    signatures: 'stand-in',
    jobs,
    enough: (result) => {
      all.push(result);
      return false;
    },
  });
  return all;
}

describe('the simulation', () => {
  test(
    `finds no broken promise of the real parts in ${SEEDS} seeds`,
    async () => {
      const all = await results(1, SEEDS, null, availableParallelism());
      expect(all).toHaveLength(SEEDS);
      expect(all.filter(({ violations }) => violations.length > 0)).toEqual([]);
      expect(all.reduce((sum, { steps }) => sum + steps, 0)).toBe(SEEDS * STEPS);
    },
    LONGEST_RUN_MS,
  );

  test('replays a seed exactly, however many threads share the work', async () => {
    const alone = await results(2, 1, 'restore-without-new-epoch', 1);
    const among = await results(1, 4, 'restore-without-new-epoch', 3);
    expect(alone[0]?.violations).not.toEqual([]);
    expect(among[1]).toEqual(alone[0]);
  });
});
