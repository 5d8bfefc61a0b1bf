import { z } from 'zod';
import {
  categorySchema,
  redemptionViewSchema,
  roleSchema,
  settlementStateSchema,
  timeMsSchema,
} from './state.ts';

/** What the manager reads. All amounts are whole fen; days are business days of the store. */

export const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
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
    fromDay: daySchema,
    toDay: daySchema,
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
    byDay: z.array(z.object({ day: daySchema, totals: totalsSchema }).readonly()).readonly(),
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
