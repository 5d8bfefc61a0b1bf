import { expect, test } from 'vitest';
import { ENTRY_KINDS, isProjectedKind, MONEY_KINDS } from '../../../src/domain/entry-kinds.ts';

test('redemptions and their corrections move money, and nothing else does', () => {
  expect(MONEY_KINDS).toEqual(['redemption', 'reversal', 'refund']);
});

test('the terminal keeps projections of money and of shifts; everything else is read in the chain', () => {
  expect(ENTRY_KINDS.filter(isProjectedKind)).toEqual([
    'redemption',
    'reversal',
    'refund',
    'shift-opened',
    'shift-closed',
  ]);
});
