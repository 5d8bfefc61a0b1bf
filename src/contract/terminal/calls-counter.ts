import { z } from 'zod';
import { MAX_AMOUNT_FEN } from '../../domain/money.ts';
import { businessDaySchema, entryNameSchema } from '../journal/entry.ts';
import { approvalSchema, done, nothing, type CallSpec } from './call-spec.ts';
import { shiftReportSchema } from './reports.ts';
import { redemptionViewSchema } from './state.ts';

/** As printed: an invoice, a car, an identity card. Blanks and hyphens don't matter. */
const paperNumberSchema = z
  .string()
  .trim()
  .regex(/^[0-9A-Za-z -]{4,40}$/);

/** The papers of a new car as they are read off at the counter (plan section 五 (五)). */
export const vehicleFormSchema = z
  .object({
    priceFen: z.int().min(1).max(MAX_AMOUNT_FEN),
    seats: z.int().min(1).max(99),
    buyer: z.enum(['person', 'organisation']),
    invoiceIssuedOn: businessDaySchema,
    invoiceReissued: z.boolean(),
    papersAgree: z.boolean(),
    passengerCar: z.boolean(),
    /**
     * What binds the voucher to this purchase. Only their hash is kept and sent (personal data); null: not asked
     * for, which a voucher that was claimed with papers doesn't accept.
     */
    numbers: z
      .object({ invoiceNumber: paperNumberSchema, vin: paperNumberSchema, buyerNumber: paperNumberSchema })
      .strict()
      .nullable(),
  })
  .strict();
export type VehicleForm = z.infer<typeof vehicleFormSchema>;

/** What else happens at the counter: reversal and hand-over. */
export const COUNTER_CALLS = {
  /**
   * Takes a redemption back. The same cashier for five minutes alone; afterwards, or for another cashier's,
   * with a manager's approval and a reason; never after the business day.
   * Faults: `redemption-unknown`, `reversal-needs-manager`, `reversal-too-late`, `reversal-not-possible`,
   * `wrong-pin`, `pin-locked`.
   */
  'redemptions.reverse': {
    input: entryNameSchema.extend({
      reason: z.string().trim().max(200),
      approval: approvalSchema.nullable(),
    }),
    output: redemptionViewSchema,
    roles: ['cashier', 'manager'],
  },
  /** Prints a redemption's slip once more, marked as such. Faults: `redemption-unknown`, `printer-unavailable`. */
  'receipt.reprint': { input: entryNameSchema, output: done, roles: ['cashier', 'manager'] },
  /** Prints a shift's report: X while it is open, Z after. Faults: `shift-not-open`, `printer-unavailable`. */
  'receipt.shift': {
    input: z.object({ number: z.int().min(1) }).strict(),
    output: done,
    roles: ['cashier', 'manager'],
  },
  /** Fault `shift-already-open`. */
  'shift.open': { input: nothing, output: done, roles: ['cashier', 'manager'] },
  /** The X report: the open shift so far. Fault `shift-not-open`. */
  'shift.report': { input: nothing, output: shiftReportSchema, roles: ['cashier', 'manager'] },
  /** Redemptions that clearing has no verdict on, oldest first: what a hand-over has to know. */
  'redemptions.unsent': {
    input: z.object({ limit: z.int().min(1).max(500) }).strict(),
    output: z
      .object({
        count: z.int(),
        discountFen: z.int(),
        /** The first `limit` of them. */
        rows: z.array(redemptionViewSchema).readonly(),
      })
      .readonly(),
    roles: ['cashier', 'manager'],
  },
  /**
   * Closes the shift; the Z report. Tries clearing first (seconds); with redemptions that are unsent even then a
   * manager has to approve: `redemptions.unsent` lists them.
   * Faults: `shift-not-open`, `shift-has-unsent`, `wrong-pin`, `pin-locked`.
   */
  'shift.close': {
    input: z.object({ approval: approvalSchema.nullable() }).strict(),
    output: shiftReportSchema,
    roles: ['cashier', 'manager'],
  },
} as const satisfies Record<string, CallSpec>;
