import { z } from 'zod';
import { done, nothing, pinSchema, type CallSpec } from './call-spec.ts';
import { ACCESS_CALLS } from './calls-access.ts';
import { COUNTER_CALLS, vehicleFormSchema } from './calls-counter.ts';
import { DEVICE_CALLS, scanTestSchema } from './calls-devices.ts';
import { MANAGER_CALLS } from './calls-manager.ts';
import { restoredSchema, restorePlanSchema, SUPPORT_CALLS } from './calls-support.ts';
import {
  amountFenSchema,
  appStateSchema,
  checkoutStateSchema,
  devicesStateSchema,
  languageSchema,
  redemptionViewSchema,
  syncStateSchema,
} from './state.ts';

/** A code longer than this is nothing that a customer shows: QR version 40 holds 4,296 characters. */
export const MAX_SCAN_LENGTH = 4296;

/** Every call of the screens to the core: one map, types inferred at both ends. */
export const TERMINAL_CALLS = {
  /** Everything a window needs to paint itself; asked once at start and after a reconnect. */
  'app.snapshot': {
    input: nothing,
    output: z
      .object({
        app: appStateSchema,
        checkout: checkoutStateSchema,
        sync: syncStateSchema,
        devices: devicesStateSchema,
      })
      .readonly(),
    roles: ['anyone'],
  },
  'app.activate': {
    input: z
      .object({
        clearingUrl: z.url({ protocol: /^https?$/ }).max(200),
        /** Null: the one of the installer's seed file, which no screen gets to see. */
        activationCode: z.string().trim().min(4).max(64).nullable(),
        managerName: z.string().trim().min(1).max(40),
        managerPin: pinSchema,
      })
      .strict(),
    output: done,
    roles: ['anyone'],
  },
  /** What a terminal whose journal can't be opened may be restored from; asked in phase `fault`. */
  'app.restorePlan': { input: nothing, output: restorePlanSchema, roles: ['anyone'] },
  /**
   * Opens a new epoch from a back-up (its path out of the plan; null: from nothing but what is left on the disk).
   * What allows it is a fresh one-time activation code that clearing gives for this terminal. The old files are
   * kept aside. Faults: `restore-not-possible`, `activation-code-refused`, `clearing-unreachable`,
   * `clearing-not-trusted`, and those of the journal.
   */
  'app.restore': {
    input: z
      .object({
        activationCode: z.string().trim().min(4).max(64),
        backUpPath: z.string().max(1000).nullable(),
      })
      .strict(),
    output: restoredSchema,
    roles: ['anyone'],
  },
  'app.setLanguage': {
    input: z.object({ language: languageSchema }).strict(),
    output: done,
    roles: ['anyone'],
  },
  'access.signIn': {
    input: z.object({ userId: z.string().max(64), pin: pinSchema }).strict(),
    output: done,
    roles: ['anyone'],
  },
  'access.signOut': { input: nothing, output: done, roles: ['cashier', 'manager', 'support'] },

  /** The amount as the cashier types it; null clears it. */
  'checkout.setAmount': {
    input: z.object({ amountFen: amountFenSchema.nullable() }).strict(),
    output: done,
    roles: ['cashier', 'manager'],
  },
  /** The till's receipt number, so that one purchase is never discounted twice. */
  'checkout.setReceipt': {
    input: z
      .object({
        receiptNumber: z
          .string()
          .trim()
          .regex(/^[0-9A-Za-z_-]{1,32}$/),
      })
      .strict(),
    output: done,
    roles: ['cashier', 'manager'],
  },
  /** The papers of a new car, whose price is the amount; null takes them off again. */
  'checkout.setVehicle': {
    input: z.object({ vehicle: vehicleFormSchema.nullable() }).strict(),
    output: done,
    roles: ['cashier', 'manager'],
  },
  /**
   * While a form is filled in or a dialog waits, what the scanner reads comes as `formScan` and isn't taken for a
   * voucher.
   */
  'checkout.fillForm': {
    input: z.object({ open: z.boolean() }).strict(),
    output: done,
    roles: ['cashier', 'manager'],
  },
  /** A code read by the window itself: keyboard wedge, or typed by hand. */
  'checkout.scan': {
    input: z
      .object({ text: z.string().min(1).max(MAX_SCAN_LENGTH), source: z.enum(['wedge', 'typed']) })
      .strict(),
    output: done,
    roles: ['cashier', 'manager'],
  },
  /** Carries the id of a decision and nothing else: single use, valid for five minutes, decided again. */
  'checkout.confirm': {
    input: z.object({ decisionId: z.string().max(64) }).strict(),
    output: done,
    roles: ['cashier', 'manager'],
  },
  /**
   * 查询结果: asks clearing again about an authorisation whose answer never came, under the same id. The outcome
   * is a new state of the checkout. Fault `authorisation-unknown` if it isn't the one on screen.
   */
  'checkout.query': {
    input: z.object({ authorisationId: z.string().max(64) }).strict(),
    output: done,
    roles: ['cashier', 'manager'],
  },
  /**
   * A refusal or a failure was read. Back to the purchase where another voucher may mend it, with its amount; a failure
   * is tried again; else as `checkout.cancel`.
   */
  'checkout.acknowledge': { input: nothing, output: done, roles: ['cashier', 'manager'] },
  /** Back to ready; forgets amount, voucher and decision. */
  'checkout.cancel': { input: nothing, output: done, roles: ['cashier', 'manager'] },

  /** The newest redemptions of this terminal, newest first. */
  'redemptions.recent': {
    input: z.object({ limit: z.int().min(1).max(200) }).strict(),
    output: z.array(redemptionViewSchema).readonly(),
    roles: ['cashier', 'manager'],
  },
  /** Try clearing now instead of at the next turn. */
  'sync.now': { input: nothing, output: done, roles: ['cashier', 'manager', 'support'] },
  ...ACCESS_CALLS,
  ...COUNTER_CALLS,
  ...MANAGER_CALLS,
  ...SUPPORT_CALLS,
  ...DEVICE_CALLS,
} as const satisfies Record<string, CallSpec>;

export type CallName = keyof typeof TERMINAL_CALLS;
export type CallInput<N extends CallName> = z.infer<(typeof TERMINAL_CALLS)[N]['input']>;
export type CallOutput<N extends CallName> = z.infer<(typeof TERMINAL_CALLS)[N]['output']>;

/** Every event of the core to the screens. */
export const TERMINAL_EVENTS = {
  app: appStateSchema,
  checkout: checkoutStateSchema,
  sync: syncStateSchema,
  devices: devicesStateSchema,
  /** A redemption changed (settled, refused, reversed …). */
  redemption: redemptionViewSchema,
  /** A burst of a scanner, for the self-test; only while support is signed in. */
  scanTest: scanTestSchema,
  /** What the scanner read while a form or dialog was open. */
  formScan: z.object({ text: z.string() }).readonly(),
  /** A code was read and nothing was done with it: nobody is signed in, or the purchase at hand is being finished. */
  scanIgnored: z.object({ reason: z.enum(['nobody', 'busy', 'stalled']) }).readonly(),
  /** The total on the till's customer display, to be offered as the amount; null: there is none any more. */
  tillAmount: z.object({ amountFen: amountFenSchema.nullable() }).readonly(),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof TERMINAL_EVENTS;
export type EventPayload<N extends EventName> = z.infer<(typeof TERMINAL_EVENTS)[N]>;
