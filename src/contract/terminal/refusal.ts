import { z } from 'zod';
import { CATEGORIES } from '../../domain/campaign.ts';
import { REFUSALS_BY_ACTOR, type Refusal, type RefusalCode, type Refuse } from '../../domain/decision.ts';
import {
  CAR_PAPERS_REASONS,
  PAYMENT_CODE_REASONS,
  UNREADABLE_REASONS,
  type RefusalParams,
} from '../../domain/refusal-params.ts';

/** Refusals as they come in over a border: from clearing, and from the core to the screens. */

export const refusalCodeSchema = z.enum(Object.values(REFUSALS_BY_ACTOR).flat());

const text = z.string();
const int = z.int();
const none = z.object({});
const faceValueFen = int;
const campaignNumber = int;
const category = z.enum(CATEGORIES);

/** One code with its parameters; doesn't compile for parameters that the domain hasn't got. */
const refusal = <C extends RefusalCode, S extends z.ZodType<RefusalParams[C]>>(code: C, params: S) =>
  z.object({ code: z.literal(code), params });

/** Clearing said it so before it told the three apart: the family of the code, and a reason only without a voucher. */
const olderPaymentCode = z
  .union([
    z.object({ family: z.literal('unionpay-c2b'), reason: z.literal('no-voucher') }),
    z.object({ family: z.literal('emv-cpm') }).transform(() => ({ reason: 'unsupported' as const })),
  ])
  .transform(({ reason }) => ({ found: 'payment-code' as const, reason }));

const notAVoucherCode = z.union([
  z.discriminatedUnion('found', [
    z.object({ found: z.literal('goods-barcode'), symbology: text }),
    z.object({ found: z.literal('url') }),
    z.object({ found: z.literal('emv-cpm'), aid: text }),
    z.object({ found: z.literal('payment-code'), reason: z.enum(PAYMENT_CODE_REASONS) }),
    z.object({ found: z.literal('unknown'), reason: z.enum(UNREADABLE_REASONS) }),
  ]),
  olderPaymentCode,
]);

const onlineRequired = z.discriminatedUnion('reason', [
  z.object({ reason: z.literal('pack-expired') }),
  z.object({ reason: z.literal('kind'), kindId: text }),
  z.object({ reason: z.literal('payment-code') }),
]);

const offlineLimit = z.discriminatedUnion('limit', [
  z.object({ limit: z.literal('age'), ageMs: int, maxMs: int }),
  z.object({ limit: z.literal('count'), count: int, max: int }),
  z.object({ limit: z.literal('amount'), pendingFen: int, maxFen: int }),
]);

const clockUntrusted = z.discriminatedUnion('reason', [
  z.object({ reason: z.literal('terminal') }),
  z.object({ reason: z.literal('code'), aheadMs: int }),
]);

const carPapersContradict = z.discriminatedUnion('reason', [
  z.object({ reason: z.literal('invoice-in-the-future'), invoiceDay: text, today: text }),
  z.object({ reason: z.enum(CAR_PAPERS_REASONS) }),
]);

/** Each code with its own parameters; parameters that are not its own are left out. */
export const refusalSchema = z.discriminatedUnion('code', [
  refusal('below-threshold', z.object({ minSpendFen: int, shortfallFen: int, faceValueFen })),
  refusal('voucher-expired', z.object({ faceValueFen, notAfterMs: int })),
  refusal('voucher-not-yet-valid', z.object({ faceValueFen, notBeforeMs: int })),
  refusal(
    'already-redeemed',
    z.object({
      faceValueFen,
      atMs: int.nullable(),
      storeName: text.nullable(),
      receiptNumber: text.nullable(),
    }),
  ),
  refusal('code-stale', z.object({ ageMs: int.nullable(), maxAgeMs: int.nullable() })),
  refusal('wrong-wallet', z.object({ wallet: z.enum(['alipay', 'wechat']) })),
  refusal('wrong-category', z.object({ voucherCategory: category, storeCategory: category })),
  refusal('one-voucher-per-purchase', none),
  refusal('not-a-voucher-code', notAVoucherCode),
  refusal('amount-missing', z.object({ category })),
  refusal('store-suspended', none),
  refusal('store-not-admitted', none),
  refusal('terminal-suspended', none),
  refusal('campaign-not-open', z.object({ opensDay: text.nullable() })),
  refusal('campaign-closed', z.object({ lastDay: text })),
  refusal('unknown-voucher-kind', z.object({ campaignNumber, kindNumber: int.nullable() })),
  refusal('unknown-issuer', z.object({ campaignNumber })),
  refusal('signature-invalid', z.object({ campaignNumber })),
  refusal('voucher-revoked', z.object({ faceValueFen })),
  refusal('budget-exhausted', z.object({ kindId: text })),
  refusal('clearing-refused', z.object({ error: text })),
  refusal('online-required', onlineRequired),
  refusal('offline-limit-reached', offlineLimit),
  refusal('clock-untrusted', clockUntrusted),
  refusal('car-buyer-not-a-person', z.object({ buyer: z.literal('organisation') })),
  refusal('car-too-many-seats', z.object({ seats: int, maxSeats: int })),
  refusal('car-not-passenger', none),
  refusal('car-price-below-minimum', z.object({ priceFen: int, minPriceFen: int, shortfallFen: int })),
  refusal(
    'car-wrong-price-band',
    z.object({
      priceFen: int,
      fromFen: int,
      belowFen: int.nullable(),
      fittingKind: text.nullable(),
      fittingFaceValueFen: int.nullable(),
    }),
  ),
  refusal('car-invoice-too-early', z.object({ invoiceDay: text, earliestDay: text })),
  refusal('car-invoice-reissued', z.object({ announcedDay: text.nullable() })),
  refusal('car-papers-contradict', carPapersContradict),
]) satisfies z.ZodType<Refusal>;

/** A refusal that came in over a border; null: not one that this software knows, or not with its parameters. */
export function readRefusal(code: unknown, params: unknown): Refuse | null {
  const { data } = refusalSchema.safeParse({ code, params });
  return data === undefined ? null : { verdict: 'refuse', ...data };
}
