import { z } from 'zod';
import { MAX_AMOUNT_FEN } from '../../domain/money.ts';
import { businessDaySchema, entryNameSchema, headSchema } from '../journal/entry.ts';
import { idSchema, VERDICTS } from './protocol.ts';
import { dayMeaningSchema, lineKindSchema } from './settlement.ts';

/**
 * Reconciliation of one business day, asked by a terminal for its own journal. A line is one journal entry that
 * moves money (redemption, loss, reversal, refund), known by (terminal, epoch, seq).
 *
 * The terminal reports what it believes to count on that day: its redemptions that clearing hasn't refused, and
 * the reversals and refunds that clearing has settled or not yet answered. It leaves out what clearing only
 * recorded, and what it refused; but a refused redemption that the fund bears is reported as a `loss`.
 */

/** A counter with a voucher every ten seconds for fourteen hours; some 130 bytes each, so far below 2 MiB. */
export const MAX_REPORT_LINES = 5000;

/** What one side says of a line. Redemptions and losses are positive, corrections negative or 0. */
const lineMoney = {
  amountFen: z.int().min(-MAX_AMOUNT_FEN).max(MAX_AMOUNT_FEN),
  redemptionDay: businessDaySchema,
};

export const reportLineSchema = z
  .object({
    epoch: z.int().min(1),
    seq: z.int().min(1),
    kind: lineKindSchema,
    ...lineMoney,
    /** Null while the terminal has no verdict, one that is `held`, and for a loss. */
    settlementDay: businessDaySchema.nullable(),
  })
  .strict();
export type ReportLine = z.infer<typeof reportLineSchema>;

/** `by` redemption: all lines whose redemption has this business day; `by` settlement: all settled on that day. */
export const reconciliationRequestSchema = z
  .object({
    day: businessDaySchema,
    by: dayMeaningSchema,
    /** The last entry of the terminal's journal when it made the report: later lines of clearing aren't missing in it. */
    head: headSchema,
    lines: z.array(reportLineSchema).max(MAX_REPORT_LINES),
  })
  .strict();
export type ReconciliationRequest = z.infer<typeof reconciliationRequestSchema>;

/**
 * `matched`: both have it, with the same amount and days. `differs`: both have it, and not the same.
 * `held`: the terminal has it, and clearing keeps it for an operator. `only-terminal`: clearing has settled no
 * such line. `only-clearing`: clearing has settled it, and the terminal doesn't report it.
 */
export const RECONCILED = ['matched', 'differs', 'held', 'only-terminal', 'only-clearing'] as const;
export type Reconciled = (typeof RECONCILED)[number];

export const reconciledLineSchema = z
  .object({
    epoch: z.int().min(1),
    seq: z.int().min(1),
    kind: lineKindSchema,
    /** The redemption that a correction corrects; null for a redemption, or where clearing has no such line. */
    of: entryNameSchema.nullable(),
    status: z.enum(RECONCILED),
    /** What is not the same; empty unless `differs`. */
    differences: z.array(z.enum(['kind', 'amount', 'redemption-day', 'settlement-day'])).max(4),
    terminal: z
      .object({ ...lineMoney, settlementDay: businessDaySchema.nullable() })
      .strict()
      .nullable(),
    clearing: z
      .object({ ...lineMoney, settlementDay: businessDaySchema })
      .strict()
      .nullable(),
    /** Clearing's verdict on that entry as it stands; null if clearing never received it. */
    verdict: z.enum(VERDICTS).nullable(),
    reason: z.string().max(64).nullable(),
  })
  .strict();
export type ReconciledLine = z.infer<typeof reconciledLineSchema>;

/** Sealed with purpose `reconciliation`. Clearing keeps the report and what came of it. */
export const reconciliationSchema = z
  .object({
    reconciliationId: idSchema,
    terminalId: idSchema,
    storeId: idSchema,
    serverTimeMs: z.int().min(0),
    day: businessDaySchema,
    by: dayMeaningSchema,
    /** The day is closed as a settlement day. */
    closed: z.boolean(),
    counts: z
      .object({
        matched: z.int().min(0),
        differs: z.int().min(0),
        held: z.int().min(0),
        'only-terminal': z.int().min(0),
        'only-clearing': z.int().min(0),
      })
      .strict(),
    /** Net sums of both sides. What is held is in the terminal's sum and not in clearing's. */
    terminalFen: z.int(),
    clearingFen: z.int(),
    /** By epoch and seq. Both sides' lines of the day, and reported ones that clearing has on another day. */
    lines: z.array(reconciledLineSchema).max(2 * MAX_REPORT_LINES),
  })
  .strict();
export type Reconciliation = z.infer<typeof reconciliationSchema>;
