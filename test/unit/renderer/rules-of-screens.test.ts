import { expect, test } from 'vitest';
import { mistakes } from '../../../renderer/access/activation-screen.tsx';
import { leaveFor } from '../../../renderer/cashier/reversal-dialog.tsx';
import { verdictKey } from '../../../renderer/cashier/use-checkout.ts';
import { isRange, namedRange } from '../../../renderer/manager/days.ts';
import { countdown, dayAndTime, grouped, span, yuan, yuanShort } from '../../../renderer/shared/format.ts';
import { isPin, typePin } from '../../../renderer/shared/pin.ts';
import { DECIDED, NOON_MS, REDEMPTION, shown } from '../../support/scenes.ts';

test('amounts are grouped and exact, also the largest and a negative one', () => {
  expect(yuan(999_999_999)).toBe('9,999,999.99');
  expect(yuan(1)).toBe('0.01');
  expect(yuan(-123_456)).toBe('-1,234.56');
  expect(yuanShort(10_000)).toBe('100');
  expect(yuanShort(10_050)).toBe('100.50');
  expect([0, 999, 1000, 20_000, 1_234_567].map(grouped)).toEqual([
    '0',
    '999',
    '1,000',
    '20,000',
    '1,234,567',
  ]);
});

test('times are Beijing times whatever the machine is set to', () => {
  expect(dayAndTime(NOON_MS, 'zh')).toBe('6月10日 14:02');
  expect(dayAndTime(Date.UTC(2023, 5, 10, 16, 0), 'zh')).toBe('6月11日 00:00');
});

test('a countdown never shows more than is left and ends at zero', () => {
  expect(countdown(299_001)).toBe('5:00');
  expect(countdown(1)).toBe('0:01');
  expect(countdown(-5)).toBe('0:00');
  expect(span(59_999)).toEqual({ unit: 'seconds', count: 59 });
  expect(span(3_600_000)).toEqual({ unit: 'hours', count: 1 });
});

test('the same cashier reverses alone until the last millisecond of the five minutes, then the manager', () => {
  const until = NOON_MS + 300_000;
  expect(leaveFor(REDEMPTION, '李小红', until - 1)).toBe('alone');
  expect(leaveFor(REDEMPTION, '李小红', until)).toBe('manager');
  expect(leaveFor(REDEMPTION, '王强', NOON_MS)).toBe('manager');
  expect(leaveFor({ ...REDEMPTION, reversibleUntilMs: null }, '李小红', NOON_MS)).toBe('never');
});

test('a settlement repaints an acceptance without making it a new one; another decision is new', () => {
  const pending = verdictKey(shown({ step: 'accepted', redemption: REDEMPTION }));
  const settled = shown({ step: 'accepted', redemption: { ...REDEMPTION, state: 'settled' } });
  expect(verdictKey(settled)).toBe(pending);
  if (DECIDED.step !== 'decided') throw new Error('not decided');
  expect(verdictKey({ ...DECIDED, decisionId: 'another' })).not.toBe(verdictKey(DECIDED));
});

test('a PIN has four to twelve digits', () => {
  expect(typePin('12345678901', '234')).toBe('123456789012');
  expect(['123', '1234', '123456789012', '12a4'].map(isPin)).toEqual([false, true, true, false]);
});

test('activation names each mistake beside its field and takes a good form', () => {
  const good = {
    clearingUrl: 'https://clearing.example.cn',
    code: 'ABCD-1234',
    managerName: '陈店长',
    managerPin: '2468',
    pinAgain: '2468',
  };
  expect(mistakes(good)).toEqual({});
  expect(Object.keys(mistakes({ ...good, clearingUrl: 'ftp://x', code: ' ', pinAgain: '1' }))).toEqual([
    'clearingUrl',
    'code',
    'pinAgain',
  ]);
});

test('named ranges are Shanghai days', () => {
  const lateEvening = Date.UTC(2023, 5, 10, 17, 0);
  expect(namedRange('today', lateEvening)).toEqual({ fromDay: '2023-06-11', toDay: '2023-06-11' });
  expect(namedRange('week', NOON_MS)).toEqual({ fromDay: '2023-06-04', toDay: '2023-06-10' });
  expect(namedRange('month', NOON_MS).fromDay).toBe('2023-06-01');
  expect(namedRange('year', NOON_MS)).toEqual({ fromDay: '2022-06-11', toDay: '2023-06-10' });
  expect(isRange({ fromDay: '2023-06-11', toDay: '2023-06-10' })).toBe(false);
  expect(isRange({ fromDay: '2023-02-30', toDay: '2023-06-10' })).toBe(false);
});
