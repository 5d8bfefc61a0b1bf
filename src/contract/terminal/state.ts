import { z } from 'zod';
import { CATEGORIES } from '../../domain/campaign.ts';
import { REDEMPTION_STATES } from '../../domain/correction/redeemed.ts';
import { MAX_AMOUNT_FEN } from '../../domain/money.ts';
import { timeMsSchema } from '../journal/entry.ts';
import { faultSchema } from './errors.ts';
import { refusalSchema } from './refusal.ts';

/** What the screens show. All amounts are whole fen, all times epoch milliseconds. */

export const amountFenSchema = z.int().min(1).max(MAX_AMOUNT_FEN);
const anyFenSchema = z.int();

export const ROLES = ['cashier', 'manager', 'support'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

export const categorySchema = z.enum(CATEGORIES);
export const languageSchema = z.enum(['zh', 'en']);
export type Language = z.infer<typeof languageSchema>;

export const userSchema = z.object({ id: z.string(), name: z.string(), role: roleSchema }).readonly();
export type User = z.infer<typeof userSchema>;

/** What a car voucher asks for, told while the papers are filled in. Bands include `fromFen`, exclude `belowFen`. */
const carRulesSchema = z
  .object({
    earliestDay: z.string(),
    bands: z
      .array(
        z
          .object({ faceValueFen: anyFenSchema, fromFen: anyFenSchema, belowFen: anyFenSchema.nullable() })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type CarRules = z.infer<typeof carRulesSchema>;

/** Who and where this terminal is, and whether it may work at all. */
export const appStateSchema = z
  .object({
    phase: z.enum(['starting', 'activation', 'sign-in', 'open', 'fault']),
    fault: faultSchema.nullable(),
    /** Training mode: every screen says so, all the time; nothing of it is real. */
    training: z.boolean(),
    language: languageSchema,
    version: z.string(),
    terminal: z.object({ id: z.string(), counter: z.string() }).readonly().nullable(),
    store: z
      .object({ id: z.string(), nameZh: z.string(), nameEn: z.string(), category: categorySchema })
      .readonly()
      .nullable(),
    /** Only for a car dealer whose rules have come. */
    carRules: carRulesSchema.nullable().optional(),
    user: userSchema.nullable(),
    users: z.array(userSchema).readonly(),
    shift: z.object({ number: z.int(), openedAtMs: timeMsSchema }).readonly().nullable(),
    /** What needs somebody's attention but keeps nobody from working, such as a back-up that failed. */
    notices: z.array(faultSchema).readonly().optional(),
    /** The installer's seed file waits with address and code: only the first manager is asked for. */
    seed: z.object({ clearingUrl: z.string() }).readonly().nullable().optional(),
    /** A good one-time code of clearing's was read: this user may choose a new PIN now. */
    pinReset: z.object({ userId: z.string(), expiresAtMs: timeMsSchema }).readonly().nullable().optional(),
  })
  .readonly();
export type AppState = z.infer<typeof appStateSchema>;

export const settlementStateSchema = z.enum(REDEMPTION_STATES);
export type SettlementState = z.infer<typeof settlementStateSchema>;

/** A redemption as the screens list it. `epoch` and `seq` name its journal entry. */
export const redemptionViewSchema = z
  .object({
    epoch: z.int(),
    seq: z.int(),
    atMs: timeMsSchema,
    businessDay: z.string(),
    kindId: z.string(),
    faceValueFen: anyFenSchema,
    serial: z.string(),
    amountFen: anyFenSchema,
    discountFen: anyFenSchema,
    payableFen: anyFenSchema,
    /** Value of the goods that came back, and what of the discount went back to the fund; 0 without a return. */
    returnedFen: anyFenSchema,
    backToFundFen: anyFenSchema,
    cashierName: z.string(),
    receiptNumber: z.string(),
    offline: z.boolean(),
    state: settlementStateSchema,
    /** Why clearing refused or holds it; null otherwise. */
    reason: z.string().nullable(),
    /** Until when the same cashier may reverse it alone; null when nobody can reverse it any more. */
    reversibleUntilMs: timeMsSchema.nullable(),
  })
  .readonly();
export type RedemptionView = z.infer<typeof redemptionViewSchema>;

const voucherSummarySchema = z
  .object({
    kindId: z.string(),
    category: categorySchema,
    faceValueFen: anyFenSchema,
    minSpendFen: anyFenSchema,
    notAfterMs: timeMsSchema,
  })
  .readonly();

/** What may be done now. Screens, till, updater and training obey it and decide nothing. */
const checkoutCanSchema = z
  .object({
    /**
     * What a digit does. `live`: it changes the amount at once. `collect`: digits are collected, and Enter takes them.
     * `next`: it begins the next purchase. `locked`: the amount is the till's. `none`: it is not taken.
     */
    digits: z.enum(['live', 'collect', 'next', 'locked', 'none']),
    /** What Enter does where no digits are collected. */
    enter: z.enum(['take-amount', 'confirm', 'acknowledge', 'next', 'go-on', 'query', 'retry', 'none']),
    /** What Esc does where no digits are collected; `back` keeps the amount. */
    escape: z.enum(['clear', 'cancel', 'back', 'next', 'give-up', 'none']),
    /** The code that was scanned is still there. */
    keepsCode: z.boolean(),
    /** Nothing is under way: something else may begin, and nobody loses an amount, a code or a verdict by it. */
    atRest: z.boolean(),
  })
  .readonly();
export type CheckoutCan = z.infer<typeof checkoutCanSchema>;

const refusedSchema = z
  .object({
    step: z.literal('refused'),
    amountFen: amountFenSchema.nullable(),
    receiptNumber: z.string(),
  })
  .and(refusalSchema);

const otherStepSchema = z.discriminatedUnion('step', [
  /** Nothing scanned. The amount may already be there. */
  z.object({ step: z.literal('ready'), amountFen: amountFenSchema.nullable(), receiptNumber: z.string() }),
  /** Scan first: the voucher is good so far and waits for the amount. */
  z.object({ step: z.literal('amount-needed'), voucher: voucherSummarySchema, receiptNumber: z.string() }),
  /** May be confirmed until expiresAtMs. */
  z.object({
    step: z.literal('decided'),
    decisionId: z.string(),
    expiresAtMs: timeMsSchema,
    voucher: voucherSummarySchema,
    amountFen: amountFenSchema,
    discountFen: anyFenSchema,
    payableFen: anyFenSchema,
    receiptNumber: z.string(),
    offline: z.boolean(),
  }),
  /** Clearing is being asked to hold a voucher; `checkout.cancel` gives it up. Lasts as long as the network does. */
  z.object({
    step: z.literal('asking'),
    authorisationId: z.string(),
    sinceMs: timeMsSchema,
    amountFen: amountFenSchema,
    receiptNumber: z.string(),
  }),
  /** Being written; lasts milliseconds. */
  z.object({
    step: z.literal('confirming'),
    amountFen: amountFenSchema,
    payableFen: anyFenSchema,
    receiptNumber: z.string(),
  }),
  /** In the journal and the tail log; the cashier may hand over the goods. */
  z.object({ step: z.literal('accepted'), redemption: redemptionViewSchema }),
  /** In the journal, but the tail log failed: the cashier may go on or reverse. */
  z.object({ step: z.literal('recorded-not-confirmed'), redemption: redemptionViewSchema }),
  /**
   * Clearing was asked and never answered: neither refused nor accepted, and nothing is booked. `checkout.query`
   * asks again under the same id; `checkout.cancel` gives it up, also at clearing, as soon as that is reached.
   */
  z.object({
    step: z.literal('unknown'),
    authorisationId: z.string(),
    sinceMs: timeMsSchema,
    amountFen: amountFenSchema,
    receiptNumber: z.string(),
  }),
  /** The disk failed while the purchase was judged: nothing of it is recorded. `checkout.acknowledge` tries again. */
  z.object({
    step: z.literal('failed'),
    fault: faultSchema,
    amountFen: amountFenSchema.nullable(),
    receiptNumber: z.string(),
  }),
]);
/** The one purchase at hand. The core is its only author; the screen shows it and asks for steps. */
export const checkoutStateSchema = z
  .union([otherStepSchema, refusedSchema])
  .and(z.object({ can: checkoutCanSchema }));
export type CheckoutState = z.infer<typeof checkoutStateSchema>;

const offlineAmountsSchema = z
  .object({ ageMs: z.int(), count: z.int(), discountFen: anyFenSchema })
  .readonly();
/**
 * What is left of the offline limits, at the tightest of the packs in force; never below 0. `of`: the limits
 * themselves. `first`: the one of which the smallest part is left.
 */
const offlineLeftSchema = z
  .object({
    ageMs: z.int(),
    count: z.int(),
    discountFen: anyFenSchema,
    of: offlineAmountsSchema,
    first: z.enum(['age', 'count', 'amount']),
  })
  .readonly();

/** How clearing is doing, told honestly: never green over unsent redemptions. */
export const syncStateSchema = z
  .object({
    connection: z.enum(['online', 'offline', 'connecting', 'refused']),
    pendingCount: z.int(),
    pendingDiscountFen: anyFenSchema,
    oldestPendingAtMs: timeMsSchema.nullable(),
    lastContactAtMs: timeMsSchema.nullable(),
    lastError: faultSchema.nullable(),
    clock: z.enum(['trusted', 'untrusted']),
    offlineLeft: offlineLeftSchema.nullable(),
  })
  .readonly();
export type SyncState = z.infer<typeof syncStateSchema>;

export const deviceSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['scanner', 'printer', 'pole']),
    transport: z.enum(['serial', 'hid', 'wedge', 'tcp', 'system']),
    name: z.string(),
    path: z.string(),
    status: z.enum(['searching', 'open', 'lost', 'busy', 'keyboard-mode', 'error']),
    problem: faultSchema.nullable(),
    /** Only of a printer: how many slips wait for it. */
    waitingSlips: z.int().optional(),
  })
  .readonly();
export type Device = z.infer<typeof deviceSchema>;
export const devicesStateSchema = z.array(deviceSchema).readonly();
