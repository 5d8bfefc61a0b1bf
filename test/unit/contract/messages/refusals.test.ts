import { describe, expect, test } from 'vitest';
import type { MessageLanguage } from '../../../../src/contract/messages/catalogue.ts';
import { REFUSAL_TITLES } from '../../../../src/contract/messages/refusal-titles.ts';
import { explainRefusal, refusalTitle } from '../../../../src/contract/messages/refusals.ts';
import { categoryName, CATEGORY_NAMES } from '../../../../src/contract/messages/words.ts';
import { CATEGORIES } from '../../../../src/domain/campaign.ts';
import {
  REFUSALS_BY_ACTOR,
  type Refusal,
  type RefusalCode,
  type RefusalOf,
} from '../../../../src/domain/decision.ts';
import {
  CAR_PAPERS_REASONS,
  PAYMENT_CODE_REASONS,
  UNREADABLE_REASONS,
} from '../../../../src/domain/refusal-params.ts';
import { refuse } from '../../../../src/domain/refuse.ts';
import { everyRefusal } from '../../../support/refusals.ts';

const CODES: readonly RefusalCode[] = Object.values(REFUSALS_BY_ACTOR).flat();
const LANGUAGES: readonly MessageLanguage[] = ['zh', 'en'];
const EVERY = everyRefusal();
const AT_MS = Date.parse('2023-06-10T14:02:00+08:00');

test('every code and every reason is among what is tried here', () => {
  expect(new Set(EVERY.map(({ code }) => code))).toEqual(new Set(CODES));
  const reasons = new Set(EVERY.flatMap(({ params }) => ('reason' in params ? [params.reason] : [])));
  const lists = [...CAR_PAPERS_REASONS, ...PAYMENT_CODE_REASONS, ...UNREADABLE_REASONS];
  expect(lists.filter((reason) => !reasons.has(reason))).toEqual([]);
});

describe.each(LANGUAGES)('in %s', (language) => {
  const ended = language === 'zh' ? /^[^\s].*。$/ : /^[A-Z0-9].*\.$/;
  const flaw = /undefined|null|NaN|\[object|\{|\}| {2}|\(\)|（）/;
  test.each(EVERY)('$code $params: says what is wrong and what would help', (refusal) => {
    const { headline, help } = explainRefusal(language, refusal);
    for (const sentence of [headline, help]) {
      expect(sentence).toMatch(ended);
      expect(sentence).not.toMatch(flaw);
    }
  });
  test.each(CODES)('%s has a title without a full stop', (code) => {
    const title = refusalTitle(language, code);
    expect(title).toMatch(language === 'zh' ? /^[^\s].*[^。]$/ : /^[A-Z].*[^.]$/);
    expect(Object.keys(REFUSAL_TITLES[language]).toSorted()).toEqual(CODES.toSorted());
  });
  test('two reasons of one code are said differently, but for what makes no difference to the cashier', () => {
    const said = (refusal: Refusal): string => explainRefusal(language, refusal).headline;
    const headlines = (code: RefusalCode): ReadonlySet<string> =>
      new Set(EVERY.filter((each) => each.code === code).map(said));
    expect(headlines('car-papers-contradict').size).toBe(CAR_PAPERS_REASONS.length + 1);
    // Goods, web addresses, other apps; three of 云闪付; not read, not ours, damaged, newer.
    expect(headlines('not-a-voucher-code').size).toBe(3 + PAYMENT_CODE_REASONS.length + 4);
    expect(headlines('online-required').size).toBe(3);
    expect(headlines('offline-limit-reached').size).toBe(3);
    expect(headlines('clock-untrusted').size).toBe(2);
  });
});

describe('what the cashier reads out', () => {
  const zh = (refusal: Refusal): string => {
    const { headline, help } = explainRefusal('zh', refusal);
    return headline + help;
  };
  const en = (refusal: Refusal): string => {
    const { headline, help } = explainRefusal('en', refusal);
    return `${headline} ${help}`;
  };
  test('how much is short for which voucher', () => {
    const short = refuse('below-threshold', {
      minSpendFen: 20_000,
      shortfallFen: 1_250,
      faceValueFen: 4_000,
    });
    expect(zh(short)).toMatch(/^还差 12.50 元可用 40 元券。满 200 元可用。/);
    expect(en(short)).toMatch(/^12.50 yuan more and the 40 yuan voucher can be used\./);
  });
  test('whose code it is, and what to open instead', () => {
    expect(zh(refuse('wrong-wallet', { wallet: 'alipay' }))).toBe(
      '这是支付宝付款码。请顾客打开云闪付，出示消费券码。',
    );
    expect(zh(refuse('wrong-wallet', { wallet: 'wechat' }))).toMatch(/^这是微信付款码/);
    expect(en(refuse('wrong-wallet', { wallet: 'wechat' }))).toMatch(/WeChat/);
  });
  test('a code of 云闪付 is never called no voucher code: it is said who has none, or who does not know it', () => {
    const code = (reason: (typeof PAYMENT_CODE_REASONS)[number]): Refusal =>
      refuse('not-a-voucher-code', { found: 'payment-code', reason });
    expect(zh(code('no-voucher'))).toMatch(/^此付款码名下没有本店可用的消费券。/);
    expect(zh(code('unknown'))).toMatch(/^清算系统查不到这个付款码。请顾客刷新付款码/);
    expect(zh(code('unsupported'))).toMatch(/^清算系统不支持这种云闪付码。.*出示消费券码/);
    for (const reason of PAYMENT_CODE_REASONS) {
      expect(zh(code(reason))).not.toContain('不是消费券码');
      expect(en(code(reason))).not.toContain('not a voucher code');
    }
  });
  test('nor is a damaged voucher, or one that is newer than this software', () => {
    for (const reason of ['voucher-part-missing', 'grant-version', 'cpm-base64'] as const)
      expect(zh(refuse('not-a-voucher-code', { found: 'unknown', reason }))).not.toContain('不是消费券码');
    expect(zh(refuse('not-a-voucher-code', { found: 'unknown', reason: 'not-recognised' }))).toMatch(
      /^这不是消费券码。/,
    );
  });
  test('a word of clearing that the counter does not know is passed on, and the network is not blamed', () => {
    const refused = refuse('clearing-refused', { error: 'conflict' });
    expect(zh(refused)).toBe(
      '清算系统没有受理这次核销。请重新扫码；还不行时请联系清算方，告诉对方“conflict”。',
    );
    expect(en(refused)).toMatch(/Scan again; .* call clearing and tell them: conflict\.$/);
    expect(zh(refused)).not.toContain('网络');
    expect(en(refused)).not.toContain('network');
  });
  test('when and where a voucher was used', () => {
    const params = { faceValueFen: 4_000, atMs: AT_MS, storeName: '丹尼斯', receiptNumber: 'A-17' };
    const used = refuse('already-redeemed', params);
    expect(zh(used)).toMatch(/^40 元券已于 2023-06-10 14:02 在丹尼斯使用。小票号 A-17。/);
    expect(en(used)).toMatch(/used at 2023-06-10 14:02 in 丹尼斯\. Receipt A-17\./);
    const unknown = { faceValueFen: 4_000, atMs: null, storeName: null, receiptNumber: null };
    expect(zh(refuse('already-redeemed', unknown))).toMatch(/^40 元券已使用。/);
  });
  test('which wrong category and which right one', () => {
    const wrong = refuse('wrong-category', { voucherCategory: 'petrol', storeCategory: 'supermarket' });
    expect(zh(wrong)).toBe(
      '这是加油站类消费券，不能在本店使用。本店是商超类商户。请顾客换一张商超类的券，或到加油站类参与商户使用。',
    );
  });
  test('which band a car’s price fits', () => {
    const band: RefusalOf<'car-wrong-price-band'>['params'] = {
      priceFen: 6_000_000,
      fromFen: 1_000_000,
      belowFen: 5_000_000,
      fittingKind: 'car-1000',
      fittingFaceValueFen: 100_000,
    };
    expect(zh(refuse('car-wrong-price-band', band))).toMatch(/（10000 元至不满 50000 元）.*1000 元券/);
    expect(zh(refuse('car-wrong-price-band', { ...band, fromFen: 20_000_000, belowFen: null }))).toMatch(
      /（200000 元及以上）/,
    );
  });
  test('the two clocks are told apart', () => {
    expect(zh(refuse('clock-untrusted', { reason: 'terminal' }))).toMatch(/^本机的时间不可信/);
    expect(zh(refuse('clock-untrusted', { reason: 'code', aheadMs: 44_001 }))).toMatch(/45 秒/);
  });
  test('a time that no calendar has is left out', () => {
    const expired = (notAfterMs: number): Refusal =>
      refuse('voucher-expired', { faceValueFen: 4_000, notAfterMs });
    expect(zh(expired(Number.MAX_SAFE_INTEGER))).toMatch(/^40 元券已过期。/);
    expect(zh(expired(-1))).toMatch(/^40 元券已过期。/);
  });
});

describe('words', () => {
  test('every category has a name in both languages', () => {
    for (const language of LANGUAGES)
      expect(Object.keys(CATEGORY_NAMES[language]).toSorted()).toEqual([...CATEGORIES].toSorted());
    expect(categoryName('zh', 'catering')).toBe('餐饮住宿');
  });
  test('what is no category is said as it is', () => {
    expect(categoryName('en', 'toString')).toBe('toString');
  });
});
