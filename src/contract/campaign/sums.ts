import { leastPurchase } from '../../domain/kind.ts';
import type { CampaignPack } from './pack.ts';

/** Something about a pack, with its path in the file, such as `kinds.3.faceValueFen`. */
export interface PackNote {
  readonly path: string;
  readonly message: string;
}

type Kind = CampaignPack['kinds'][number];

/** What makes a pack unusable: money that isn't there, or two rules that would apply at once. */
export function findErrors(pack: CampaignPack): readonly PackNote[] {
  return [
    ...repeated(pack.funds, 'funds', 'id'),
    ...repeated(pack.categories, 'categories', 'category'),
    ...repeated(pack.kinds, 'kinds', 'number'),
    ...repeated(pack.kinds, 'kinds', 'id'),
    ...pack.kinds.flatMap((kind, index) => kindErrors(kind, `kinds.${String(index)}`)),
    ...overlaps(pack.kinds),
    ...dateErrors(pack),
    ...moneyErrors(pack),
  ];
}

/** What the pack states about itself and its own lines contradict: both figures, for a person to settle. */
export function findWarnings(pack: CampaignPack): readonly PackNote[] {
  const warnings: PackNote[] = [];
  const compare = (path: string, what: string, stated: number | undefined, listed: number): void => {
    if (stated === undefined || stated === listed) return;
    warnings.push({
      path,
      message: `${what}: stated ${String(stated)}, its lines add up to ${String(listed)}`,
    });
  };
  compare(
    'statedFundsFen',
    'funds in fen',
    pack.statedFundsFen,
    sum(pack.funds, ({ amountFen }) => amountFen),
  );
  for (const [index, { category, statedFen, statedCount }] of pack.categories.entries()) {
    const kinds = pack.kinds.filter((kind) => kind.category === category);
    const path = `categories.${String(index)}`;
    compare(`${path}.statedFen`, `${category} in fen`, statedFen, sum(kinds, worth));
    compare(
      `${path}.statedCount`,
      `${category} vouchers`,
      statedCount,
      sum(kinds, ({ quota }) => quota),
    );
  }
  return [...warnings, ...shareWarnings(pack)];
}

/** Funds whose share asks for more than they have: the others bear the rest (clearing's ledger caps the split). */
function shareWarnings(pack: CampaignPack): PackNote[] {
  const issued = BigInt(sum(pack.kinds, worth));
  const shares = BigInt(sum(pack.funds, ({ share }) => share ?? 0));
  return pack.funds.flatMap(({ share, amountFen }, index) => {
    if (share === undefined || issued * BigInt(share) <= BigInt(amountFen) * shares) return [];
    const asked = (issued * BigInt(share) + shares - 1n) / shares;
    return [
      {
        path: `funds.${String(index)}.share`,
        message: `asks for ${String(asked)} of ${String(issued)} fen from a fund of ${String(amountFen)} fen: the other funds bear the rest`,
      },
    ];
  });
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}

function worth({ faceValueFen, quota }: Kind): number {
  return faceValueFen * quota;
}

function repeated<T>(items: readonly T[], list: string, key: keyof T & string): PackNote[] {
  return items.flatMap((item, index) => {
    const first = items.findIndex((other) => other[key] === item[key]);
    if (first === index) return [];
    const message = `the same as ${list}.${String(first)}.${key}: ${String(item[key])}`;
    return [{ path: `${list}.${String(index)}.${key}`, message }];
  });
}

function kindErrors(kind: Kind, path: string): PackNote[] {
  const { rule, category, faceValueFen } = kind;
  const errors: PackNote[] = [];
  if ((category === 'car') !== (rule.type === 'car-price-band'))
    errors.push({ path: `${path}.rule.type`, message: `${rule.type} doesn't fit the category ${category}` });
  if (rule.type === 'car-price-band' && rule.belowFen !== null && rule.belowFen <= rule.fromFen)
    errors.push({ path: `${path}.rule.belowFen`, message: 'not above fromFen: the band is empty' });
  const least = leastPurchase(rule);
  if (faceValueFen > least)
    errors.push({
      path: `${path}.faceValueFen`,
      message: `${String(faceValueFen)} is more than the least purchase of ${String(least)}`,
    });
  return errors;
}

/** Two kinds of one category and face value, or two price bands with a price in common. */
function overlaps(kinds: readonly Kind[]): PackNote[] {
  return kinds.flatMap((kind, index) => {
    const first = kinds.slice(0, index).findIndex((other) => doOverlap(other, kind));
    if (first < 0) return [];
    return [{ path: `kinds.${String(index)}`, message: `overlaps kinds.${String(first)}` }];
  });
}

function doOverlap(left: Kind, right: Kind): boolean {
  if (left.category !== right.category) return false;
  if (left.rule.type === 'car-price-band' && right.rule.type === 'car-price-band') {
    const leftEnd = left.rule.belowFen ?? Infinity;
    const rightEnd = right.rule.belowFen ?? Infinity;
    return left.rule.fromFen < rightEnd && right.rule.fromFen < leftEnd;
  }
  return left.faceValueFen === right.faceValueFen;
}

function dateErrors(pack: CampaignPack): PackNote[] {
  const errors: PackNote[] = [];
  if (pack.lastDay < pack.opensOn) errors.push({ path: 'lastDay', message: 'before opensOn' });
  if (pack.announcedOn > pack.lastDay) errors.push({ path: 'announcedOn', message: 'after lastDay' });
  if (pack.expiresAt <= pack.opensOn) errors.push({ path: 'expiresAt', message: 'not after opensOn' });
  return errors;
}

function moneyErrors(pack: CampaignPack): PackNote[] {
  const errors: PackNote[] = [];
  const fundsFen = sum(pack.funds, ({ amountFen }) => amountFen);
  const issuedFen = sum(pack.kinds, worth);
  if (issuedFen > fundsFen)
    errors.push({
      path: 'funds',
      message: `vouchers of ${String(issuedFen)} fen from funds of ${String(fundsFen)} fen`,
    });
  const shares = pack.funds.filter(({ share }) => share !== undefined).length;
  if (shares !== 0 && shares !== pack.funds.length)
    errors.push({ path: 'funds', message: 'some funds have a share and some have none' });
  if ((pack.offlineDoubleSpendBorneBy === 'fund') !== (pack.lossReserveFen !== undefined))
    errors.push({
      path: 'lossReserveFen',
      message: 'must be there exactly where the fund bears double spends',
    });
  return errors;
}
