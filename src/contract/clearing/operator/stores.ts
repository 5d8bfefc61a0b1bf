import { z } from 'zod';
import { CATEGORIES } from '../../../domain/campaign.ts';
import { newIdSchema, noteSchema, operatorIdSchema, pageSizeSchema, timeMsSchema } from './common.ts';

/** Why a store may take part (plan section 六). */
export const ELIGIBILITY = [
  /** 限上企业 (list of the city's bureau of statistics). */
  'above-designated-size',
  /** 准限上企业 (the same list). */
  'near-designated-size',
  /** 商务系统重点流通监测企业. */
  'monitored',
] as const;

export const STORE_STATUSES = ['admitted', 'suspended', 'not-admitted'] as const;
export const TERMINAL_STATUSES = ['active', 'suspended', 'retired'] as const;

export const newStoreSchema = z
  .object({
    id: newIdSchema.optional(),
    nameZh: z.string().trim().min(1).max(80),
    nameEn: z.string().trim().min(1).max(80),
    category: z.enum(CATEGORIES),
    /** Business day cut-over after midnight, minutes. */
    cutOverMinutes: z.int().min(0).max(360).default(0),
    basis: z.string().max(200).default(''),
  })
  .strict();

export const storeViewSchema = z
  .object({
    id: operatorIdSchema,
    nameZh: z.string(),
    nameEn: z.string(),
    category: z.enum(CATEGORIES),
    status: z.enum(STORE_STATUSES),
    cutOverMinutes: z.int(),
    /** What its eligibility rests on, as the district wrote it down. */
    basis: z.string(),
    districtBy: z.string().nullable(),
    cityBy: z.string().nullable(),
  })
  .strict();
export type StoreView = z.infer<typeof storeViewSchema>;

export const storesQuerySchema = z
  .object({
    status: z.enum(STORE_STATUSES).optional(),
    category: z.enum(CATEGORIES).optional(),
    /** Ids after this one. */
    after: z.string().max(64).default(''),
    limit: pageSizeSchema,
  })
  .strict();
export const storesAnswerSchema = z.object({ stores: z.array(storeViewSchema), more: z.boolean() }).strict();

/**
 * The first stage says what the eligibility rests on. `evidence`: where it can be looked up, such as the place in
 * the list; for a car dealer also its filing in the national register of car distribution (plan section 六).
 */
export const districtAdmissionSchema = z
  .object({ eligibility: z.enum(ELIGIBILITY), evidence: z.string().trim().min(1).max(160) })
  .strict();
export const reasonSchema = z.object({ reason: noteSchema }).strict();

export const newActivationSchema = z.object({ counter: z.string().trim().min(1).max(40) }).strict();
export const activationViewSchema = z
  .object({ terminalId: operatorIdSchema, activationCode: z.string(), expiresAtMs: timeMsSchema })
  .strict();

export const terminalViewSchema = z
  .object({
    id: operatorIdSchema,
    storeId: operatorIdSchema,
    counter: z.string(),
    status: z.enum(TERMINAL_STATUSES),
    /** 0 until it is activated. */
    epoch: z.int(),
    softwareVersion: z.string(),
    lastSeenAtMs: timeMsSchema.nullable(),
    /** Everything up to here has a verdict. */
    headSeq: z.int(),
    /** The chain broke or forked: money entries are held until an operator has decided. */
    broken: z.boolean(),
  })
  .strict();
export type TerminalView = z.infer<typeof terminalViewSchema>;
export const terminalsQuerySchema = z
  .object({
    storeId: operatorIdSchema.optional(),
    status: z.enum(TERMINAL_STATUSES).optional(),
    after: z.string().max(64).default(''),
    limit: pageSizeSchema,
  })
  .strict();
export const terminalsAnswerSchema = z
  .object({ terminals: z.array(terminalViewSchema), more: z.boolean() })
  .strict();
export const terminalStatusSchema = z
  .object({ status: z.enum(TERMINAL_STATUSES), reason: noteSchema })
  .strict();
