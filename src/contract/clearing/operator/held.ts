import { z } from 'zod';
import { entryVerdictSchema } from '../protocol.ts';
import { hashSchema, noteSchema, operatorIdSchema, pageSizeSchema, timeMsSchema } from './common.ts';

/** Names what was received, also where two entries claim one place. */
export const heldNameSchema = z
  .object({
    terminalId: operatorIdSchema,
    epoch: z.coerce.number().int().min(1),
    seq: z.coerce.number().int().min(1),
    hash: hashSchema,
  })
  .strict();

export const DECISIONS = ['settle', 'refuse'] as const;
export const proposalViewSchema = z
  .object({
    id: operatorIdSchema,
    terminalId: operatorIdSchema,
    epoch: z.int(),
    seq: z.int(),
    hash: hashSchema,
    decision: z.enum(DECISIONS),
    note: z.string(),
    status: z.enum(['open', 'approved', 'rejected']),
    proposedBy: operatorIdSchema,
    proposedAtMs: timeMsSchema,
    decidedBy: z.string().nullable(),
    decidedAtMs: timeMsSchema.nullable(),
  })
  .strict();
export type ProposalView = z.infer<typeof proposalViewSchema>;

export const heldEntrySchema = z
  .object({
    terminalId: operatorIdSchema,
    storeId: operatorIdSchema,
    epoch: z.int(),
    seq: z.int(),
    hash: hashSchema,
    kind: z.string(),
    atMs: timeMsSchema,
    receivedAtMs: timeMsSchema,
    /** Why it is held; closed list in clearing's ingest/verdict.ts. */
    reason: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    /** In quarantine: it claims a place that is taken, or of an epoch that isn't known. It can only be refused. */
    quarantined: z.boolean(),
    /** What the customer was given; null where it isn't a redemption. */
    discountFen: z.int().nullable(),
    redemptionId: z.string().nullable(),
    proposal: proposalViewSchema.nullable(),
  })
  .strict();
export type HeldEntry = z.infer<typeof heldEntrySchema>;

export const heldQuerySchema = z
  .object({
    terminalId: operatorIdSchema.optional(),
    storeId: operatorIdSchema.optional(),
    reason: z.string().max(64).optional(),
    limit: pageSizeSchema,
  })
  .strict();
/** The oldest first. */
export const heldAnswerSchema = z.object({ entries: z.array(heldEntrySchema), more: z.boolean() }).strict();

/** Why a held entry can only be refused. */
export const SETTLING_BLOCKS = [
  'place-taken',
  'unproven',
  'body-wrong',
  'taken-back',
  'unknown-authorisation',
  'other-campaign',
  'code-unreadable',
  'signatures-wrong',
  'never-issued',
  'voucher-differs',
  'revoked',
  'spent-elsewhere',
  'purchase-used',
  'amount-too-high',
  'other-category',
  'nothing-to-correct',
  'redemption-differs',
  'already-corrected',
  'returns-too-much',
  'unknown-kind',
] as const;
export type SettlingBlock = (typeof SETTLING_BLOCKS)[number];

/** One entry with its body as received, and what settling it now would do or why it can't be settled. */
export const heldDetailSchema = z
  .object({
    entry: heldEntrySchema,
    body: z.string(),
    settling: z.discriminatedUnion('possible', [
      z
        .object({
          possible: z.literal(true),
          effect: z.enum(['none', 'redeem', 'reverse', 'refund']),
          amountFen: z.int(),
        })
        .strict(),
      z.object({ possible: z.literal(false), why: z.enum(SETTLING_BLOCKS) }).strict(),
    ]),
  })
  .strict();
export type HeldDetail = z.infer<typeof heldDetailSchema>;

export const newProposalSchema = heldNameSchema
  .extend({
    epoch: z.int().min(1),
    seq: z.int().min(1),
    decision: z.enum(DECISIONS),
    /** Why; the terminal's manager reads it with a refusal. */
    note: noteSchema,
  })
  .strict();
export const approvedSchema = z
  .object({ proposal: proposalViewSchema, verdict: entryVerdictSchema })
  .strict();
export const proposalsQuerySchema = z
  .object({ status: z.enum(['open', 'approved', 'rejected']).optional(), limit: pageSizeSchema })
  .strict();
/** The newest first. */
export const proposalsAnswerSchema = z.object({ proposals: z.array(proposalViewSchema) }).strict();

export const alarmViewSchema = z
  .object({
    id: z.int(),
    code: z.string(),
    terminalId: z.string().nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    atMs: timeMsSchema,
    acknowledgedBy: z.string().nullable(),
    acknowledgedAtMs: timeMsSchema.nullable(),
    note: z.string().nullable(),
  })
  .strict();
export type AlarmView = z.infer<typeof alarmViewSchema>;
export const alarmsQuerySchema = z
  .object({
    state: z.enum(['open', 'acknowledged', 'all']).default('open'),
    code: z.string().max(64).optional(),
    terminalId: operatorIdSchema.optional(),
    /** Ids after this one. */
    after: z.coerce.number().int().min(0).default(0),
    limit: pageSizeSchema,
  })
  .strict();
export const alarmsAnswerSchema = z.object({ alarms: z.array(alarmViewSchema), more: z.boolean() }).strict();
