import { z } from 'zod';
import { CATEGORIES } from '../../../domain/campaign.ts';
import { ed25519KeySchema } from '../protocol.ts';
import {
  campaignNumberSchema,
  daySchema,
  operatorIdSchema,
  signatureTextSchema,
  timeMsSchema,
} from './common.ts';

export const campaignViewSchema = z
  .object({
    number: campaignNumberSchema,
    id: z.string(),
    nameZh: z.string(),
    nameEn: z.string(),
    version: z.int(),
    opensAtMs: timeMsSchema,
    closesAtMs: timeMsSchema,
    kinds: z.array(
      z
        .object({
          number: z.int(),
          id: z.string(),
          category: z.enum(CATEGORIES),
          faceValueFen: z.int(),
          quota: z.int(),
        })
        .strict(),
    ),
  })
  .strict();
export type CampaignView = z.infer<typeof campaignViewSchema>;
export const campaignsAnswerSchema = z.object({ campaigns: z.array(campaignViewSchema) }).strict();

const packNoteSchema = z.object({ path: z.string(), message: z.string() }).strict();
/** A pack as written (docs/campaign-pack.md); what is wrong with it is in the answer, with its path in the file. */
export const publishPackSchema = z.object({ pack: z.record(z.string(), z.unknown()) }).strict();
export const publishedSchema = z
  .object({
    published: z.boolean(),
    campaignNumber: campaignNumberSchema.nullable(),
    version: z.int().nullable(),
    warnings: z.array(packNoteSchema),
    problems: z.array(packNoteSchema),
  })
  .strict();

export const accountsAnswerSchema = z
  .object({
    accounts: z.array(
      z.object({ name: z.string(), side: z.enum(['debit', 'credit']), balanceFen: z.int() }).strict(),
    ),
  })
  .strict();

/** How the money is being spent. For each category: budget = free + reserved + redeemed + returning. */
export const budgetsAnswerSchema = z
  .object({
    funds: z.array(
      z
        .object({
          id: z.string(),
          nameZh: z.string(),
          nameEn: z.string(),
          amountFen: z.int(),
          paidFen: z.int(),
        })
        .strict(),
    ),
    categories: z.array(
      z
        .object({
          category: z.enum(CATEGORIES),
          budgetFen: z.int(),
          /** Free to be claimed. */
          freeFen: z.int(),
          /** Claimed and still live. */
          reservedFen: z.int(),
          /** Net of what came back. */
          redeemedFen: z.int(),
          /** Refunded after it was paid out, and not yet received from the store. */
          returningFen: z.int(),
        })
        .strict(),
    ),
    /** Zero unless the pack states one. */
    lossReserve: z.object({ amountFen: z.int(), leftFen: z.int() }).strict(),
    /** In the funds, but of no category. */
    unallottedFen: z.int(),
    /** Left the funds and not paid out yet. */
    unpaidFen: z.int(),
  })
  .strict();
export type Budgets = z.infer<typeof budgetsAnswerSchema>;

export const newRoundSchema = z
  .object({
    kind: z.string().min(1).max(64),
    quota: z.int().min(1).max(1_000_000_000),
    opensAtMs: timeMsSchema,
    closesAtMs: timeMsSchema,
  })
  .strict();
export const roundViewSchema = z
  .object({
    campaignNumber: campaignNumberSchema,
    kind: z.string(),
    round: z.int(),
    quota: z.int(),
    issued: z.int(),
    opensAtMs: timeMsSchema,
    closesAtMs: timeMsSchema,
  })
  .strict();
export const roundsAnswerSchema = z
  .object({
    rounds: z.array(roundViewSchema),
    /** How many of each kind may still be given out, by the kind's number and its category's free budget. */
    left: z.array(z.object({ kind: z.string(), count: z.int() }).strict()),
  })
  .strict();
export const recoveredSchema = z.object({ count: z.int(), amountFen: z.int() }).strict();

const holderKeyFields = {
  algorithm: z.enum(['ed25519', 'sm2']).default('ed25519'),
  /** base64url: Ed25519 raw (32 bytes) or SM2 compressed (33 bytes). */
  publicKey: z.union([ed25519KeySchema, signatureTextSchema.length(44)]),
};
/** A person's claim, handed on by the wallet; the same claim sent again gets the same voucher. */
export const claimSchema = z
  .object({
    campaignNumber: campaignNumberSchema,
    kind: z.string().min(1).max(64),
    /** What the wallet knows the person by; only a pseudonym of it is kept. */
    person: z.string().min(1).max(200),
    ...holderKeyFields,
  })
  .strict();
export const issuedVoucherSchema = z
  .object({
    campaignNumber: campaignNumberSchema,
    kind: z.string(),
    serial: z.int(),
    grant: signatureTextSchema,
    issuerSignature: signatureTextSchema,
    notBeforeMs: timeMsSchema,
    notAfterMs: timeMsSchema,
  })
  .strict();
export const CLAIM_REFUSALS = [
  'no-round-open',
  'all-claimed',
  'already-claimed',
  'budget-exhausted',
] as const;
export const claimOutcomeSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('issued'), voucher: issuedVoucherSchema }).strict(),
  z.object({ status: z.literal('refused'), reason: z.enum(CLAIM_REFUSALS) }).strict(),
]);

/** A voucher outside of rounds: for replacements, training and tests. */
export const directIssueSchema = z
  .object({
    campaignNumber: campaignNumberSchema.default(1),
    kind: z.string().min(1).max(64),
    person: z.string().min(1).max(200).nullable().default(null),
    ...holderKeyFields,
    notBeforeMs: timeMsSchema.nullable().default(null),
    notAfterMs: timeMsSchema.nullable().default(null),
  })
  .strict();

export const voucherViewSchema = z
  .object({
    campaignNumber: campaignNumberSchema,
    serial: z.int(),
    kind: z.string(),
    round: z.int(),
    status: z.enum(['live', 'recovered', 'revoked']),
    notBeforeMs: timeMsSchema,
    notAfterMs: timeMsSchema,
    issuedAtMs: timeMsSchema,
    /** Null while it is free. */
    spent: z
      .object({ terminalId: operatorIdSchema, epoch: z.int(), seq: z.int(), atMs: timeMsSchema })
      .strict()
      .nullable(),
  })
  .strict();
export type VoucherView = z.infer<typeof voucherViewSchema>;

export const newPaymentCodeSchema = z
  .object({ campaignNumber: campaignNumberSchema, person: z.string().min(1).max(200) })
  .strict();
export const paymentCodeSchema = z.object({ code: z.string(), expiresAtMs: timeMsSchema }).strict();

export const redemptionViewSchema = z
  .object({
    redemptionId: operatorIdSchema,
    terminalId: operatorIdSchema,
    epoch: z.int(),
    seq: z.int(),
    storeId: operatorIdSchema,
    serial: z.int(),
    kindNumber: z.int(),
    lines: z.array(
      z
        .object({
          kind: z.string(),
          amountFen: z.int(),
          shares: z.array(z.int()),
          redemptionDay: daySchema,
          settlementDay: daySchema,
          payoutId: z.string().nullable(),
        })
        .strict(),
    ),
  })
  .strict();
export const dayTotalsQuerySchema = z
  .object({
    day: daySchema,
    by: z.enum(['redemption', 'settlement']).default('redemption'),
    storeId: operatorIdSchema.optional(),
  })
  .strict();
export const dayTotalsAnswerSchema = z
  .object({
    totals: z.array(
      z
        .object({
          storeId: operatorIdSchema,
          campaignNumber: z.int(),
          kindNumber: z.int(),
          kind: z.string(),
          count: z.int(),
          amountFen: z.int(),
        })
        .strict(),
    ),
  })
  .strict();
