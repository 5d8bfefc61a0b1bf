import { expect, test } from 'vitest';
import { backoffMs } from '../../../src/domain/backoff.ts';

const BACKOFF = { firstMs: 500, longestMs: 3_000 };
const pauses = (random: number) =>
  [1, 2, 3, 4, 5_000].map((failures) => backoffMs(failures, BACKOFF, random));

test('each pause is twice the one before, up to the longest, however many failures there are', () => {
  expect(pauses(1)).toEqual([500, 1_000, 2_000, 3_000, 3_000]);
});

test('chance shortens a pause to no less than half', () => {
  expect(pauses(0)).toEqual([250, 500, 1_000, 1_500, 1_500]);
  expect(backoffMs(1, BACKOFF, 0.5)).toBe(375);
});
