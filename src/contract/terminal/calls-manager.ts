import { z } from 'zod';
import { done, nothing, pinSchema, type CallSpec } from './call-spec.ts';
import {
  accountViewSchema,
  daySchema,
  rangeReportSchema,
  redemptionDetailSchema,
  redemptionFilterSchema,
  redemptionPageSchema,
  shiftReportSchema,
} from './reports.ts';
import { roleSchema } from './state.ts';

const rangeSchema = z.object({ fromDay: daySchema, toDay: daySchema }).strict();

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
