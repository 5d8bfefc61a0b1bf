import { describe, expect, test } from 'vitest';
import { goodsBarcode } from '../../../src/codes/goods-barcode.ts';

describe('the check digit of goods barcodes', () => {
  test('every single wrong digit of an EAN-13 is found', () => {
    const valid = '6901234567892';
    expect(goodsBarcode(valid)).toBe('EAN-13');
    for (let index = 0; index < valid.length; index += 1)
      for (let digit = 0; digit <= 9; digit += 1) {
        if (valid[index] === String(digit)) continue;
        expect(goodsBarcode(`${valid.slice(0, index)}${String(digit)}${valid.slice(index + 1)}`)).toBeNull();
      }
  });
  test.each([
    ['012345678905', 'UPC-A'],
    ['73513537', 'EAN-8'],
  ])('%s is %s', (digits, symbology) => {
    expect(goodsBarcode(digits)).toBe(symbology);
  });
  // The expansion for each last digit (GS1 General Specifications, zero suppression), checked by hand.
  test.each([
    ['01234505', '012000003455'],
    ['01234514', '012100003454'],
    ['01234523', '012200003453'],
    ['01234531', '012300000451'],
    ['10000231', '100000000021'],
    ['01234543', '012340000053'],
    ['11234502', '112000003452'],
  ])('%s stands for %s', (short, long) => {
    expect(goodsBarcode(long)).toBe('UPC-A');
    expect(goodsBarcode(short)).toBe('UPC-E');
    const wrong = `${short.slice(0, 7)}${String((Number(short.slice(7)) + 1) % 10)}`;
    expect(goodsBarcode(wrong)).not.toBe('UPC-E');
  });
  test('of 5 to 9 the check digit is that of an EAN-8 too', () => {
    expect(goodsBarcode('012345000058')).toBe('UPC-A');
    expect(goodsBarcode('01234558')).toBe('EAN-8');
  });
  test('only number systems 0 and 1 have a short form', () => {
    // 212000003459 is a valid UPC-A, but has no UPC-E.
    expect(goodsBarcode('212000003459')).toBe('UPC-A');
    expect(goodsBarcode('21234509')).toBeNull();
    // Their zeros put back, these two would have a right check digit.
    expect(goodsBarcode('20000830')).toBeNull();
    expect(goodsBarcode('10000070')).toBeNull();
  });
  test.each(['', 'abcdefgh', '9638507a', '９６３８５０７４', '0', '00000000000000', '123456789012345678'])(
    '%j is none',
    (text) => {
      expect(goodsBarcode(text)).toBeNull();
    },
  );
});
