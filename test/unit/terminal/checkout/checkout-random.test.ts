import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHECKOUT_PLANTS } from '../../../simulation/checkout-plants.ts';
import {
  ALL_PROMISES,
  BY_THE_PAGE,
  runSequence,
  tell,
  type Found,
} from '../../../simulation/checkout-run.ts';
import { playSequences, tooRare } from '../../../simulation/checkout-sequences.ts';

/** `npm run simulate -- --checkout N` plays more of them. */
const SEQUENCES = 3_000;
const MOST_SEQUENCES_FOR_A_PLANT = 2_000;
/** Only a machine that hangs takes longer: timings decide nothing. */
const LONGEST_MS = 120_000;

/** The first sequence in which a promise finds the planted fault, with no other promise to help. */
function foundBy(plant: string, promise: string): Found | null {
  const planted = CHECKOUT_PLANTS.get(plant);
  if (planted === undefined) throw new Error(`no such plant: ${plant}`);
  const { parts } = planted;
  const heeded = (name: string): boolean => name === promise;
  for (let seed = 1; seed <= MOST_SEQUENCES_FOR_A_PLANT; seed += 1) {
    const found = runSequence({ parts, seed, heeded }, new Map());
    if (found !== null) return found;
  }
  return null;
}

test(
  `${SEQUENCES} random sequences break no promise, and bring about every line of the page`,
  () => {
    const { found, tally } = playSequences(1, SEQUENCES);
    expect(found === null ? null : tell(found)).toBeNull();
    expect(tooRare(tally, SEQUENCES)).toEqual([]);
  },
  LONGEST_MS,
);

test.each([...CHECKOUT_PLANTS])(
  '%s: found by the page alone, and by the promise that it breaks',
  (name, { promise }) => {
    expect(foundBy(name, promise)).not.toBeNull();
    expect(foundBy(name, BY_THE_PAGE)).not.toBeNull();
  },
  LONGEST_MS,
);

test('each promise is broken by a plant', () => {
  const bitten = [...CHECKOUT_PLANTS.values()].map(({ promise }) => promise);
  expect(new Set([...bitten, BY_THE_PAGE])).toEqual(new Set(ALL_PROMISES));
});

test('a seed gives the same sequence again', () => {
  const [plant = ''] = CHECKOUT_PLANTS.keys();
  expect(foundBy(plant, BY_THE_PAGE)).toEqual(foundBy(plant, BY_THE_PAGE));
});

test('the model knows nothing of the program', () => {
  const source = readFileSync(new URL('../../../simulation/checkout-model.ts', import.meta.url), 'utf8');
  expect(source).not.toMatch(/^\s*import\b|\bfrom '|\bimport\(/m);
});
