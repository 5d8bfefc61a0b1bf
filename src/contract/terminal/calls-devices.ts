import { z } from 'zod';
import { done, nothing, type CallSpec } from './call-spec.ts';
import { deviceSettingsSchema, suffixSchema } from './device-settings.ts';
import { paramsSchema } from './errors.ts';
import { timeMsSchema } from '../journal/entry.ts';

/** Set-up and self-test of what stands on the counter. */

/** A serial port that could be used. */
const portSchema = z
  .object({
    path: z.string(),
    name: z.string(),
    usb: z
      .object({ vendorId: z.string(), productId: z.string(), serialNumber: z.string().nullable() })
      .readonly()
      .nullable(),
    looksLikeScanner: z.boolean(),
  })
  .readonly();
export type PortView = z.infer<typeof portSchema>;

export const CHECKS = [
  'runtime',
  'database',
  'key',
  'clock',
  'clearing',
  'scanners',
  'printer',
  'disk',
  'update',
] as const;
/** One line of the self-diagnosis. `code` names a sentence in both languages: see messages/findings. */
export const findingSchema = z
  .object({
    check: z.enum(CHECKS),
    level: z.enum(['ok', 'warn', 'fail']),
    code: z.string().max(64),
    params: paramsSchema,
  })
  .readonly();
export type Finding = z.infer<typeof findingSchema>;

/** One burst of a scanner, as it came: told only while support is signed in. */
export const scanTestSchema = z
  .object({
    deviceId: z.string(),
    name: z.string(),
    transport: z.enum(['serial', 'hid']),
    byteCount: z.int(),
    /** The first bytes, two hexadecimal digits each, blanks between. */
    hex: z.string(),
    outcome: z.enum(['read', 'too-long', 'incomplete', 'garbled', 'nothing']),
    /** The newest code of the burst; null if there was none. */
    text: z.string().nullable(),
    aim: z.string().nullable(),
    /** Time between deliveries of the system, milliseconds; null for a burst in one piece. */
    gaps: z.object({ maxMs: z.number(), meanMs: z.number() }).readonly().nullable(),
    /** How long the burst took, milliseconds. */
    durationMs: z.number(),
    detected: z
      .object({
        baudRate: z.int().nullable(),
        suffix: suffixSchema.nullable(),
        layout: z.enum(['aim-first', 'data-first']).nullable(),
      })
      .readonly()
      .nullable(),
  })
  .readonly();
export type ScanTest = z.infer<typeof scanTestSchema>;

const waitingSlipSchema = z
  .object({ id: z.string(), title: z.string(), queuedAtMs: timeMsSchema })
  .readonly();
export type WaitingSlip = z.infer<typeof waitingSlipSchema>;

export const DEVICE_CALLS = {
  /** The settings as they are, and the serial ports that the system has. */
  'devices.settings': {
    input: nothing,
    output: z.object({ settings: deviceSettingsSchema, ports: z.array(portSchema).readonly() }).readonly(),
    roles: ['support', 'manager'],
  },
  /** Writes the settings and starts all devices anew with them. Fault `data-folder-unwritable`. */
  'devices.save': { input: deviceSettingsSchema, output: done, roles: ['support', 'manager'] },
  /** Looks at everything that this terminal needs; the same lines as `cli doctor`. */
  'devices.diagnose': {
    input: nothing,
    output: z.array(findingSchema).readonly(),
    roles: ['support', 'manager'],
  },
  /** The test slip as this printer's paper would show it: an SVG picture. Fault `printer-unavailable`. */
  'printer.preview': {
    input: nothing,
    output: z.object({ svg: z.string() }).readonly(),
    roles: ['support', 'manager'],
  },
  /** Queues the test slip. Fault `printer-unavailable`. */
  'printer.test': { input: nothing, output: done, roles: ['support', 'manager'] },
  /** Slips that wait for the printer, oldest first. */
  'printer.waiting': {
    input: nothing,
    output: z.array(waitingSlipSchema).readonly(),
    roles: ['cashier', 'manager', 'support'],
  },
  /** Prints all that waits, also what is old. Fault `printer-unavailable`. */
  'printer.printWaiting': { input: nothing, output: done, roles: ['cashier', 'manager', 'support'] },
  /** Gives up a waiting slip; it can be printed again from the journal. */
  'printer.discard': {
    input: z.object({ id: z.string().max(200) }).strict(),
    output: done,
    roles: ['manager', 'support'],
  },
} as const satisfies Record<string, CallSpec>;
