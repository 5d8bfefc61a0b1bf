import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { PLANTS } from './plants.ts';
import { runSeeds } from './run-seeds.ts';
import type { SeedResult } from './simulate.ts';

const STEPS = 200;
const SEEDS = 2000;
/** Only a machine that hangs takes longer: timings decide nothing. */
const LONGEST_RUN_MS = 3_600_000;
const MOST_SEEDS_FOR_A_PLANT = 2000;

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

  test('knows at least ten planted bugs', () => {
    expect(PLANTS.size).toBeGreaterThanOrEqual(10);
  });

  test.each([...PLANTS.keys()])('finds the planted bug %s', async (plant) => {
    const found = { bySeed: null as number | null };
    await runSeeds({
      first: 1,
      seeds: MOST_SEEDS_FOR_A_PLANT,
      steps: STEPS,
      plant,
      signatures: 'stand-in',
      jobs: 1,
      enough: ({ seed, violations }) => {
        // A plant that makes the parts throw proves nothing of the oracle.
        if (!violations.some(({ rule }) => rule !== 'threw')) return false;
        found.bySeed = seed;
        return true;
      },
    });
    expect(found.bySeed).not.toBeNull();
  });
});
