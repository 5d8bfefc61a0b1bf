import { z } from 'zod';
import { DAY_MS, parseDay } from '../../domain/business-day.ts';
import { CATEGORIES, type Campaign, type Fund, type VoucherKind } from '../../domain/campaign.ts';
import { MINUTE_MS } from '../../domain/durations.ts';
import { fen } from '../../domain/money.ts';
import { parseInstant } from './instant.ts';
import { findErrors, findWarnings, type PackNote } from './sums.ts';

/** The campaign pack, format version 1 (docs/campaign-pack.md): what clearing signs and terminals decide by. */

const ID = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const NAME = z.string().min(1).max(80);
/** More than a year's budget of any city, and far inside what sums exactly. */
const fenSchema = z.int().min(1).max(100_000_000_000_000);
const NUMBER = z.int().min(1).max(65_535);

export const daySchema = z.string().transform((text, context) => {
  const startMs = parseDay(text);
  if (startMs !== null) return startMs;
  context.addIssue({ code: 'custom', message: 'not a day of the calendar, YYYY-MM-DD' });
  return z.NEVER;
});
export const instantSchema = z.string().transform((text, context) => {
  const atMs = parseInstant(text);
  if (atMs !== null) return atMs;
  context.addIssue({ code: 'custom', message: 'not a time with an offset (ISO 8601)' });
  return z.NEVER;
});

const ruleSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('minimum-spend'), minSpendFen: fenSchema }).strict(),
  z
    .object({ type: z.literal('car-price-band'), fromFen: fenSchema, belowFen: fenSchema.nullable() })
    .strict(),
]);

export const campaignPackSchema = z
  .object({
    formatVersion: z.literal(1),
    number: NUMBER,
    id: ID,
    nameZh: NAME,
    nameEn: NAME,
    version: z.int().min(1),
    expiresAt: instantSchema,
    opensOn: daySchema,
    lastDay: daySchema,
    announcedOn: daySchema,
    thresholdBasis: z.enum(['paid', 'list']),
    refundPolicy: z.literal('same-day-reversal'),
    offlineDoubleSpendBorneBy: z.enum(['merchant', 'fund']),
    lossReserveFen: fenSchema.optional(),
    freshness: z
      .object({ maxAheadSeconds: z.int().min(0).max(3600), maxAgeSeconds: z.int().min(1).max(3600) })
      .strict(),
    offline: z
      .object({
        maxAgeMinutes: z.int().min(0).max(44_640),
        maxCount: z.int().min(0).max(1_000_000),
        maxDiscountFen: z.int().min(0).max(100_000_000_000_000),
      })
      .strict(),
    statedFundsFen: fenSchema.optional(),
    funds: z
      .array(
        z
          .object({ id: ID, nameZh: NAME, nameEn: NAME, amountFen: fenSchema, share: NUMBER.optional() })
          .strict(),
      )
      .min(1)
      .max(64),
    categories: z
      .array(
        z
          .object({
            category: z.enum(CATEGORIES),
            statedFen: fenSchema.optional(),
            statedCount: z.int().min(0).optional(),
          })
          .strict(),
      )
      .max(CATEGORIES.length),
    kinds: z
      .array(
        z
          .object({
            number: NUMBER,
            id: ID,
            category: z.enum(CATEGORIES),
            faceValueFen: fenSchema,
            rule: ruleSchema,
            quota: z.int().min(1).max(1_000_000_000),
            offline: z.enum(['allowed', 'never']),
          })
          .strict(),
      )
      .min(1)
      .max(1000),
  })
  .strict();
/** A pack as written (days and times as text). */
export type CampaignPackText = z.input<typeof campaignPackSchema>;
/** A pack as read (days and times as epoch milliseconds). */
export type CampaignPack = z.output<typeof campaignPackSchema>;

export type LoadedPack =
  | { readonly ok: true; readonly campaign: Campaign; readonly warnings: readonly PackNote[] }
  /** Refused whole; each problem names its path in the file, such as `kinds.3.faceValueFen`. */
  | { readonly ok: false; readonly problems: readonly PackNote[] };

/**
 * Reads a pack's text and checks every sum in it. A stated total that the pack's own lines contradict is a
 * warning with both figures (the plan of 2023 states 1,500 car vouchers and lists 850); vouchers worth more
 * than the funds, and anything that would make two rules apply at once, is an error. Never throws.
 */
export function loadCampaignPack(text: string): LoadedPack {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [{ path: '', message: `not JSON: ${String(error)}` }] };
  }
  return readCampaignPack(value);
}

/** The same for a value that has been parsed already. */
export function readCampaignPack(value: unknown): LoadedPack {
  const parsed = campaignPackSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    return { ok: false, problems };
  }
  const problems = findErrors(parsed.data);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, campaign: toCampaign(parsed.data), warnings: findWarnings(parsed.data) };
}

function toCampaign(pack: CampaignPack): Campaign {
  return {
    number: pack.number,
    id: pack.id,
    nameZh: pack.nameZh,
    nameEn: pack.nameEn,
    version: pack.version,
    opensAtMs: pack.opensOn,
    // The last day counts whole.
    closesAtMs: pack.lastDay + DAY_MS,
    announcedAtMs: pack.announcedOn,
    expiresAtMs: pack.expiresAt,
    thresholdBasis: pack.thresholdBasis,
    refundPolicy: pack.refundPolicy,
    offlineDoubleSpendBorneBy: pack.offlineDoubleSpendBorneBy,
    ...(pack.lossReserveFen === undefined ? {} : { lossReserveFen: fen(pack.lossReserveFen) }),
    freshness: {
      maxAheadMs: pack.freshness.maxAheadSeconds * 1000,
      maxAgeMs: pack.freshness.maxAgeSeconds * 1000,
    },
    offline: {
      maxAgeMs: pack.offline.maxAgeMinutes * MINUTE_MS,
      maxCount: pack.offline.maxCount,
      maxDiscountFen: fen(pack.offline.maxDiscountFen),
    },
    funds: pack.funds.map(toFund),
    kinds: pack.kinds.map(toKind),
  };
}

function toFund({ id, nameZh, nameEn, amountFen, share }: CampaignPack['funds'][number]): Fund {
  const fund = { id, nameZh, nameEn, amountFen: fen(amountFen) };
  return share === undefined ? fund : { ...fund, share };
}

function toKind({ rule, faceValueFen, ...kind }: CampaignPack['kinds'][number]): VoucherKind {
  return {
    ...kind,
    faceValueFen: fen(faceValueFen),
    rule:
      rule.type === 'minimum-spend'
        ? { type: rule.type, minSpendFen: fen(rule.minSpendFen) }
        : {
            type: rule.type,
            fromFen: fen(rule.fromFen),
            belowFen: rule.belowFen === null ? null : fen(rule.belowFen),
          },
  };
}
