import { z } from 'zod';
import { MONEY_KINDS } from '../../domain/entry-kinds.ts';
import { businessDaySchema, timeMsSchema } from '../journal/entry.ts';
import { categorySchema, redemptionViewSchema, roleSchema, settlementStateSchema } from './state.ts';

/** What the manager reads. All amounts are whole fen; days are business days of the store. */

/** The most days that are summed up at once: a year and some; a longer range would hold the counter up. */
export const MAX_REPORT_DAYS = 400;

export const totalsSchema = z
  .object({
    count: z.int(),
    /** Sales that the vouchers moved, before the discount. */
    amountFen: z.int(),
    discountFen: z.int(),
  })
  .readonly();
export type Totals = z.infer<typeof totalsSchema>;

const kindTotalsSchema = z
  .object({
    kindId: z.string(),
    category: categorySchema.nullable(),
    faceValueFen: z.int().nullable(),
    totals: totalsSchema,
  })
  .readonly();

/** `total` and every breakdown hold what counts: pending, settled and held, not refused and not reversed. */
export const rangeReportSchema = z
  .object({
    fromDay: businessDaySchema,
    toDay: businessDaySchema,
    total: totalsSchema,
    /** What refunds gave back to the funds. */
    backToFundFen: z.int(),
    states: z
      .object({
        pending: totalsSchema,
        settled: totalsSchema,
        refused: totalsSchema,
        held: totalsSchema,
        reversed: totalsSchema,
      })
      .readonly(),
    byKind: z.array(kindTotalsSchema).readonly(),
    /** Hours of the Shanghai day, 0…23; only those with redemptions. */
    byHour: z.array(z.object({ hour: z.int().min(0).max(23), totals: totalsSchema }).readonly()).readonly(),
    byCashier: z
      .array(z.object({ cashierId: z.string(), name: z.string(), totals: totalsSchema }).readonly())
      .readonly(),
    byCounter: z.array(z.object({ counter: z.string(), totals: totalsSchema }).readonly()).readonly(),
    byDay: z.array(z.object({ day: businessDaySchema, totals: totalsSchema }).readonly()).readonly(),
  })
  .readonly();
export type RangeReport = z.infer<typeof rangeReportSchema>;

export const redemptionPageSchema = z
  .object({ total: z.int(), rows: z.array(redemptionViewSchema).readonly() })
  .readonly();

export const journalEntryViewSchema = z
  .object({
    epoch: z.int(),
    seq: z.int(),
    kind: z.string(),
    atMs: timeMsSchema,
    hash: z.string(),
    prev: z.string(),
    body: z.string(),
  })
  .readonly();

export const redemptionDetailSchema = z
  .object({
    redemption: redemptionViewSchema,
    entries: z.array(journalEntryViewSchema).readonly(),
    settlementDay: z.string().nullable(),
    borneBy: z.enum(['merchant', 'fund']).nullable(),
  })
  .readonly();

export const shiftReportSchema = z
  .object({
    /** X: so far, Z: closed. */
    type: z.enum(['X', 'Z']),
    number: z.int(),
    openedAtMs: timeMsSchema,
    openedByName: z.string(),
    closedAtMs: timeMsSchema.nullable(),
    closedByName: z.string().nullable(),
    total: totalsSchema,
    reversed: totalsSchema,
    unsent: totalsSchema,
    byKind: z.array(kindTotalsSchema).readonly(),
  })
  .readonly();
export type ShiftReport = z.infer<typeof shiftReportSchema>;

/** What a return would do, in fen. */
export const returnPreviewSchema = z
  .object({
    redemption: redemptionViewSchema,
    /** `reversal`: whole and on its business day, the voucher is free again. `refund`: it stays spent. */
    kind: z.enum(['reversal', 'refund']),
    returnedFen: z.int(),
    /** Came back with earlier returns. */
    returnedBeforeFen: z.int(),
    /** What is left of the purchase, and the minimum that it is held against (a car: its lowest price). */
    restFen: z.int(),
    minSpendFen: z.int(),
    /** Of the discount: 0 while the rest still meets the minimum. */
    backToFundFen: z.int(),
    /** The customer gets this … */
    paidOutFen: z.int(),
    /** … or has to pay this: the discount was more than the goods that came back. One of the two is 0. */
    customerOwesFen: z.int(),
  })
  .readonly();
export type ReturnPreview = z.infer<typeof returnPreviewSchema>;

/** One line of a day's reconciliation: a redemption, reversal or refund. */
export const reconciledLineSchema = z
  .object({
    epoch: z.int(),
    seq: z.int(),
    kind: z.enum(MONEY_KINDS),
    /** What it takes out of the funds (a correction: below 0); null where that side doesn't have it. */
    oursFen: z.int().nullable(),
    theirsFen: z.int().nullable(),
    /** Our state of the redemption that it belongs to; null where only clearing has it. */
    state: settlementStateSchema.nullable(),
    /** Why, where the journal says: clearing's reason for a refused or held one. */
    reason: z.string().nullable(),
    settlementDay: z.string().nullable(),
  })
  .readonly();
const sideSchema = z.object({ count: z.int(), discountFen: z.int() }).readonly();

export const reconciliationSchema = z
  .object({
    day: businessDaySchema,
    /** Clearing's signed time of its lines. */
    atMs: timeMsSchema,
    /** Lines that both have, to the fen. */
    matched: sideSchema,
    onlyOurs: sideSchema,
    onlyTheirs: sideSchema,
    /** Both have it, with different amounts; the sum is of our amounts. */
    differing: sideSchema,
    /** Every line that isn't matched, in the order of the journal. */
    lines: z.array(reconciledLineSchema).readonly(),
  })
  .readonly();
export type Reconciliation = z.infer<typeof reconciliationSchema>;

export const accountViewSchema = z
  .object({ id: z.string(), name: z.string(), role: roleSchema, lockedUntilMs: timeMsSchema.nullable() })
  .readonly();
export type AccountView = z.infer<typeof accountViewSchema>;

export const redemptionFilterSchema = z
  .object({
    kindId: z.string().max(64).nullable(),
    cashierId: z.string().max(64).nullable(),
    counter: z.string().max(64).nullable(),
    hour: z.int().min(0).max(23).nullable(),
    state: settlementStateSchema.nullable(),
  })
  .strict();
export type RedemptionFilter = z.infer<typeof redemptionFilterSchema>;
