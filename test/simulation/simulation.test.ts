import { beforeAll, describe, expect, test } from 'vitest';
import { ALL_REAL } from './parts.ts';
import { PLANTS } from './plants.ts';
import { makeTemplate, type Template } from './sim-clearing.ts';
import { runSeed } from './simulate.ts';

const STEPS = 200;
/** What a busy machine does in half a minute; `npm run simulate` takes as many as asked for. */
const SEEDS = 25;
const MOST_SEEDS_FOR_A_PLANT = 2000;

let template: Template;
beforeAll(async () => {
  template = await makeTemplate();
});

describe('the simulation', () => {
  test('finds no broken promise in the real parts', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { violations } = await runSeed(template, seed, STEPS, ALL_REAL);
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  });

  test('replays a seed exactly', async () => {
    const parts = PLANTS.get('restore-without-new-epoch') ?? ALL_REAL;
    const first = await runSeed(template, 2, STEPS, parts);
    const again = await runSeed(await makeTemplate(), 2, STEPS, parts);
    expect(first.violations).not.toEqual([]);
    expect(again).toEqual(first);
  });

  test('knows at least ten planted bugs', () => {
    expect(PLANTS.size).toBeGreaterThanOrEqual(10);
  });

  test.each([...PLANTS])('finds the planted bug %s', async (_name, parts) => {
    for (let seed = 1; seed <= MOST_SEEDS_FOR_A_PLANT; seed += 1) {
      const { violations } = await runSeed(template, seed, STEPS, parts);
      // A plant that makes the parts throw proves nothing of the oracle.
      if (violations.some(({ rule }) => rule !== 'threw')) return;
    }
    expect.unreachable('no seed shows it');
  });
});
