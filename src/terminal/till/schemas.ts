import { z } from 'zod';
import { MAX_AMOUNT_FEN } from '../../domain/money.ts';

/** Shapes of the till interface: settings, requests, answers. Money is whole fen; times at this border are ISO 8601. */

export const DEFAULT_TILL_PORT = 47_110;
/** 32 random bytes, base64url. */
const tokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Off unless set. */
export const tillSettingsSchema = z
  .object({
    enabled: z.boolean().default(false),
    port: z.int().min(1024).max(65_535).default(DEFAULT_TILL_PORT),
    /** Made by `createTillToken`; null: nobody may ask yet. */
    token: tokenSchema.nullable().default(null),
  })
  .strict();
export type TillSettings = z.infer<typeof tillSettingsSchema>;

const fenSchema = z.int().min(1).max(MAX_AMOUNT_FEN);
const nameSchema = z.string().regex(/^[0-9A-Za-z_-]{1,32}$/);

export const keySchema = z.object({
  businessDay: z.iso.date(),
  till: nameSchema.describe('Number or name of the till, fixed for each till of the store'),
  receiptNumber: nameSchema.describe('Never used twice on one till on one business day'),
});

export const openBodySchema = z
  .object({
    amountFen: fenSchema.describe("What the customer pays after the shop's own discounts, in fen"),
    listAmountFen: fenSchema.optional().describe('Before those discounts; left out: the same as amountFen'),
  })
  .strict();

export const followQuerySchema = z.object({
  waitS: z.coerce
    .number()
    .int()
    .min(0)
    .max(30)
    .default(0)
    .describe('Answer at the next change, or after so many seconds'),
});

/** A till that wants to know who answers sends one. In lower case, as Node names headers. */
export const challengeSchema = z.object({
  'x-till-challenge': z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,64}$/)
    .optional()
    .describe('Random, new for each request; the answer then carries X-Till-Proof, see till-api.md'),
});

const redemptionSchema = z.object({
  epoch: z.int(),
  seq: z.int(),
  kindId: z.string(),
  serial: z.string(),
  faceValueFen: z.int(),
  discountFen: z.int(),
  payableFen: z.int(),
  at: z.iso.datetime({ offset: true }),
});
export const purchaseSchema = z.object({
  businessDay: z.string(),
  till: z.string(),
  receiptNumber: z.string(),
  amountFen: z.int(),
  listAmountFen: z.int(),
  state: z
    .enum(['waiting', 'unknown', 'redeemed', 'reversed', 'other-amount', 'cancelled'])
    .describe('waiting: at the terminal; unknown: clearing has not answered; the others are final'),
  lastRefusal: z
    .object({
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    })
    .nullable(),
  redemption: redemptionSchema.nullable(),
});
export type PurchaseBody = z.infer<typeof purchaseSchema>;

export const TILL_ERRORS = [
  'bad-request',
  'not-local',
  'no-browsers',
  'wrong-token',
  'not-found',
  'amount-differs',
  'busy',
  'wrong-day',
  'not-ready',
  'too-late',
  'internal',
] as const;
export const errorSchema = z.object({
  error: z.object({
    code: z.enum(TILL_ERRORS),
    message: z.string(),
    openDay: z.iso
      .date()
      .optional()
      .describe('With wrong-day: the business day that is open at the terminal'),
  }),
  /** The purchase as it stands, where the error is about it. */
  purchase: purchaseSchema.nullable(),
});
export type ErrorBody = z.infer<typeof errorSchema>;
