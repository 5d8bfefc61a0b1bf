import { describe, expect, test } from 'vitest';
import { isOnBusinessDay } from '../../../src/domain/business-day.ts';
import { isScanOld, refuseAge, refuseOldScan } from '../../../src/domain/code-age.ts';
import { DECISION_LIFE_MS, MAX_SCAN_TO_ENTRY_MS } from '../../../src/domain/durations.ts';
import { refusePlace } from '../../../src/domain/place.ts';
import { NOON_MS, PLAN } from '../../support/rules.ts';

const OPEN = { terminal: 'active', online: true, clock: 'trusted' } as const;
const ADMITTED = { status: 'admitted' } as const;

describe('a place', () => {
  test('is refused for the terminal, then the store, then the clock', () => {
    const all = { terminal: 'suspended', online: false, clock: 'untrusted' } as const;
    expect(refusePlace({ status: 'suspended' }, all)?.code).toBe('terminal-suspended');
    expect(refusePlace({ status: 'suspended' }, { ...all, terminal: 'active' })?.code).toBe(
      'store-suspended',
    );
    expect(refusePlace({ status: 'not-admitted' }, { ...all, terminal: 'active' })?.code).toBe(
      'store-not-admitted',
    );
    expect(refusePlace(ADMITTED, { ...all, terminal: 'active' })).toMatchObject({
      code: 'clock-untrusted',
      params: { reason: 'terminal' },
    });
    expect(refusePlace(ADMITTED, OPEN)).toBeNull();
  });

  test('its clock matters only while clearing is not there to tell the time', () => {
    expect(refusePlace(ADMITTED, { ...OPEN, clock: 'untrusted' })).toBeNull();
    expect(refusePlace(ADMITTED, { ...OPEN, online: false })).toBeNull();
  });
});

describe('the age of a code', () => {
  test.each([
    [-30_001, 'clock-untrusted'],
    [-30_000, undefined],
    [89_999, undefined],
    [90_000, 'code-stale'],
    [null, undefined],
  ])('of %s ms gives %s', (ageMs, code) => {
    expect(refuseAge(PLAN, ageMs)?.code).toBe(code);
  });

  test('a scan is good for ten minutes in either direction, twice as long as a decision', () => {
    expect(MAX_SCAN_TO_ENTRY_MS).toBe(600_000);
    expect(DECISION_LIFE_MS).toBe(300_000);
    expect(isScanOld(NOON_MS, NOON_MS + 600_000)).toBe(false);
    expect(isScanOld(NOON_MS, NOON_MS + 600_001)).toBe(true);
    expect(isScanOld(NOON_MS, NOON_MS - 600_000)).toBe(false);
    expect(isScanOld(NOON_MS, NOON_MS - 600_001)).toBe(true);
    expect(refuseOldScan(NOON_MS, NOON_MS + 600_000)).toBeNull();
    expect(refuseOldScan(NOON_MS, NOON_MS + 600_001)).toMatchObject({
      code: 'code-stale',
      params: { ageMs: null, maxAgeMs: null },
    });
  });
});

test('a time may belong to the business day by the cut-over, or to the day of the calendar', () => {
  const night = Date.parse('2023-06-11T02:00:00+08:00');
  expect(isOnBusinessDay('2023-06-10', night, 180)).toBe(true);
  expect(isOnBusinessDay('2023-06-11', night, 180)).toBe(true);
  expect(isOnBusinessDay('2023-06-10', night, 0)).toBe(false);
  expect(isOnBusinessDay('2023-06-09', night, 180)).toBe(false);
});
