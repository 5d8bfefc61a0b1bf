import { z } from 'zod';
import { base64UrlSchema, businessDaySchema, hashHexSchema } from '../../journal/entry.ts';

/**
 * What operators ask of clearing and what it answers: money in fen, times in epoch milliseconds, days as YYYY-MM-DD.
 * Operators come with `Authorization: Bearer TOKEN`; each route names the roles that may use it.
 */

/** Who may do what on the operator's side. */
export const ROLES = [
  /** Makes operators, publishes packs, makes terminals. */
  'admin',
  /** First stage of a store's admission (属地商务主管部门初审). */
  'district',
  /** Second stage, suspension, second review of cars (市商务局). */
  'bureau',
  /** Issues vouchers, first review of cars, prepares settlement (中国银联). */
  'unionpay',
  /** Approves what moves money (财政局). */
  'finance',
  /** Reads everything, changes nothing (审计局). */
  'auditor',
] as const;
export type Role = (typeof ROLES)[number];

/** The longest page of a list. */
export const MAX_PAGE = 200;

export const operatorIdSchema = z.string().min(1).max(64);
export const noteSchema = z.string().trim().min(1).max(200);
export const timeMsSchema = z.int().min(0).max(4_102_444_800_000);
export const campaignNumberSchema = z.int().min(1).max(65_535);
export const hashSchema = hashHexSchema;
export const daySchema = businessDaySchema;
export const signatureTextSchema = base64UrlSchema;

/** Ids of stores and terminals come in paths: only what needs no escaping. */
export const newIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
export const pageSizeSchema = z.coerce.number().int().min(1).max(MAX_PAGE).default(100);

export const operatorViewSchema = z
  .object({
    id: operatorIdSchema,
    name: z.string(),
    roles: z.array(z.enum(ROLES)),
    disabled: z.boolean(),
    createdAtMs: timeMsSchema,
  })
  .strict();
export type OperatorView = z.infer<typeof operatorViewSchema>;

/** Names for the ids that other answers give; everyone may see who did what. */
export const operatorNamesSchema = z
  .object({ names: z.array(z.object({ id: operatorIdSchema, name: z.string() }).strict()) })
  .strict();

export const newOperatorSchema = z
  .object({ name: z.string().trim().min(1).max(80), roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length) })
  .strict();
