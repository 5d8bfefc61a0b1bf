import type { Category } from '../../domain/campaign.ts';
import type { MessageLanguage } from './refusals.ts';

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

const WALLET_NAMES: Readonly<Record<MessageLanguage, Readonly<Record<string, string>>>> = {
  zh: { alipay: '支付宝', wechat: '微信', unionpay: '云闪付' },
  en: { alipay: 'Alipay', wechat: 'WeChat', unionpay: 'UnionPay' },
};
export function walletName(language: MessageLanguage, wallet: string): string {
  const names = WALLET_NAMES[language];
  return Object.hasOwn(names, wallet) ? (names[wallet] ?? wallet) : wallet;
}
