import { expect, test } from 'vitest';
import {
  checkRow,
  CAR_ROWS,
  NO_PAPERS,
  scanInto,
  typeInto,
  vehicleForm,
} from '../../../renderer/cashier/car-papers.ts';
import { textOf } from '../../../renderer/shared/i18n/text.ts';
import { settlementReason } from '../../../renderer/shared/settlement-reason.ts';
import { counterName } from '../../../renderer/shared/top-bar.tsx';
import { vehicleFormSchema } from '../../../src/contract/terminal/calls-counter.ts';
import { NOON_MS } from '../../support/scenes.ts';

const RULES = {
  earliestDay: '2023-05-01',
  bands: [
    { faceValueFen: 50_000, fromFen: 1_000_000, belowFen: 5_000_000 },
    { faceValueFen: 100_000, fromFen: 5_000_000, belowFen: null },
  ],
};
const GOOD = {
  priceFen: 5_000_000,
  seats: 7,
  invoiceNumber: '12345678',
  vin: 'LSVAA4182E2184847',
  buyerNumber: '11010519491231002X',
  day: '20230501',
  buyer: 'person',
  passengerCar: true,
  invoiceReissued: false,
  papersAgree: true,
} as const;
const codeOf = (papers: typeof NO_PAPERS, row: (typeof CAR_ROWS)[number]): string => {
  const check = checkRow(papers, row, RULES, NOON_MS);
  return check.type === 'refused' ? check.refusal.code : check.type;
};

test('good papers are good in every row, and the price names the voucher that fits from its lower bound on', () => {
  expect(CAR_ROWS.map((row) => codeOf(GOOD, row))).toEqual(CAR_ROWS.map(() => 'good'));
  const fit = (priceFen: number) => checkRow({ ...GOOD, priceFen }, 'priceFen', RULES, NOON_MS);
  expect(fit(4_999_999)).toEqual({ type: 'good', fittingFaceValueFen: 50_000 });
  expect(fit(5_000_000)).toEqual({ type: 'good', fittingFaceValueFen: 100_000 });
});

test('each row says what the campaign will refuse', () => {
  expect(codeOf({ ...GOOD, priceFen: 999_999 }, 'priceFen')).toBe('car-price-below-minimum');
  expect(codeOf({ ...GOOD, seats: 8 }, 'seats')).toBe('car-too-many-seats');
  expect(codeOf({ ...GOOD, day: '20230430' }, 'day')).toBe('car-invoice-too-early');
  expect(codeOf({ ...GOOD, day: '20230610' }, 'day')).toBe('good');
  expect(codeOf({ ...GOOD, day: '20230611' }, 'day')).toBe('car-papers-contradict');
  expect(codeOf({ ...GOOD, buyer: 'organisation' }, 'buyer')).toBe('car-buyer-not-a-person');
  expect(codeOf({ ...GOOD, passengerCar: false }, 'passengerCar')).toBe('car-not-passenger');
  expect(codeOf({ ...GOOD, invoiceReissued: true }, 'invoiceReissued')).toBe('car-invoice-reissued');
  expect(codeOf({ ...GOOD, papersAgree: false }, 'papersAgree')).toBe('car-papers-contradict');
});

test('nothing is sent until every row is answered with a day that exists', () => {
  expect(vehicleForm(NO_PAPERS)).toBeNull();
  expect(vehicleForm({ ...GOOD, day: '20230230' })).toBeNull();
  expect(vehicleForm({ ...GOOD, papersAgree: null })).toBeNull();
  expect(vehicleForm({ ...GOOD, vin: 'LSVAA4187O2184847' })).toBeNull();
  expect(vehicleForm({ ...GOOD, buyerNumber: '4117021990010112' })).toBeNull();
  expect(vehicleFormSchema.safeParse(vehicleForm(GOOD)).success).toBe(true);
  const typed = ['1', '2'].map((digit) => typeInto(NO_PAPERS, 'invoiceReissued', digit).invoiceReissued);
  expect(typed).toEqual([false, true]);
});

test('numbers that look wrong are doubted and may still be sent: only clearing knows the papers', () => {
  const doubts = { invoiceNumber: '123456789', vin: 'LSVAA4187E2184847', buyerNumber: '110105194912310021' };
  const papers = { ...GOOD, ...doubts };
  const told = (['invoiceNumber', 'vin', 'buyerNumber'] as const).map((row) =>
    checkRow(papers, row, RULES, NOON_MS),
  );
  expect(told).toEqual([
    { type: 'doubt', doubt: 'invoiceLength' },
    { type: 'doubt', doubt: 'vinCheckDigit' },
    { type: 'doubt', doubt: 'identityCheckDigit' },
  ]);
  expect(vehicleForm(papers)).toMatchObject({ numbers: doubts });
});

test('a voucher without a review needs none of the three numbers; some of them without the others are not sent', () => {
  const none = { ...GOOD, invoiceNumber: '', vin: '', buyerNumber: '' };
  expect(vehicleForm(none)).toMatchObject({ numbers: null });
  expect(vehicleForm({ ...GOOD, vin: '' })).toBeNull();
  expect(vehicleForm({ ...GOOD, vin: 'LSVAA4182E218484' })).toBeNull();
  expect(checkRow({ ...GOOD, vin: 'LSVAA4182E2184' }, 'vin', RULES, NOON_MS)).toEqual({
    type: 'begun',
    missing: 3,
  });
});

test('letters go into a VIN, but for I, O and Q; elsewhere only digits count', () => {
  expect(typeInto(NO_PAPERS, 'vin', 'lsv-IOQ9').vin).toBe('LSV9');
  expect(typeInto({ ...NO_PAPERS, vin: GOOD.vin }, 'vin', '1').vin).toBe(GOOD.vin);
  expect(typeInto(NO_PAPERS, 'priceFen', 'a12').priceFen).toBe(12);
  expect(typeInto(NO_PAPERS, 'buyer', 'x').buyer).toBeNull();
  expect(typeInto(NO_PAPERS, 'buyerNumber', '002x').buyerNumber).toBe('002X');
});

test('a scan fills its row anew, takes the number out of an invoice’s QR code, and leaves what is none of it alone', () => {
  expect(scanInto(GOOD, 'vin', 'lsvaa4182e2184847\r')?.vin).toBe('LSVAA4182E2184847');
  expect(scanInto(GOOD, 'vin', 'ILSVAA4182E2184847')?.vin).toBe('LSVAA4182E2184847');
  expect(
    scanInto(GOOD, 'invoiceNumber', '01,04,3400184320,04356211,120.00,20230601,,A1B2,')?.invoiceNumber,
  ).toBe('04356211');
  expect(scanInto(GOOD, 'buyerNumber', '440524188001010014')?.buyerNumber).toBe('440524188001010014');
  expect(scanInto(GOOD, 'vin', '6901234567892')).toBeNull();
  expect(scanInto(GOOD, 'vin', 'LSVAA4182E218484O')).toBeNull();
  expect(scanInto(GOOD, 'buyerNumber', 'https://example.com')).toBeNull();
});

test('a reason of clearing is told in words, an unknown one with its code', () => {
  const zh = textOf('zh');
  expect(settlementReason(zh, 'zh', { state: 'held', reason: 'gap' })).toBe('前面缺了记录');
  expect(settlementReason(zh, 'zh', { state: 'refused', reason: 'already-redeemed' })).toBe('这张券已使用');
  expect(settlementReason(zh, 'zh', { state: 'held', reason: 'new-thing' })).toContain('new-thing');
  expect(settlementReason(zh, 'zh', { state: 'settled', reason: null })).toBeNull();
});

test('a counter that is only a number says that it is a counter', () => {
  expect(counterName(textOf('zh'), '1')).toBe('1 号台');
  expect(counterName(textOf('en'), '1')).toBe('Counter 1');
  expect(counterName(textOf('zh'), '3 号收银台')).toBe('3 号收银台');
});
