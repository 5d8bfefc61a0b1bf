import { expect, test } from 'vitest';
import { seenOf } from '../../../../src/terminal/checkout/views.ts';
import { REDEMPTION, shown } from '../../../support/scenes.ts';

const READY = shown({ step: 'ready', amountFen: null, receiptNumber: 'R1' });
const looking = (epoch: number, seq: number) =>
  shown({ step: 'accepted', redemption: { ...REDEMPTION, epoch, seq } });
const names = (...seqs: readonly number[]) => seqs.map((seq) => ({ epoch: 1, seq }));

test('of a queue that was settled the screens hear the newest, and the one that the cashier looks at', () => {
  const looked = looking(1, 4);
  expect(seenOf(names(2, 4, 7), READY)).toEqual(names(7));
  expect(seenOf(names(2, 4, 7), looked)).toEqual(names(4, 7));
  expect(seenOf(names(2, 4), looked)).toEqual(names(4));
  // Operators decide in any order.
  expect(seenOf(names(7, 2), READY)).toEqual(names(7));
  expect(seenOf(names(2, 7), looking(2, 4))).toEqual(names(7));
});
