import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/codes/classify.ts';
import { writeCpm } from '../../../src/codes/cpm.ts';
import { refuseScan } from '../../../src/codes/refuse-scan.ts';
import { someText } from '../../support/codes.ts';

const refused = (text: string, online: boolean) => {
  const refusal = refuseScan(classify(text), online);
  return refusal === null ? null : [refusal.code, refusal.params];
};
const NOTHING = new Uint8Array();

describe('what is said to a scan', () => {
  test('a voucher goes on, with or without a network', () => {
    expect(refused(someText('sm2', 'sm2'), true)).toBeNull();
    expect(refused(someText('sm2', 'sm2'), false)).toBeNull();
  });
  test.each(['6212345678901234567', writeCpm('A000000333010101', NOTHING)])(
    'a payment code of UnionPay needs the network: %s',
    (text) => {
      expect(refused(text, true)).toBeNull();
      expect(refused(text, false)).toEqual(['online-required', { reason: 'payment-code' }]);
    },
  );
  test.each([true, false])('everything else is refused, naming what it is (online: %s)', (online) => {
    expect(refused('281234567890123456', online)).toEqual(['wrong-wallet', { wallet: 'alipay' }]);
    expect(refused('131234567890123456', online)).toEqual(['wrong-wallet', { wallet: 'wechat' }]);
    expect(refused('6901234567892', online)).toEqual([
      'not-a-voucher-code',
      { found: 'goods-barcode', symbology: 'EAN-13' },
    ]);
    expect(refused('https://example.com', online)).toEqual(['not-a-voucher-code', { found: 'url' }]);
    expect(refused(writeCpm('A0000000031010', NOTHING), online)).toEqual([
      'not-a-voucher-code',
      { found: 'emv-cpm', aid: 'A0000000031010' },
    ]);
    expect(refused('hello', online)).toEqual([
      'not-a-voucher-code',
      { found: 'unknown', reason: 'not-recognised' },
    ]);
  });
});
