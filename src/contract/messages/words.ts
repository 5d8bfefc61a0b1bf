import { shanghaiMinute } from '../../domain/business-day.ts';
import type { Category } from '../../domain/campaign.ts';
import { fen, formatYuan } from '../../domain/money.ts';
import type { UnreadableReason } from '../../domain/refusal-params.ts';
import type { MessageLanguage } from './catalogue.ts';

/** Names of the plan's categories (plan section 五 (一)–(五)). */
export const CATEGORY_NAMES: Readonly<Record<MessageLanguage, Readonly<Record<Category, string>>>> = {
  zh: { supermarket: '商超', catering: '餐饮住宿', petrol: '加油站', appliance: '家电', car: '汽车' },
  en: {
    supermarket: 'supermarket',
    catering: 'catering and lodging',
    petrol: 'petrol station',
    appliance: 'home appliance',
    car: 'car',
  },
};

/** A category's name; the text itself where it is none of ours. */
export function categoryName(language: MessageLanguage, category: string): string {
  const names: Readonly<Record<string, string>> = CATEGORY_NAMES[language];
  return Object.hasOwn(names, category) ? (names[category] ?? category) : category;
}

/** Of those whose payment codes are mistaken for vouchers. */
export const WALLET_NAMES = {
  zh: { alipay: '支付宝', wechat: '微信' },
  en: { alipay: 'Alipay', wechat: 'WeChat' },
} as const;

/** Fen as yuan: `12.50`, `40`. */
export function yuan(amountFen: number): string {
  return formatYuan(fen(amountFen)).replace(/\.00$/, '');
}

/** The dates that a four-digit year can write. */
const MAX_TIME_MS = 253_402_214_400_000;

/** Epoch milliseconds as `2023-06-10 14:02` in Shanghai; null where that isn't known, or no calendar has it. */
export function moment(atMs: number | null): string | null {
  return atMs === null || atMs < 0 || atMs >= MAX_TIME_MS ? null : shanghaiMinute(atMs);
}

/** Milliseconds as whole seconds, rounded up. */
export function seconds(spanMs: number): number {
  return Math.ceil(spanMs / 1000);
}

/** What to say of a scan that can't be read: it isn't ours, it is damaged, or it is newer than this software. */
export const UNREADABLE: Readonly<Record<UnreadableReason, 'nothing' | 'foreign' | 'damaged' | 'newer'>> = {
  empty: 'nothing',
  'too-long': 'foreign',
  'not-recognised': 'foreign',
  'tlv-cut-short': 'damaged',
  'tlv-tag': 'damaged',
  'tlv-length': 'damaged',
  'tlv-too-many': 'damaged',
  'cpm-base64': 'damaged',
  'cpm-format': 'damaged',
  'cpm-no-application': 'damaged',
  'cpm-aid': 'damaged',
  'cpm-repeated': 'damaged',
  'grant-length': 'damaged',
  'grant-version': 'newer',
  'grant-algorithm': 'newer',
  'voucher-empty': 'damaged',
  'voucher-part-missing': 'damaged',
  'voucher-part-repeated': 'damaged',
  'voucher-part-length': 'damaged',
};
