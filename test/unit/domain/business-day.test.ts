import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  businessDay,
  DAY_MS,
  dayStartMs,
  parseDay,
  purchaseDays,
  shanghaiIso,
  shanghaiMinute,
} from '../../../src/domain/business-day.ts';

describe('the business day is the Shanghai calendar day', () => {
  test.each([
    ['2023-06-09T15:59:59.999Z', '2023-06-09'],
    ['2023-06-09T16:00:00.000Z', '2023-06-10'],
    ['2023-06-10T15:59:59.999Z', '2023-06-10'],
    ['2023-12-31T16:00:00.000Z', '2024-01-01'],
    ['2024-02-28T16:00:00.000Z', '2024-02-29'],
    ['1969-12-31T16:00:00.000Z', '1970-01-01'],
  ])('%s is on %s', (time, day) => {
    expect(businessDay(Date.parse(time))).toBe(day);
  });
  test('before a cut-over the night still belongs to the day before', () => {
    const sixMs = Date.parse('2023-06-10T06:00:00+08:00');
    expect(businessDay(sixMs - 1, 360)).toBe('2023-06-09');
    expect(businessDay(sixMs, 360)).toBe('2023-06-10');
    expect(businessDay(sixMs - 1, 359)).toBe('2023-06-10');
  });
  test('a time that no four-digit year has is refused', () => {
    expect(() => businessDay(Date.parse('+010000-01-01T00:00:00Z'))).toThrow(
      new RangeError('not a time of the years 0 to 9999: 253402300800000'),
    );
    expect(() => businessDay(Number.NaN)).toThrow(RangeError);
    expect(businessDay(Date.parse('9999-12-31T15:59:59Z'))).toBe('9999-12-31');
  });
  test('every moment of a day is on that day, whatever the day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 0, max: DAY_MS - 1 }),
        (days, ms) => {
          const startMs = dayStartMs('1970-01-01') + days * DAY_MS;
          expect(dayStartMs(businessDay(startMs + ms))).toBe(startMs);
        },
      ),
    );
  });
});

describe('a day as text', () => {
  test('is the first millisecond of it in Shanghai', () => {
    expect(dayStartMs('2023-06-10')).toBe(Date.parse('2023-06-10T00:00:00+08:00'));
    expect(parseDay('2023-06-10')).toBe(Date.parse('2023-06-10T00:00:00+08:00'));
    expect(parseDay('2024-02-29')).not.toBeNull();
    expect(parseDay('0000-01-01')).not.toBeNull();
  });
  test.each([
    '2023-02-29',
    '2023-02-30',
    '2023-04-31',
    '2023-13-01',
    '2023-00-10',
    '2023-01-00',
    '2023-01-32',
    '2023-1-1',
    ' 2023-01-01',
    '2023-01-01 ',
    '2023-01-01T00:00:00',
    '20230101',
    '02023-01-01',
    '2023/01/01',
    '',
    '２０２３-01-01',
  ])('%j is none', (text) => {
    expect(parseDay(text)).toBeNull();
    expect(() => dayStartMs(text)).toThrow(new RangeError(`not a day: ${text}`));
  });
});

describe('times as people read them', () => {
  test('in Shanghai, to the minute', () => {
    expect(shanghaiMinute(Date.parse('2023-06-10T06:02:59Z'))).toBe('2023-06-10 14:02');
  });
  test('in ISO 8601 with the offset of Shanghai, milliseconds only where there are some', () => {
    expect(shanghaiIso(Date.parse('2023-06-14T16:00:00Z'))).toBe('2023-06-15T00:00:00+08:00');
    expect(shanghaiIso(Date.parse('2023-06-14T16:00:00.120Z'))).toBe('2023-06-15T00:00:00.120+08:00');
  });
});

test.each([
  { confirmed: '2023-06-10T23:59:59', cutOver: 0, days: ['2023-06-10'] },
  { confirmed: '2023-06-11T00:00:03', cutOver: 0, days: ['2023-06-10', '2023-06-11'] },
  { confirmed: '2023-06-11T05:59:59', cutOver: 0, days: ['2023-06-10', '2023-06-11'] },
  { confirmed: '2023-06-11T06:00:00', cutOver: 0, days: ['2023-06-11'] },
  { confirmed: '2023-06-11T08:03:00', cutOver: 480, days: ['2023-06-10', '2023-06-11'] },
  { confirmed: '2023-06-11T12:00:00', cutOver: 480, days: ['2023-06-11'] },
])(
  'a purchase confirmed at $confirmed, cut-over $cutOver min, may be of $days',
  ({ confirmed, cutOver, days }) => {
    expect([...purchaseDays(Date.parse(`${confirmed}+08:00`), cutOver)].toSorted()).toEqual(days);
  },
);
