import { describe, expect, test } from 'vitest';
import { identityFault, plainNumber, vinFault } from '../../../src/domain/paper-numbers.ts';

describe('a VIN', () => {
  test.each(['LSVAA4182E2184847', '1M8GDM9AXKP042788', 'WVWZZZ1JZ3W386752'])('%s is good', (vin) => {
    expect(vinFault(vin)).toBeNull();
  });
  test('of a car made in China has a check digit in the ninth place, which notices each wrong character', () => {
    expect(vinFault('LSVAA4187E2184847')).toBe('check-digit');
    expect(vinFault('LSVAA4182E2184848')).toBe('check-digit');
    expect(vinFault('LSVBA4182E2184847')).toBe('check-digit');
  });
  test.each(['', 'LSVAA4182E218484', 'LSVAA4182E21848477', 'LSVAA4182E218484O', 'lsvaa4189e2184847'])(
    '“%s” is none',
    (vin) => {
      expect(vinFault(vin)).toBe('shape');
    },
  );
});

describe('the number of an identity card', () => {
  test.each(['11010519491231002X', '440524188001010014'])('%s is good', (number) => {
    expect(identityFault(number)).toBeNull();
  });
  test('is checked for its shape, its day of birth and its check digit', () => {
    expect(identityFault('11010519491231002')).toBe('shape');
    expect(identityFault('E12345678')).toBe('shape');
    expect(identityFault('E11010519491231002X')).toBe('shape');
    expect(identityFault('11010519491231002X1')).toBe('shape');
    expect(identityFault('110105194902310020')).toBe('birthday');
    expect(identityFault('110105194912310021')).toBe('check-digit');
    expect(identityFault('110105194912301022')).toBe('check-digit');
  });
});

test('blanks, hyphens, wide characters and lower case don’t matter', () => {
  expect(plainNumber(' lsv-Ａ１ 2x')).toBe('LSVA12X');
});
