import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../../../src/contract/campaign/instant.ts';

const NOON = Date.parse('2023-06-10T12:00:00+08:00');

describe('a time with its offset', () => {
  test.each([
    '2023-06-10T12:00:00+08:00',
    '2023-06-10T04:00:00Z',
    '2023-06-10t04:00:00z',
    '2023-06-10T04:00:00.000Z',
    '2023-06-10T04:00Z',
    '2023-06-10T12:00+08:00',
    '2023-06-10T12:00:00+0800',
    '2023-06-10T12:00:00+08',
    '2023-06-09T23:30:00-04:30',
    '2023-06-10T04:00:00-00:00',
    '2023-06-10T04:00:00,0Z',
    '2023-06-11T03:59:00+23:59',
  ])('%s is noon in Shanghai', (text) => {
    expect(parseInstant(text)).toBe(NOON);
  });
  test('fractions count to the millisecond, rounded down', () => {
    expect(parseInstant('2023-06-10T12:00:00.1+08:00')).toBe(NOON + 100);
    expect(parseInstant('2023-06-10T12:00:00.12+08:00')).toBe(NOON + 120);
    expect(parseInstant('2023-06-10T12:00:00.9999999+08:00')).toBe(NOON + 999);
  });
  test('24:00:00 is the end of its day, and nothing later is', () => {
    const midnight = Date.parse('2023-06-11T00:00:00+08:00');
    expect(parseInstant('2023-06-10T24:00:00+08:00')).toBe(midnight);
    expect(parseInstant('2023-06-10T24:00+08:00')).toBe(midnight);
    expect(parseInstant('2023-06-10T24:00:00.000+08:00')).toBe(midnight);
    expect(parseInstant('2023-06-10T24:00:00.0001+08:00')).toBeNull();
    expect(parseInstant('2023-06-10T24:00:01+08:00')).toBeNull();
    expect(parseInstant('2023-06-10T24:01:00+08:00')).toBeNull();
    expect(parseInstant('2023-06-10T23:60:00+08:00')).toBeNull();
  });
  test.each([
    '2023-06-10T12:00:00',
    '2023-06-10',
    '2023-06-10 12:00:00+08:00',
    '2023-02-30T12:00:00+08:00',
    '2023-06-10T25:00:00+08:00',
    '2023-06-10T12:60:00+08:00',
    '2023-06-10T12:00:60+08:00',
    '2023-06-10T12:00:00+24:00',
    '2023-06-10T12:00:00+08:60',
    '2023-06-10T12:00:00+8:00',
    '2023-06-10T12:00:00 +08:00',
    '2023-06-10T12:00:00+08:00 ',
    '2023-06-10T12:00:00.+08:00',
    '2023-06-10T12+08:00',
    '1686369600000',
    'noon',
    '',
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
  test('every moment is read the same in whatever zone it is written', () => {
    const offset = fc.tuple(fc.constantFrom('+', '-'), fc.nat(23), fc.nat(59));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), offset, (atMs, [sign, hours, minutes]) => {
        const shiftMs = (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
        const two = (value: number) => String(value).padStart(2, '0');
        const text = new Date(atMs + shiftMs)
          .toISOString()
          .replace('Z', `${sign}${two(hours)}:${two(minutes)}`);
        expect(parseInstant(text)).toBe(atMs);
      }),
    );
  });
});
