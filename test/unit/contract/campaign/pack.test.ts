import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  loadCampaignPack,
  readCampaignPack,
  type CampaignPackText,
} from '../../../../src/contract/campaign/pack.ts';
import { zhumadian2023, zhumadian2023Pack } from '../../../../src/contract/campaign/zhumadian-2023.ts';
import { businessDay } from '../../../../src/domain/business-day.ts';
import { CATEGORIES } from '../../../../src/domain/campaign.ts';

const FILE = new URL('../../../../src/contract/campaign/zhumadian-2023.json', import.meta.url);

/** The plan's pack as plain data, changed at will. */
type Draft = Record<string, unknown> & {
  kinds: Record<string, unknown>[];
  funds: Record<string, unknown>[];
  categories: Record<string, unknown>[];
};
function load(change: (draft: Draft) => void) {
  const draft = structuredClone(zhumadian2023Pack()) as unknown as Draft;
  change(draft);
  return loadCampaignPack(JSON.stringify(draft));
}
function problems(change: (draft: Draft) => void) {
  const loaded = load(change);
  return loaded.ok ? [] : loaded.problems;
}
const paths = (change: (draft: Draft) => void) => problems(change).map(({ path }) => path);
const kind = (draft: Draft, index: number): Record<string, unknown> => draft.kinds[index] ?? {};

describe('the plan of 2023', () => {
  const loaded = loadCampaignPack(readFileSync(FILE, 'utf8'));
  const plan = zhumadian2023();

  test('loads, and its own contradiction is told with both figures', () => {
    expect(loaded.ok && loaded.warnings).toEqual([
      { path: 'categories.4.statedCount', message: 'car vouchers: stated 1500, its lines add up to 850' },
    ]);
  });
  test('section 二: four funds of 2, 2, 1 and 1 million make 6 million', () => {
    expect(plan.funds.map(({ amountFen }) => amountFen)).toEqual([2e8, 2e8, 1e8, 1e8]);
  });
  test('section 五: every category issues what it says, and all funds are issued', () => {
    const worth = CATEGORIES.map((category) =>
      plan.kinds
        .filter((one) => one.category === category)
        .reduce((sum, { faceValueFen, quota }) => sum + faceValueFen * quota, 0),
    );
    expect(worth).toEqual([1e8, 1e8, 5e7, 5e7, 3e8]);
  });
  test('has fourteen kinds, numbered in a row', () => {
    expect(plan.kinds.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(plan.kinds.map(({ id }) => id).join(' ')).toBe(
      'supermarket-20 supermarket-40 catering-40 catering-60 catering-100 petrol-40 petrol-60 ' +
        'appliance-200 appliance-300 car-500 car-1000 car-3000 car-5000 car-8000',
    );
  });
  test('cars are never redeemed offline, all else may be', () => {
    for (const { category, offline } of plan.kinds)
      expect(offline).toBe(category === 'car' ? 'never' : 'allowed');
  });
  test('has the days that were taken for the open ones', () => {
    expect(businessDay(plan.opensAtMs)).toBe('2023-05-01');
    expect(businessDay(plan.closesAtMs - 1)).toBe('2023-12-31');
    expect(businessDay(plan.closesAtMs)).toBe('2024-01-01');
    expect(businessDay(plan.announcedAtMs)).toBe('2023-04-20');
  });
  test('decides by what is paid, lets the merchant bear offline double spends, and wants fresh codes', () => {
    expect(plan).toMatchObject({
      thresholdBasis: 'paid',
      refundPolicy: 'same-day-reversal',
      offlineDoubleSpendBorneBy: 'merchant',
      freshness: { maxAheadMs: 30_000, maxAgeMs: 90_000 },
      offline: { maxAgeMs: 86_400_000, maxCount: 200, maxDiscountFen: 1_000_000 },
    });
    expect(plan.lossReserveFen).toBeUndefined();
    expect(plan.funds.every(({ share }) => share === undefined)).toBe(true);
  });
  test('can be held at other dates, for training or another year', () => {
    const changed = zhumadian2023({
      number: 9,
      version: 4,
      opensOn: '2026-01-01',
      lastDay: '2026-12-31',
      announcedOn: '2025-12-01',
      expiresAt: '2027-06-01T00:00:00+08:00',
    });
    expect(changed).toMatchObject({
      number: 9,
      version: 4,
      opensAtMs: Date.parse('2026-01-01T00:00:00+08:00'),
    });
    expect(changed.expiresAtMs).toBe(Date.parse('2027-06-01T00:00:00+08:00'));
    expect(() => zhumadian2023({ lastDay: '2023-04-01' })).toThrow('lastDay: before opensOn');
  });
});

describe('a pack with what the plan leaves open', () => {
  test('may say who bears offline double spends, with a reserve', () => {
    const loaded = load((draft) => {
      draft['offlineDoubleSpendBorneBy'] = 'fund';
      draft['lossReserveFen'] = 500_000;
    });
    expect(loaded.ok && loaded.campaign).toMatchObject({
      offlineDoubleSpendBorneBy: 'fund',
      lossReserveFen: 500_000,
    });
  });
  test('may give each fund a share', () => {
    const loaded = load((draft) => draft.funds.forEach((fund, index) => (fund['share'] = index + 1)));
    expect(loaded.ok && loaded.campaign.funds.map(({ share }) => share)).toEqual([1, 2, 3, 4]);
  });
  test('may state nothing: then nothing can be contradicted', () => {
    const loaded = load((draft) => {
      delete draft['statedFundsFen'];
      draft.categories = [];
    });
    expect(loaded.ok && loaded.warnings).toEqual([]);
  });
});

describe('a stated total that its lines contradict is a warning with both figures', () => {
  const warnings = (change: (draft: Draft) => void) => {
    const loaded = load((draft) => {
      Object.assign(draft.categories[4] ?? {}, { statedCount: 850 });
      change(draft);
    });
    return loaded.ok ? loaded.warnings : loaded.problems;
  };
  test('with 850 car vouchers the plan agrees with itself', () => {
    expect(warnings(() => undefined)).toEqual([]);
  });
  test('the funds', () => {
    expect(warnings((draft) => (draft['statedFundsFen'] = 1))).toEqual([
      { path: 'statedFundsFen', message: 'funds in fen: stated 1, its lines add up to 600000000' },
    ]);
  });
  test('the money of a category, one voucher less', () => {
    expect(warnings((draft) => (kind(draft, 0)['quota'] = 19_999))).toEqual([
      {
        path: 'categories.0.statedFen',
        message: 'supermarket in fen: stated 100000000, its lines add up to 99998000',
      },
      {
        path: 'categories.0.statedCount',
        message: 'supermarket vouchers: stated 35000, its lines add up to 34999',
      },
    ]);
  });
});

describe('a pack that would break a fund, or let two rules apply at once, is refused whole', () => {
  test('one voucher more than the funds pay for', () => {
    expect(problems((draft) => (kind(draft, 0)['quota'] = 20_001))).toEqual([
      { path: 'funds', message: 'vouchers of 600002000 fen from funds of 600000000 fen' },
    ]);
  });
  test.each([
    ['number', 'kinds.1.number', 'the same as kinds.0.number: 1'],
    ['id', 'kinds.1.id', 'the same as kinds.0.id: supermarket-20'],
  ])('two kinds with one %s', (key, path, message) => {
    const found = problems((draft) => (kind(draft, 1)[key] = kind(draft, 0)[key]));
    expect(found).toEqual([{ path, message }]);
  });
  test('two kinds of one category and face value', () => {
    expect(problems((draft) => (kind(draft, 1)['faceValueFen'] = 2_000))).toEqual([
      { path: 'kinds.1', message: 'overlaps kinds.0' },
    ]);
  });
  test('the same face value in another category is another kind', () => {
    expect(load((draft) => (kind(draft, 2)['faceValueFen'] = 2_000)).ok).toBe(true);
  });
  test.each([
    [9, { fromFen: 1_000_000, belowFen: 5_000_001 }, 'kinds.10', 'overlaps kinds.9'],
    [10, { fromFen: 4_999_999, belowFen: 10_000_000 }, 'kinds.10', 'overlaps kinds.9'],
    [12, { fromFen: 15_000_000, belowFen: null }, 'kinds.13', 'overlaps kinds.12'],
    [10, { fromFen: 20_000_000, belowFen: 20_000_001 }, 'kinds.13', 'overlaps kinds.10'],
  ])('car bands with a price in common: kind %d as %j', (index, bounds, path, message) => {
    const rule = { type: 'car-price-band', ...bounds };
    expect(problems((draft) => (kind(draft, index)['rule'] = rule))).toEqual([{ path, message }]);
  });
  test('a band without a price', () => {
    const rule = (belowFen: number) => ({ type: 'car-price-band', fromFen: 5_000_000, belowFen });
    expect(problems((draft) => (kind(draft, 10)['rule'] = rule(5_000_000)))).toEqual([
      { path: 'kinds.10.rule.belowFen', message: 'not above fromFen: the band is empty' },
    ]);
    expect(load((draft) => (kind(draft, 10)['rule'] = rule(5_000_001))).ok).toBe(true);
  });
  test('a rule of another category', () => {
    expect(paths((draft) => (kind(draft, 0)['category'] = 'car'))).toEqual(['kinds.0.rule.type']);
    expect(problems((draft) => (kind(draft, 9)['category'] = 'petrol'))).toEqual([
      { path: 'kinds.9.rule.type', message: "car-price-band doesn't fit the category petrol" },
    ]);
  });
  test('a face value above the least purchase', () => {
    const rule = (minSpendFen: number) => ({ type: 'minimum-spend', minSpendFen });
    expect(problems((draft) => (kind(draft, 0)['rule'] = rule(1_999)))).toEqual([
      { path: 'kinds.0.faceValueFen', message: '2000 is more than the least purchase of 1999' },
    ]);
    expect(load((draft) => (kind(draft, 0)['rule'] = rule(2_000))).ok).toBe(true);
    const band = { type: 'car-price-band', fromFen: 49_999, belowFen: 5_000_000 };
    expect(paths((draft) => (kind(draft, 9)['rule'] = band))).toEqual(['kinds.9.faceValueFen']);
  });
  test('dates in a wrong order', () => {
    expect(paths((draft) => (draft['lastDay'] = '2023-04-30'))).toEqual(['lastDay']);
    expect(problems((draft) => (draft['announcedOn'] = '2024-01-01'))).toEqual([
      { path: 'announcedOn', message: 'after lastDay' },
    ]);
    expect(problems((draft) => (draft['expiresAt'] = '2023-05-01T00:00:00+08:00'))).toEqual([
      { path: 'expiresAt', message: 'not after opensOn' },
    ]);
    expect(load((draft) => (draft['expiresAt'] = '2023-05-01T00:00:01+08:00')).ok).toBe(true);
    const oneDay = { opensOn: '2023-06-01', lastDay: '2023-06-01', announcedOn: '2023-06-01' };
    expect(load((draft) => Object.assign(draft, oneDay)).ok).toBe(true);
  });
  test('a fund or a category twice', () => {
    expect(paths((draft) => (draft.funds[3] = { ...draft.funds[3], id: 'city' }))).toEqual(['funds.3.id']);
    expect(paths((draft) => (draft.categories[4] = { category: 'petrol' }))).toEqual([
      'categories.4.category',
    ]);
  });
  test('shares for some funds only', () => {
    expect(problems((draft) => Object.assign(draft.funds[0] ?? {}, { share: 2 }))).toEqual([
      { path: 'funds', message: 'some funds have a share and some have none' },
    ]);
  });
  test('a reserve without its rule, or the rule without a reserve', () => {
    const message = 'must be there exactly where the fund bears double spends';
    expect(problems((draft) => (draft['lossReserveFen'] = 1))).toEqual([{ path: 'lossReserveFen', message }]);
    expect(problems((draft) => (draft['offlineDoubleSpendBorneBy'] = 'fund'))).toEqual([
      { path: 'lossReserveFen', message },
    ]);
  });
});

describe('a pack that is none names the place', () => {
  test.each<[string, (draft: Draft) => void]>([
    ['formatVersion', (draft) => (draft['formatVersion'] = 2)],
    ['formatVersion', (draft) => delete draft['formatVersion']],
    ['version', (draft) => (draft['version'] = 0)],
    ['number', (draft) => (draft['number'] = 65_536)],
    ['id', (draft) => (draft['id'] = 'No Spaces')],
    ['nameZh', (draft) => (draft['nameZh'] = '')],
    ['opensOn', (draft) => (draft['opensOn'] = '2023-02-30')],
    ['lastDay', (draft) => (draft['lastDay'] = '2023-12-31T00:00:00+08:00')],
    ['announcedOn', (draft) => (draft['announcedOn'] = 20230420)],
    ['expiresAt', (draft) => (draft['expiresAt'] = '2024-07-01T00:00:00')],
    ['thresholdBasis', (draft) => (draft['thresholdBasis'] = 'some')],
    ['freshness.maxAgeSeconds', (draft) => (draft['freshness'] = { maxAheadSeconds: 30, maxAgeSeconds: 0 })],
    [
      'offline.maxCount',
      (draft) => (draft['offline'] = { maxAgeMinutes: 1, maxCount: -1, maxDiscountFen: 1 }),
    ],
    ['funds.2.amountFen', (draft) => Object.assign(draft.funds[2] ?? {}, { amountFen: -1 })],
    ['funds.2.amountFen', (draft) => Object.assign(draft.funds[2] ?? {}, { amountFen: 0.5 })],
    ['kinds.3.faceValueFen', (draft) => (kind(draft, 3)['faceValueFen'] = -6_000)],
    ['kinds.3.faceValueFen', (draft) => (kind(draft, 3)['faceValueFen'] = 6_000.5)],
    ['kinds.3.faceValueFen', (draft) => (kind(draft, 3)['faceValueFen'] = '6000')],
    [
      'kinds.3.rule.minSpendFen',
      (draft) => (kind(draft, 3)['rule'] = { type: 'minimum-spend', minSpendFen: 0 }),
    ],
    ['kinds.3.rule.type', (draft) => (kind(draft, 3)['rule'] = { type: 'free' })],
    ['kinds.3.category', (draft) => (kind(draft, 3)['category'] = 'books')],
    ['kinds.3.quota', (draft) => (kind(draft, 3)['quota'] = 1.5)],
    ['kinds', (draft) => (draft.kinds = [])],
    ['', (draft) => (draft['extra'] = 1)],
    ['kinds.3', (draft) => (kind(draft, 3)['extra'] = 1)],
  ])('%s', (path, change) => {
    expect(paths(change)).toContain(path);
  });
  test.each(['', '{', 'null', '[]', '"x"', '1'])('%j is no pack at all', (text) => {
    expect(loadCampaignPack(text)).toMatchObject({ ok: false, problems: [{ path: '' }] });
  });
  test('whatever the JSON, loading does not throw', () => {
    fc.assert(
      fc.property(fc.json(), fc.jsonValue(), (text, value) => {
        expect(loadCampaignPack(text).ok).toBe(false);
        expect(readCampaignPack(value).ok).toBe(false);
        const merged = { ...zhumadian2023Pack(), kinds: value as CampaignPackText['kinds'] };
        expect(readCampaignPack(merged).ok).toBe(false);
      }),
    );
  });
});
