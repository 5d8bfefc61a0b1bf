import type { Refuse } from '../domain/decision.ts';
import { refuse } from '../domain/refuse.ts';
import type { Scan } from './classify.ts';

/**
 * What to say to a scan that can't be decided on here; null where it can: a voucher, or, with clearing in
 * reach, a code of 云闪付.
 */
export function refuseScan(scan: Scan, online: boolean): Refuse | null {
  switch (scan.family) {
    case 'voucher':
      return null;
    case 'unionpay-c2b':
      return online ? null : refuse('online-required', { reason: 'payment-code' });
    case 'emv-cpm':
      if (scan.wallet === null) return refuse('not-a-voucher-code', { found: 'emv-cpm', aid: scan.aid });
      return online ? null : refuse('online-required', { reason: 'payment-code' });
    case 'alipay':
    case 'wechat':
      return refuse('wrong-wallet', { wallet: scan.wallet });
    case 'goods-barcode':
      return refuse('not-a-voucher-code', { found: 'goods-barcode', symbology: scan.symbology });
    case 'url':
      return refuse('not-a-voucher-code', { found: 'url' });
    case 'unknown':
      return refuse('not-a-voucher-code', { found: 'unknown', reason: scan.reason });
  }
}
