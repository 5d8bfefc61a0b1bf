import { z } from 'zod';
import { MAX_AMOUNT_FEN } from '../../domain/money.ts';
import { businessDaySchema } from '../journal/entry.ts';
import { approvalSchema, done, nothing, pinSchema, type CallSpec } from './call-spec.ts';
import {
  accountViewSchema,
  rangeReportSchema,
  redemptionDetailSchema,
  redemptionFilterSchema,
  reconciliationSchema,
  redemptionPageSchema,
  returnPreviewSchema,
  shiftReportSchema,
} from './reports.ts';
import { redemptionViewSchema, roleSchema } from './state.ts';

const returnSchema = z
  .object({
    epoch: z.int().min(1),
    seq: z.int().min(1),
    /** Value of the goods that come back now, at the price before the voucher. */
    returnedFen: z.int().min(1).max(MAX_AMOUNT_FEN),
  })
  .strict();
const rangeSchema = z.object({ fromDay: businessDaySchema, toDay: businessDaySchema }).strict();

/** No list asks for more at once; the screens ask again as they are scrolled. */
export const MAX_PAGE_ROWS = 500;

/** The manager's screen. */
export const MANAGER_CALLS = {
  /** Totals of days, from first to last, at most 400 of them. Fault `bad-input` for a range the wrong way round. */
  'manager.range': { input: rangeSchema, output: rangeReportSchema, roles: ['manager'] },
  /** Single redemptions of a range, newest first. */
  'manager.redemptions': {
    input: rangeSchema.extend({
      filter: redemptionFilterSchema,
      offset: z.int().min(0).max(10_000_000),
      limit: z.int().min(1).max(MAX_PAGE_ROWS),
    }),
    output: redemptionPageSchema,
    roles: ['manager'],
  },
  /** One redemption with the journal entries that made it. Fault `redemption-unknown`. */
  'manager.redemption': {
    input: z.object({ epoch: z.int().min(1), seq: z.int().min(1) }).strict(),
    output: redemptionDetailSchema,
    roles: ['manager'],
  },
  /**
   * What a return would do; books nothing. Faults: `redemption-unknown`, `return-not-possible` with a `reason`
   * (`reversed`, `refused`, `discount-returned`: the discount went back with an earlier return, so the rest is
   * between till and customer; `too-much`: more than is left, with `leftFen`; `rules-unknown`: a part comes back
   * while no pack says what the rest must reach, as after a restore until the next feed).
   */
  'manager.returnPreview': { input: returnSchema, output: returnPreviewSchema, roles: ['manager'] },
  /**
   * Books a return: whole and on its own business day a reversal, otherwise a `refund` entry. Asks for the
   * manager's PIN and a reason. Faults as the preview's, and `wrong-pin`, `pin-locked`, `not-allowed`,
   * `decision-changed` if `expected` is no longer what it would do.
   */
  'manager.return': {
    input: returnSchema.extend({
      /** What the preview showed. */
      expected: z.object({ backToFundFen: z.int(), paidOutFen: z.int() }).strict(),
      reason: z.string().trim().min(1).max(200),
      approval: approvalSchema,
    }),
    output: redemptionViewSchema,
    roles: ['manager'],
  },
  /**
   * Holds a business day of this terminal against clearing's own lines of it. Faults: `clearing-unreachable`,
   * `clearing-refused`, `clearing-not-trusted`.
   */
  'manager.reconcile': {
    input: z.object({ day: businessDaySchema }).strict(),
    output: reconciliationSchema,
    roles: ['manager'],
  },
  /** Shifts whose opening falls into the range, newest first; closed ones as Z, the open one as X. */
  'manager.shifts': { input: rangeSchema, output: z.array(shiftReportSchema).readonly(), roles: ['manager'] },
  /** Writes the range to a file in the exports folder; answers its path and how many lines it has. */
  'manager.export': {
    input: rangeSchema.extend({ format: z.enum(['csv', 'xlsx']) }),
    output: z.object({ path: z.string(), lines: z.int() }).readonly(),
    roles: ['manager'],
  },
  'manager.users': { input: nothing, output: z.array(accountViewSchema).readonly(), roles: ['manager'] },
  'manager.addUser': {
    input: z.object({ name: z.string().trim().min(1).max(40), role: roleSchema, pin: pinSchema }).strict(),
    output: done,
    roles: ['manager'],
  },
  'manager.setPin': {
    input: z.object({ userId: z.string().max(64), pin: pinSchema }).strict(),
    output: done,
    roles: ['manager'],
  },
} as const satisfies Record<string, CallSpec>;
