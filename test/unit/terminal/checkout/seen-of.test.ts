import { expect, test } from 'vitest';
import type { CheckoutState } from '../../../../src/contract/terminal/state.ts';
import { seenOf } from '../../../../src/terminal/checkout/views.ts';
import { REDEMPTION } from '../../../support/scenes.ts';

const READY: CheckoutState = { step: 'ready', amountFen: null, receiptNumber: 'R1' };
const names = (...seqs: readonly number[]) => seqs.map((seq) => ({ epoch: 1, seq }));

test('of a queue that was settled the screens hear the newest, and the one that the cashier looks at', () => {
  const looked: CheckoutState = { step: 'accepted', redemption: { ...REDEMPTION, epoch: 1, seq: 4 } };
  expect(seenOf(names(2, 4, 7), READY)).toEqual(names(7));
  expect(seenOf(names(2, 4, 7), looked)).toEqual(names(4, 7));
  expect(seenOf(names(2, 4), looked)).toEqual(names(4));
  // Operators decide in any order.
  expect(seenOf(names(7, 2), READY)).toEqual(names(7));
  expect(seenOf(names(2, 7), { ...looked, redemption: { ...looked.redemption, epoch: 2 } })).toEqual(
    names(7),
  );
});
