import { z } from 'zod';
import { ENTRY_KINDS, type EntryKind } from '../../domain/entry-kinds.ts';
import { MAX_AMOUNT_FEN } from '../../domain/money.ts';

/** Shapes of journal entries: what the terminal writes, clearing judges, and an auditor reads. */

export const hashHexSchema = z.string().regex(/^[0-9a-f]{64}$/);
export const base64UrlSchema = z.string().regex(/^[A-Za-z0-9_-]*$/);
const signatureSchema = base64UrlSchema.length(86);
/** No NUL: not every database can keep one. */
const idSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\0]*$/);
const fenSchema = z.int().min(0).max(MAX_AMOUNT_FEN);
export const timeMsSchema = z.int().min(0);
export const businessDaySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** What comes before the first entry of a journal. */
export const NO_HASH = '0'.repeat(64);

/**
 * A body's canonical text may be this long. The longest real one, a redemption with a car's papers by hash,
 * is under 2 KiB; a shift report under 8 KiB.
 */
export const MAX_BODY_BYTES = 16_384;

/** Names one entry for ever. */
export const entryNameSchema = z.object({ epoch: z.int().min(1), seq: z.int().min(1) }).strict();
export type EntryName = z.infer<typeof entryNameSchema>;

export const headSchema = z
  .object({ epoch: z.int().min(1), seq: z.int().min(0), hash: hashHexSchema })
  .strict();
export type Head = z.infer<typeof headSchema>;

/** An entry as stored and sent. `body` is the canonical JSON text itself, so that its hash needs no re-writing. */
export const entrySchema = z
  .object({
    terminalId: idSchema,
    epoch: z.int().min(1),
    seq: z.int().min(1),
    kind: z.enum(ENTRY_KINDS),
    atMs: timeMsSchema,
    body: z.string().min(2).max(MAX_BODY_BYTES),
    prev: hashHexSchema,
    hash: hashHexSchema,
    signature: signatureSchema,
  })
  .strict()
  .readonly();
export type Entry = z.infer<typeof entrySchema>;

/** The scanned code, whole: clearing verifies both signatures again. */
export const voucherEvidenceSchema = z
  .object({
    type: z.literal('voucher-code'),
    grant: base64UrlSchema.max(200),
    issuerSignature: signatureSchema,
    shownAtS: z.int().min(0).max(0xffffffff),
    holderSignature: signatureSchema,
  })
  .strict();
export const authorisationEvidenceSchema = z
  .object({
    type: z.literal('authorisation'),
    authorisationId: idSchema,
    /** What clearing held for it; null where a terminal doesn't tell. */
    held: z
      .object({
        kindNumber: z.int().min(1).max(65_535),
        serial: z.string().regex(/^\d{1,20}$/),
        /** Clearing's answer: a signed envelope of purpose `authorisation`, exactly as it came. */
        answer: z
          .object({ keyId: idSchema, payload: z.string().max(8192), signature: signatureSchema })
          .strict(),
      })
      .strict()
      .nullable(),
  })
  .strict();

export const vehicleBodySchema = z
  .object({
    priceFen: fenSchema,
    seats: z.int().min(1).max(99),
    buyer: z.enum(['person', 'organisation']),
    invoiceIssuedOn: businessDaySchema,
    invoiceReissued: z.boolean(),
    papersAgree: z.boolean(),
    passengerCar: z.boolean(),
    /** SHA-256 of the papers (invoice number, VIN, buyer), which stay encrypted outside the journal. */
    papersHash: hashHexSchema.nullable(),
  })
  .strict();

/** A purchase is known by (store, till, business day, receipt number). */
export const purchaseBodySchema = z
  .object({
    storeId: idSchema,
    till: idSchema,
    businessDay: businessDaySchema,
    receiptNumber: idSchema,
    amountFen: fenSchema.min(1),
    listAmountFen: fenSchema.min(1),
    vehicle: vehicleBodySchema.nullable(),
  })
  .strict();

export const redemptionBodySchema = z
  .object({
    redemptionId: idSchema,
    evidence: z.discriminatedUnion('type', [voucherEvidenceSchema, authorisationEvidenceSchema]),
    purchase: purchaseBodySchema,
    discountFen: fenSchema,
    payableFen: fenSchema,
    campaignNumber: z.int().min(1).max(65_535),
    packVersion: z.int().min(1),
    keyRingVersion: z.int().min(1),
    cashierId: idSchema,
    scannedAtMs: timeMsSchema,
    offline: z.boolean(),
  })
  .strict();
export type RedemptionBody = z.infer<typeof redemptionBodySchema>;

export const epochOpenedBodySchema = z
  .object({
    /** The terminal's certificate: a signed envelope of purpose `certificate`, exactly as clearing gave it. */
    certificate: z
      .object({ keyId: idSchema, payload: z.string().max(8192), signature: signatureSchema })
      .strict(),
    /** Null in the first epoch; afterwards the last known entry of the epoch before and what is lost after it. */
    previous: z
      .object({
        head: headSchema,
        lostFromSeq: z.int().min(1).nullable(),
        lostToSeq: z.int().min(1).nullable(),
      })
      .strict()
      .nullable(),
  })
  .strict();

export const reversalBodySchema = z
  .object({
    of: entryNameSchema,
    redemptionId: idSchema,
    by: idSchema,
    /** The manager who allowed it after the cashier's five minutes; null within them. */
    approvedBy: idSchema.nullable(),
    reason: z.string().max(200),
  })
  .strict();

export const refundBodySchema = z
  .object({
    of: entryNameSchema,
    redemptionId: idSchema,
    /** Value of the goods returned, as paid at list before the voucher. */
    returnedFen: fenSchema.min(1),
    /** What goes back to the fund; 0 while the rest still meets the minimum. */
    backToFundFen: fenSchema,
    /** What the customer gets. */
    paidOutFen: fenSchema,
    by: idSchema,
    approvedBy: idSchema,
    reason: z.string().max(200),
  })
  .strict();

const plainRecord = z.record(
  z.string().max(64),
  z.union([z.string().max(500), z.int(), z.boolean(), z.null()]),
);

/** One schema for each kind: nothing is obeyed beyond it. */
export const BODY_SCHEMAS = {
  'epoch-opened': epochOpenedBodySchema,
  redemption: redemptionBodySchema,
  reversal: reversalBodySchema,
  refund: refundBodySchema,
  'shift-opened': z.object({ shift: z.int().min(1), by: idSchema }).strict(),
  'shift-closed': z
    .object({
      shift: z.int().min(1),
      by: idSchema,
      approvedBy: idSchema.nullable(),
      count: z.int().min(0),
      discountFen: fenSchema,
      unsentCount: z.int().min(0),
      unsentDiscountFen: fenSchema,
    })
    .strict(),
  'signed-in': z.object({ userId: idSchema, role: z.enum(['cashier', 'manager', 'support']) }).strict(),
  'signed-out': z.object({ userId: idSchema, automatic: z.boolean() }).strict(),
  'sign-in-refused': z
    .object({ userId: idSchema, failures: z.int().min(1), lockedUntilMs: timeMsSchema.nullable() })
    .strict(),
  'user-changed': z
    .object({
      userId: idSchema,
      name: z.string().max(80),
      role: z.enum(['cashier', 'manager', 'support']),
      change: z.enum(['created', 'pin-changed', 'renamed', 'disabled', 'enabled', 'pin-reset']),
      by: idSchema.nullable(),
    })
    .strict(),
  'settings-changed': z.object({ by: idSchema.nullable(), changes: plainRecord }).strict(),
  'device-changed': z.object({ device: z.string().max(200), change: z.string().max(64) }).strict(),
  override: z
    .object({ what: z.string().max(64), by: idSchema, approvedBy: idSchema, details: plainRecord })
    .strict(),
  alarm: z.object({ code: z.string().max(64), details: plainRecord }).strict(),
  /** Journal time went from one to the other, back: only here may it. The entry is dated `toMs`. */
  'clock-set': z.object({ fromMs: timeMsSchema, toMs: timeMsSchema, basis: z.literal('signed') }).strict(),
  retired: z.object({ by: idSchema, reason: z.string().max(200) }).strict(),
} as const satisfies Record<EntryKind, z.ZodType>;

export type EntryBody<K extends EntryKind> = z.infer<(typeof BODY_SCHEMAS)[K]>;
