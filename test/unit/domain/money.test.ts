import { describe, expect, test } from 'vitest';
import { fen, formatYuan, MAX_AMOUNT_FEN } from '../../../src/domain/money.ts';

describe('money is a whole number of fen', () => {
  test.each([0, 1, -1, MAX_AMOUNT_FEN, Number.MAX_SAFE_INTEGER])('%d is one', (value) => {
    expect(fen(value)).toBe(value);
  });
  test.each([0.5, Number.NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER + 1])('%d is none', (value) => {
    expect(() => fen(value)).toThrow(new RangeError(`not a whole number of fen: ${String(value)}`));
  });
  test.each([
    [0, '0.00'],
    [1, '0.01'],
    [99, '0.99'],
    [100, '1.00'],
    [12_850, '128.50'],
    [-1, '-0.01'],
    [-12_850, '-128.50'],
    [MAX_AMOUNT_FEN, '9999999.99'],
  ])('%d fen are written %s', (value, text) => {
    expect(formatYuan(fen(value))).toBe(text);
  });
});
