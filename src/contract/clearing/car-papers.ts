import { z } from 'zod';
import { parseDay } from '../../domain/business-day.ts';
import { MAX_AMOUNT_FEN } from '../../domain/money.ts';
import { ed25519KeySchema } from './protocol.ts';
import { base64UrlSchema, timeMsSchema } from '../journal/entry.ts';

/** Claims for a car voucher: the papers, what is found wrong with them, and the two reviews (plan section 五 (五), 九). */

const safeIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const daySchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((day) => parseDay(day) !== null, 'no such day');
const textSchema = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u);
/** GB 16735: 17 letters and digits without I, O and Q. */
const vinSchema = z.string().regex(/^[A-HJ-NPR-Z0-9]{17}$/);
const numberSchema = z.string().regex(/^[A-Za-z0-9-]{1,40}$/);

/** What a buyer hands in: the motor-vehicle sales invoice, the registration, and who the buyer is. */
export const carPapersSchema = z
  .object({
    invoice: z
      .object({
        number: numberSchema,
        vin: vinSchema,
        buyerName: textSchema(80),
        /** 价税合计, fen. */
        priceFen: z.int().min(1).max(MAX_AMOUNT_FEN),
        issuedOn: daySchema,
        /** The invoice that this one was issued in place of; null for a first issue. */
        replaces: z.object({ number: numberSchema, issuedOn: daySchema }).strict().nullable(),
      })
      .strict(),
    registration: z
      .object({
        vin: vinSchema,
        ownerName: textSchema(80),
        seats: z.int().min(1).max(99),
        passengerCar: z.boolean(),
        registeredOn: daySchema,
      })
      .strict(),
    identity: z
      .object({
        name: textSchema(80),
        type: z.enum(['person', 'organisation']),
        /** Of the identity card or of the organisation's registration. */
        number: numberSchema,
      })
      .strict(),
  })
  .strict();
export type CarPapers = z.infer<typeof carPapersSchema>;

/** Everything that can be found wrong with a claim when it is handed in; refusal codes where the counter has them. */
export const CAR_FINDING_CODES = [
  'campaign-not-open',
  'campaign-closed',
  'car-buyer-not-a-person',
  'car-too-many-seats',
  'car-not-passenger',
  'car-invoice-too-early',
  'car-invoice-reissued',
  'car-papers-contradict',
  'car-price-below-minimum',
  'car-wrong-price-band',
  'duplicate-invoice',
  'duplicate-vin',
  'duplicate-buyer',
] as const;
export const carFindingSchema = z
  .object({
    code: z.enum(CAR_FINDING_CODES),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .strict();
export type CarFinding = z.infer<typeof carFindingSchema>;

/**
 * Submits a claim. The id is made by the sender and kept before sending, so that the same claim may be sent again;
 * another claim under the same id is `conflict`.
 */
export const carClaimRequestSchema = z
  .object({
    id: safeIdSchema,
    campaignNumber: z.int().min(1).max(65_535).default(1),
    /** What the wallet knows the person by; only a pseudonym of it is kept. */
    person: textSchema(200),
    algorithm: z.enum(['ed25519', 'sm2']).default('ed25519'),
    publicKey: z.union([ed25519KeySchema, base64UrlSchema.length(44)]),
    papers: carPapersSchema,
  })
  .strict();
export type CarClaimRequest = z.infer<typeof carClaimRequestSchema>;

/** `submitted` waits for UnionPay's review, `first-passed` for the commerce bureau's. */
export const CAR_CLAIM_STATUSES = ['submitted', 'first-passed', 'issued', 'refused'] as const;
export const CAR_REVIEWERS = ['unionpay', 'bureau'] as const;
export type CarReviewer = (typeof CAR_REVIEWERS)[number];

const carReviewSchema = z
  .object({ by: z.string(), atMs: timeMsSchema, pass: z.boolean(), reason: z.string() })
  .strict();

/** A claim without personal data. */
export const carClaimSchema = z
  .object({
    id: safeIdSchema,
    campaignNumber: z.int(),
    status: z.enum(CAR_CLAIM_STATUSES),
    /** The kind whose band holds the price; null where none does. */
    kind: z.string().nullable(),
    priceFen: z.int(),
    faceValueFen: z.int().nullable(),
    /** What the voucher, the register and the journal keep of the papers. */
    papersHash: z.string(),
    /** Empty unless the claim was refused when it was handed in. */
    findings: z.array(carFindingSchema),
    unionpay: carReviewSchema.nullable(),
    bureau: carReviewSchema.nullable(),
    serial: z.int().nullable(),
    createdAtMs: timeMsSchema,
  })
  .strict();
export type CarClaimView = z.infer<typeof carClaimSchema>;

/** A refusal needs a reason; passing may have a note. */
export const carReviewRequestSchema = z
  .object({
    pass: z.boolean(),
    reason: z
      .string()
      .max(200)
      .regex(/^\P{Cc}*$/u)
      .default(''),
  })
  .strict()
  .refine(({ pass, reason }) => pass || reason.trim() !== '', 'a refusal needs a reason');
export type CarReviewRequest = z.infer<typeof carReviewRequestSchema>;

/** Claims in one answer. */
export const MAX_CAR_CLAIMS = 200;
