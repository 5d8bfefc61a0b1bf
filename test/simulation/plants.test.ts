import { expect, test } from 'vitest';
import { PLANTS } from './plants.ts';
import { runSeeds } from './run-seeds.ts';

const STEPS = 200;
const MOST_SEEDS_FOR_A_PLANT = 2000;

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
