import { z } from 'zod';
import {
  businessDaySchema,
  entryNameSchema,
  entrySchema,
  headSchema,
  timeMsSchema,
} from '../journal/entry.ts';
import { entryVerdictSchema, idSchema, MAX_BATCH_ENTRIES } from './protocol.ts';

/**
 * What a terminal may ask of clearing's books, version 1: its store's day totals and statement, and its own
 * journal back. All are signed POST requests like the rest of the protocol, answered by a sealed envelope whose
 * purpose is named at each answer. Money is whole fen, days are `YYYY-MM-DD` business days (Asia/Shanghai).
 */

export const STORE_ROUTES = {
  dayTotals: '/v1/store/day-totals',
  statement: '/v1/store/statement',
  reconcile: '/v1/store/reconciliations',
  readBack: '/v1/journal/read-back',
} as const;

/** Lines on one page of a statement: some 400 bytes each, far below an envelope's bound. */
export const MAX_STATEMENT_LINES = 2000;

/** Which of a line's two days is meant: the terminal's business day, or the day on which clearing accepted it. */
export const dayMeaningSchema = z.enum(['redemption', 'settlement']);
export type DayMeaning = z.infer<typeof dayMeaningSchema>;

/** `loss`: a refused double spend that the campaign's loss reserve pays (verdict `refused`, borne by `fund`). */
export const LINE_KINDS = ['redemption', 'loss', 'reversal', 'refund'] as const;
export const lineKindSchema = z.enum(LINE_KINDS);
export type LineKind = z.infer<typeof lineKindSchema>;

export const dayTotalsRequestSchema = z.object({ day: businessDaySchema, by: dayMeaningSchema }).strict();

const dayTotalSchema = z
  .object({
    terminalId: idSchema,
    counter: z.string().max(40),
    campaignNumber: z.int().min(1),
    /** Such as `supermarket-20`. */
    kindId: z.string().max(64),
    kind: lineKindSchema,
    count: z.int().min(0),
    /** Redemptions and losses positive, corrections negative or 0. */
    amountFen: z.int(),
  })
  .strict();

/** Sealed with purpose `day-totals`: what clearing has settled for all counters of the terminal's store. */
export const dayTotalsSchema = z
  .object({
    terminalId: idSchema,
    storeId: idSchema,
    serverTimeMs: timeMsSchema,
    day: businessDaySchema,
    by: dayMeaningSchema,
    /** The day is closed as a settlement day: nothing is added to it any more. */
    closed: z.boolean(),
    totals: z.array(dayTotalSchema),
    /** Number of lines and their net sum, over all of `totals`. */
    count: z.int().min(0),
    amountFen: z.int(),
    /** Redemptions with this business day that wait for an operator; no money has moved by them. */
    held: z.object({ count: z.int().min(0), amountFen: z.int().min(0) }).strict(),
  })
  .strict();
export type DayTotals = z.infer<typeof dayTotalsSchema>;

/** `after` is the `number` of the last line that was read; null: from the first. */
export const statementRequestSchema = z
  .object({ day: businessDaySchema, by: dayMeaningSchema, after: z.int().min(0).nullable() })
  .strict();

/** One line as clearing settled it. It never changes; a correction is a line of its own. */
export const statementLineSchema = z
  .object({
    /** Rises in the order of settlement. */
    number: z.int().min(1),
    terminalId: idSchema,
    counter: z.string().max(40),
    epoch: z.int().min(1),
    seq: z.int().min(1),
    kind: lineKindSchema,
    /** The redemption that this line corrects; null for a redemption. */
    of: entryNameSchema.nullable(),
    redemptionId: idSchema,
    campaignNumber: z.int().min(1),
    kindId: z.string().max(64),
    serial: z.string().regex(/^\d{1,20}$/),
    till: idSchema,
    receiptNumber: idSchema,
    /** Redemptions and losses positive, corrections negative or 0. */
    amountFen: z.int(),
    redemptionDay: businessDaySchema,
    settlementDay: businessDaySchema,
    /** Null until a payout that holds this line was prepared; date and bank reference once it is paid. */
    payout: z
      .object({
        id: idSchema,
        paidOn: businessDaySchema.nullable(),
        reference: z.string().max(200).nullable(),
      })
      .strict()
      .nullable(),
  })
  .strict();

/** Sealed with purpose `statement`: the lines of all counters of the terminal's store. */
export const statementSchema = z
  .object({
    terminalId: idSchema,
    storeId: idSchema,
    serverTimeMs: timeMsSchema,
    day: businessDaySchema,
    by: dayMeaningSchema,
    closed: z.boolean(),
    lines: z.array(statementLineSchema).max(MAX_STATEMENT_LINES),
    /** More lines follow: ask again with the last line's number. */
    more: z.boolean(),
  })
  .strict();
export type Statement = z.infer<typeof statementSchema>;

/** Asks for the terminal's own journal as clearing received it. `after` null: from the first entry. */
export const readBackRequestSchema = z.object({ after: entryNameSchema.nullable() }).strict();

/** Sealed with purpose `read-back`. Entries that could take no place in the chain (forks) aren't among them. */
export const readBackSchema = z
  .object({
    terminalId: idSchema,
    serverTimeMs: timeMsSchema,
    /** By epoch and seq, as received. */
    entries: z.array(entrySchema).max(MAX_BATCH_ENTRIES),
    /** One for each entry, in the same order, as it stands now. */
    verdicts: z.array(entryVerdictSchema).max(MAX_BATCH_ENTRIES),
    /** How far each epoch is whole. */
    heads: z.array(headSchema).max(10_000),
    more: z.boolean(),
  })
  .strict();
export type ReadBack = z.infer<typeof readBackSchema>;
