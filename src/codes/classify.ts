import { CPM_TEXT_HEAD, decodeBase64, readCpm, type CpmFault } from './cpm.ts';
import { goodsBarcode, type GoodsBarcode } from './goods-barcode.ts';
import { cleanScan, withoutBlanks } from './normalise.ts';
import { readVoucher, VOUCHER_AID, type VoucherCode, type VoucherFault } from './voucher-code.ts';

export type UnknownReason = 'empty' | 'too-long' | 'not-recognised' | CpmFault | VoucherFault;

/** What a scanned text is. Only `voucher` can be redeemed offline, only `unionpay` authorised online. */
export type Scan =
  | { readonly family: 'voucher'; readonly aid: string; readonly code: VoucherCode }
  /** A code of 云闪付: opaque digits, which clearing must authorise. */
  | { readonly family: 'unionpay-c2b'; readonly wallet: 'unionpay'; readonly digits: string }
  | {
      readonly family: 'emv-cpm';
      readonly aid: string;
      readonly wallet: 'unionpay' | null;
      readonly text: string;
    }
  | { readonly family: 'alipay' | 'wechat'; readonly wallet: 'alipay' | 'wechat' }
  | { readonly family: 'goods-barcode'; readonly symbology: GoodsBarcode; readonly digits: string }
  | { readonly family: 'url'; readonly scheme: string }
  | { readonly family: 'unknown'; readonly reason: UnknownReason };

/** QR version 40 holds 4,296 characters; some room for what a scanner puts around them. */
export const MAX_SCAN_CHARS = 4_400;

/** UnionPay's registered application provider (RID A000000333). */
const UNIONPAY_RID = 'A000000333';
/** Code identifiers that scanners can be set to send first: up to three letters or marks before the digits. */
const PREFIXED_DIGITS = /^[^0-9]{0,3}?([0-9]{8,24})$/;
const MAX_PREFIX_CHARS = 8;
/** RFC 3986 section 3.1, with `//`; and the common ones that go without. */
const URL_SCHEME = /^[a-z][a-z0-9+.-]{0,30}:\/\/|^(?:mailto|tel|sms|smsto|geo|data|javascript|urn|magnet):/i;

/**
 * Names what a scanner read (design: the families of codes). Blanks, full-width digits, an AIM identifier or
 * a scanner's prefix in front and line ends behind don't matter. Never throws, whatever the text; looks at
 * nothing beyond MAX_SCAN_CHARS. Says nothing about signatures: that is verifyVoucherCode's part.
 */
export function classify(text: string): Scan {
  if (text.length > MAX_SCAN_CHARS) return unknown('too-long');
  const clean = cleanScan(text);
  if (clean === '') return unknown('empty');
  if (URL_SCHEME.test(clean))
    return { family: 'url', scheme: clean.slice(0, clean.indexOf(':')).toLowerCase() };
  const solid = withoutBlanks(clean);
  const digits = PREFIXED_DIGITS.exec(solid)?.[1];
  if (digits !== undefined) return classifyDigits(digits);
  const head = solid.indexOf(CPM_TEXT_HEAD);
  return head >= 0 && head <= MAX_PREFIX_CHARS ? classifyCpm(solid.slice(head)) : classifyCpm(solid);
}

function unknown(reason: UnknownReason): Scan {
  return { family: 'unknown', reason };
}

/** Payment codes by length and first digits, as the three wallets publish them; goods by their check digit. */
function classifyDigits(digits: string): Scan {
  if (/^62\d{17}$/.test(digits)) return { family: 'unionpay-c2b', wallet: 'unionpay', digits };
  if (/^(?:2[5-9]|30)\d{14,22}$/.test(digits)) return { family: 'alipay', wallet: 'alipay' };
  if (/^1[0-5]\d{16}$/.test(digits)) return { family: 'wechat', wallet: 'wechat' };
  const symbology = goodsBarcode(digits);
  return symbology === null ? unknown('not-recognised') : { family: 'goods-barcode', symbology, digits };
}

/** The first byte of every consumer-presented code. */
const CPM_FIRST_BYTE = 0x85;

function classifyCpm(text: string): Scan {
  const bytes = decodeBase64(text);
  if (bytes === null) return unknown(text.startsWith(CPM_TEXT_HEAD) ? 'cpm-base64' : 'not-recognised');
  if (bytes[0] !== CPM_FIRST_BYTE) return unknown('not-recognised');
  const read = readCpm(bytes);
  if (!read.ok) return unknown(read.fault);
  const { aid, transparent } = read.cpm;
  if (aid !== VOUCHER_AID)
    return { family: 'emv-cpm', aid, wallet: aid.startsWith(UNIONPAY_RID) ? 'unionpay' : null, text };
  const voucher = readVoucher(transparent);
  return voucher.ok ? { family: 'voucher', aid, code: voucher.code } : unknown(voucher.fault);
}
