import { z } from 'zod';
import { SUFFIXES } from '../../../native/framing/line-framer.ts';

const usbIdSchema = z.string().regex(/^[0-9a-f]{4}$/);

/** One serial scanner: by path, or by what it is, so that it may be plugged in anywhere. */
export const serialSettingsSchema = z
  .object({
    /** `COM5`, `/dev/ttyACM0`, or a link such as `/dev/serial/by-id/…`. */
    path: z.string().min(1).max(200).optional(),
    /** Identity of a USB device, four lower-case hexadecimal digits each; wins over `path`. */
    usb: z
      .object({ vendorId: usbIdSchema, productId: usbIdSchema, serialNumber: z.string().max(100).optional() })
      .strict()
      .optional(),
    baudRate: z.union([z.literal('auto'), z.int().min(300).max(921_600)]).default('auto'),
    suffix: z.enum(SUFFIXES).default('auto'),
  })
  .strict()
  .refine(({ path, usb }) => path !== undefined || usb !== undefined, 'needs a path or a USB identity');
export type SerialSettings = z.infer<typeof serialSettingsSchema>;

const connectionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('none') }).strict(),
  z
    .object({
      type: z.literal('tcp'),
      host: z.string().min(1).max(253),
      port: z.int().min(1).max(65_535).default(9100),
    })
    .strict(),
  z
    .object({
      type: z.literal('serial'),
      path: z.string().min(1).max(200),
      baudRate: z.int().min(300).max(921_600).default(115_200),
    })
    .strict(),
  /** A printer of the operating system; a name that begins with a hyphen would be an option of `lp`. */
  z.object({ type: z.literal('system'), name: z.string().regex(/^[^-].{0,199}$/) }).strict(),
]);
export const printerSettingsSchema = z
  .object({
    connection: connectionSchema.default({ type: 'none' }),
    /** 32 on 58 mm paper, 48 on 80 mm. */
    columns: z.union([z.literal(32), z.literal(48)]).default(32),
  })
  .strict();
export type PrinterSettings = z.infer<typeof printerSettingsSchema>;

/** Devices of this terminal. `{}` means: look for HID POS scanners, print nothing. */
export const deviceSettingsSchema = z
  .object({
    serial: z.array(serialSettingsSchema).max(8).default([]),
    hid: z.enum(['auto', 'off']).default('auto'),
    printer: printerSettingsSchema.prefault({}),
  })
  .strict();
export type DeviceSettings = z.infer<typeof deviceSettingsSchema>;
/** As written in a settings file, before defaults. */
export type DeviceSettingsInput = z.input<typeof deviceSettingsSchema>;
