import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eraseDigit, typeDigits } from '../../../renderer/shared/amount-entry.ts';
import { MAX_AMOUNT_FEN } from '../../../src/domain/money.ts';

test('digits are fen: 1 2 8 5 0 is 128.50 yuan', () => {
  expect(typeDigits(0, '12850')).toEqual({ amountFen: 12_850, tooMuch: false });
  expect(typeDigits(128, '50').amountFen).toBe(12_850);
  expect(typeDigits(12, '00').amountFen).toBe(1200);
});

test('9,999,999.99 can be typed, and no digit more is taken', () => {
  expect(typeDigits(0, '999999999').amountFen).toBe(MAX_AMOUNT_FEN);
  expect(typeDigits(MAX_AMOUNT_FEN, '0')).toEqual({ amountFen: MAX_AMOUNT_FEN, tooMuch: true });
  expect(typeDigits(99_999_999, '00')).toEqual({ amountFen: 99_999_999, tooMuch: true });
});

test('whatever is typed, the amount is one that the core takes, or none', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^\d{1,4}$/), { maxLength: 12 }), (keys) => {
      const amount = keys.reduce((sum, key) => typeDigits(sum, key).amountFen, 0);
      expect(amount).toBeGreaterThanOrEqual(0);
      expect(amount).toBeLessThanOrEqual(MAX_AMOUNT_FEN);
    }),
  );
});

test('erasing takes back exactly the last digit', () => {
  expect(eraseDigit(12_850)).toBe(1285);
  expect(eraseDigit(7)).toBe(0);
  expect(eraseDigit(0)).toBe(0);
});
