import { z } from 'zod';
import { businessDaySchema, timeMsSchema } from '../journal/entry.ts';
import { envelopeSchema } from './envelope.ts';
import { ed25519KeySchema, idSchema } from './protocol.ts';
import { dayMeaningSchema } from './settlement.ts';
import { dayManifestSchema } from './settlement-file.ts';
import { RECEIPT_STATUSES } from './reconciliation-till.ts';

/** What operators ask of settlement, reconciliation and audit. Money fen, times epoch milliseconds. */

export const SETTLEMENT_PATHS = {
  days: '/v1/operator/settlement/days',
  payouts: '/v1/operator/settlement/payouts',
  till: '/v1/operator/reconciliations/till',
  reconciliations: '/v1/operator/reconciliations',
  journals: '/v1/operator/audit/journals',
  rootKey: '/v1/operator/audit/root-key',
} as const;

/** Clearing's public key, as `verify-journal --root` and `verify-settlement --root` take it. */
export const rootKeySchema = z.object({ keyId: idSchema, publicKey: ed25519KeySchema }).strict();

export const dayParamsSchema = z.object({ day: businessDaySchema }).strict();
export const fileParamsSchema = z
  .object({ day: businessDaySchema, name: z.string().regex(/^[A-Za-z0-9._-]{1,200}$/) })
  .strict();

export const dayListSchema = z
  .object({
    days: z.array(
      z
        .object({
          day: businessDaySchema,
          closedAtMs: timeMsSchema.nullable(),
          closedBy: z.string().nullable(),
          lines: z.int(),
          netFen: z.int(),
        })
        .strict(),
    ),
  })
  .strict();

export const closedDaySchema = z.object({ manifest: dayManifestSchema, envelope: envelopeSchema }).strict();

export const dayVerificationSchema = z
  .object({
    ok: z.boolean(),
    findings: z.array(z.object({ what: z.string(), problem: z.string() }).strict()),
  })
  .strict();

export const payoutSchema = z
  .object({
    id: idSchema,
    campaignNumber: z.int(),
    storeId: idSchema,
    settlementDay: businessDaySchema,
    amountFen: z.int(),
    shares: z.array(z.int()),
    state: z.enum(['prepared', 'approved', 'rejected']),
    preparedBy: z.string(),
    approvedBy: z.string().nullable(),
    rejectedBy: z.string().nullable(),
    reason: z.string().nullable(),
    paidOn: businessDaySchema.nullable(),
    reference: z.string().nullable(),
  })
  .strict();
export const payoutsSchema = z.object({ payouts: z.array(payoutSchema) }).strict();
/** `collect`: also stores that owe more than they are owed; mostly their next sales cover it. */
export const preparePayoutsSchema = z.object({ collect: z.boolean().default(false) }).strict();
export const payoutFilterSchema = z
  .object({ day: businessDaySchema.optional(), storeId: idSchema.optional() })
  .strict();
/** As many payouts as one approval takes: all the stores of a city. */
export const MAX_APPROVED_TOGETHER = 2000;
export const approvalSchema = z
  .object({
    ids: z.array(idSchema).min(1).max(MAX_APPROVED_TOGETHER),
    paidOn: businessDaySchema,
    reference: z.string().min(1).max(200),
  })
  .strict();

/** `csv`: the till's file (docs/settlement.md); some 40 bytes a receipt. */
export const tillRequestSchema = z
  .object({ storeId: idSchema, day: businessDaySchema, csv: z.string().min(1).max(1_000_000) })
  .strict();
export const tillReconciliationSchema = z
  .object({
    reconciliationId: idSchema,
    storeId: idSchema,
    day: businessDaySchema,
    counts: z
      .object({
        matched: z.int(),
        differs: z.int(),
        'only-till': z.int(),
        'only-clearing': z.int(),
      })
      .strict(),
    tillFen: z.int(),
    clearingFen: z.int(),
    receipts: z.array(
      z
        .object({
          till: z.string().nullable(),
          receiptNumber: z.string(),
          status: z.enum(RECEIPT_STATUSES),
          tillFen: z.int().nullable(),
          clearingFen: z.int().nullable(),
        })
        .strict(),
    ),
  })
  .strict();

export const reconciliationListSchema = z
  .object({
    reconciliations: z.array(
      z
        .object({
          id: idSchema,
          source: z.enum(['terminal', 'till']),
          subject: idSchema,
          storeId: idSchema,
          day: businessDaySchema,
          by: dayMeaningSchema,
          atMs: timeMsSchema,
          reportSha256: z.string(),
          counts: z.record(z.string(), z.int()),
          /** Lines or receipts that aren't matched, as the answer had them. */
          differences: z.array(z.record(z.string(), z.unknown())),
        })
        .strict(),
    ),
  })
  .strict();
