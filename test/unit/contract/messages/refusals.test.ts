import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainRefusal, type MessageLanguage } from '../../../../src/contract/messages/refusals.ts';
import { REFUSALS_EN } from '../../../../src/contract/messages/refusals-en.ts';
import { REFUSALS_ZH } from '../../../../src/contract/messages/refusals-zh.ts';
import { categoryName, CATEGORY_NAMES, walletName } from '../../../../src/contract/messages/words.ts';
import { CATEGORIES } from '../../../../src/domain/campaign.ts';
import { REFUSALS_BY_ACTOR, type RefusalCode, type RefusalParams } from '../../../../src/domain/decision.ts';

const CODES: readonly RefusalCode[] = Object.values(REFUSALS_BY_ACTOR).flat();
const LANGUAGES: readonly MessageLanguage[] = ['zh', 'en'];
const AT_MS = Date.parse('2023-06-10T14:02:00+08:00');

/** Every parameter that decide and refuseScan give. */
const ALL_PARAMS: readonly (readonly [RefusalCode, RefusalParams])[] = [
  ['below-threshold', { minSpendFen: 20_000, shortfallFen: 1_250, faceValueFen: 4_000 }],
  ['voucher-expired', { faceValueFen: 4_000, notAfterMs: AT_MS }],
  ['voucher-not-yet-valid', { faceValueFen: 4_000, notBeforeMs: AT_MS }],
  ['already-redeemed', { faceValueFen: 4_000, atMs: AT_MS, storeName: '丹尼斯', receiptNumber: 'A-17' }],
  ['code-stale', { ageMs: 90_001, maxAgeMs: 90_000 }],
  ['wrong-wallet', { wallet: 'alipay' }],
  ['wrong-category', { voucherCategory: 'petrol', storeCategory: 'supermarket' }],
  ['not-a-voucher-code', { found: 'goods-barcode', symbology: 'EAN-13' }],
  ['amount-missing', { category: 'car' }],
  ['campaign-not-open', { opensDay: '2023-05-01' }],
  ['campaign-closed', { lastDay: '2023-12-31' }],
  ['voucher-revoked', { faceValueFen: 4_000 }],
  ['online-required', { reason: 'pack-expired' }],
  ['online-required', { reason: 'payment-code' }],
  ['offline-limit-reached', { limit: 'age', ageMs: 2, maxMs: 1 }],
  ['offline-limit-reached', { limit: 'count', count: 5, max: 5 }],
  ['offline-limit-reached', { limit: 'amount', pendingFen: 500, maxFen: 40_050 }],
  ['clock-untrusted', { reason: 'code', aheadMs: 45_000 }],
  ['car-too-many-seats', { seats: 9, maxSeats: 7 }],
  ['car-price-below-minimum', { priceFen: 1, minPriceFen: 1_000_000, shortfallFen: 999_999 }],
  [
    'car-wrong-price-band',
    { priceFen: 1, fromFen: 1_000_000, belowFen: 5_000_000, fittingFaceValueFen: 100_000 },
  ],
  ['car-wrong-price-band', { fromFen: 20_000_000, belowFen: null }],
  ['car-invoice-too-early', { invoiceDay: '2023-04-30', earliestDay: '2023-05-01' }],
  ['car-invoice-reissued', { announcedDay: '2023-04-20' }],
  ['car-papers-contradict', { reason: 'invoice-in-the-future' }],
  ['car-papers-contradict', { reason: 'papers-missing' }],
  ['car-papers-contradict', { reason: 'voucher-for-other-papers' }],
];

describe.each(LANGUAGES)('in %s', (language) => {
  test('every refusal code has a sentence, and there is none for a code that does not exist', () => {
    const catalogue = language === 'zh' ? REFUSALS_ZH : REFUSALS_EN;
    expect(Object.keys(catalogue).toSorted()).toEqual(CODES.toSorted());
  });
  test.each(CODES)('%s says what is wrong and what would help, even without parameters', (code) => {
    const { headline, help } = explainRefusal(language, code, {});
    for (const sentence of [headline, help]) {
      expect(sentence).toMatch(language === 'zh' ? /^[^\s].*。$/ : /^[A-Z0-9].*\.$/);
      expect(sentence).not.toMatch(/undefined|null|NaN|\{|\}| {2}|\(\)|（）/);
    }
  });
  test.each(ALL_PARAMS)('%s uses its parameters: %j', (code, params) => {
    const { headline, help } = explainRefusal(language, code, params);
    const bare = explainRefusal(language, code, {});
    expect(`${headline} ${help}`).not.toBe(`${bare.headline} ${bare.help}`);
    expect(`${headline} ${help}`).not.toMatch(/undefined|null|NaN| {2}/);
  });
  test('whatever the parameters are, a sentence comes out', () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
    const names = [...new Set(ALL_PARAMS.flatMap(([, params]) => Object.keys(params)))];
    const params = fc.dictionary(fc.constantFrom(...names, '__proto__', 'toString'), value);
    fc.assert(
      fc.property(fc.constantFrom(...CODES), params, (code, given) => {
        expect(explainRefusal(language, code, given).headline.length).toBeGreaterThan(3);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what the cashier reads out', () => {
  const zh = (code: RefusalCode, params: RefusalParams) => {
    const { headline, help } = explainRefusal('zh', code, params);
    return headline + help;
  };
  const en = (code: RefusalCode, params: RefusalParams) => {
    const { headline, help } = explainRefusal('en', code, params);
    return `${headline} ${help}`;
  };
  test('how much is short for which voucher', () => {
    const params = { minSpendFen: 20_000, shortfallFen: 1_250, faceValueFen: 4_000 };
    expect(zh('below-threshold', params)).toMatch(/^还差 12.50 元可用 40 元券。满 200 元可用。/);
    expect(en('below-threshold', params)).toMatch(/^12.50 yuan more and the 40 yuan voucher can be used\./);
    expect(zh('below-threshold', { minSpendFen: 20_000, shortfallFen: 1_250 })).toMatch(
      /^还差 12.50 元可用这张券。/,
    );
  });
  test('whose code it is, and what to open instead', () => {
    expect(zh('wrong-wallet', { wallet: 'alipay' })).toBe(
      '这是支付宝付款码。请顾客打开云闪付，出示消费券码。',
    );
    expect(zh('wrong-wallet', { wallet: 'wechat' })).toMatch(/^这是微信付款码/);
    expect(en('wrong-wallet', { wallet: 'wechat' })).toMatch(/WeChat/);
  });
  test('when and where a voucher was used', () => {
    const params = { faceValueFen: 4_000, atMs: AT_MS, storeName: '丹尼斯', receiptNumber: 'A-17' };
    expect(zh('already-redeemed', params)).toMatch(
      /^40 元券已于 2023-06-10 14:02 在丹尼斯使用。小票号 A-17。/,
    );
    expect(en('already-redeemed', params)).toMatch(/used at 2023-06-10 14:02 in 丹尼斯\. Receipt A-17\./);
    const unknown = { faceValueFen: null, atMs: null, storeName: null, receiptNumber: null };
    expect(zh('already-redeemed', unknown)).toMatch(/^这张券已使用。/);
  });
  test('which wrong category and which right one', () => {
    const params = { voucherCategory: 'petrol', storeCategory: 'supermarket' };
    expect(zh('wrong-category', params)).toBe(
      '这是加油站类消费券，不能在本店使用。本店是商超类商户。请顾客换一张商超类的券，或到加油站类参与商户使用。',
    );
  });
  test('which band a car’s price fits', () => {
    const params = { fromFen: 1_000_000, belowFen: 5_000_000, fittingFaceValueFen: 100_000 };
    expect(zh('car-wrong-price-band', params)).toMatch(/（10000 元至不满 50000 元）.*1000 元券/);
    expect(zh('car-wrong-price-band', { fromFen: 20_000_000, belowFen: null })).toMatch(
      /（200000 元及以上）/,
    );
  });
  test('the two clocks are told apart', () => {
    expect(zh('clock-untrusted', { reason: 'terminal' })).toMatch(/^本机的时间不可信/);
    expect(zh('clock-untrusted', { reason: 'code', aheadMs: 44_001 })).toMatch(/45 秒/);
  });
  test('a time that no calendar has is left out', () => {
    expect(zh('voucher-expired', { notAfterMs: Number.MAX_SAFE_INTEGER })).toMatch(/^这张券已过期。/);
    expect(zh('voucher-expired', { notAfterMs: -1 })).toMatch(/^这张券已过期。/);
    expect(zh('voucher-expired', { notAfterMs: 0.5 })).toMatch(/^这张券已过期。/);
  });
});

describe('words', () => {
  test('every category has a name in both languages', () => {
    for (const language of LANGUAGES)
      expect(Object.keys(CATEGORY_NAMES[language]).toSorted()).toEqual([...CATEGORIES].toSorted());
    expect(categoryName('zh', 'catering')).toBe('餐饮住宿');
  });
  test('what is no category or wallet is said as it is', () => {
    expect(categoryName('en', 'toString')).toBe('toString');
    expect(walletName('zh', 'other')).toBe('other');
    expect(walletName('zh', 'unionpay')).toBe('云闪付');
  });
});
