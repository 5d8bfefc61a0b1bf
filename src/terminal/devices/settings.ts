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

/** Scanners of this terminal. `{}` means: nothing set, look for HID POS scanners. */
export const deviceSettingsSchema = z
  .object({
    serial: z.array(serialSettingsSchema).max(8).default([]),
    hid: z.enum(['auto', 'off']).default('auto'),
  })
  .strict();
export type DeviceSettings = z.infer<typeof deviceSettingsSchema>;
/** As written in a settings file, before defaults. */
export type DeviceSettingsInput = z.input<typeof deviceSettingsSchema>;
