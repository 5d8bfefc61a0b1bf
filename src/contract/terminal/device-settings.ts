import { z } from 'zod';

/** What stands on the counter, as support sets it: kept in `settings.json`, edited on support's screen. */

export const SUFFIXES = ['auto', 'cr', 'lf', 'crlf', 'tab', 'none'] as const;
export const suffixSchema = z.enum(SUFFIXES);

const usbIdSchema = z.string().regex(/^[0-9a-f]{4}$/);
const baudRateSchema = z.int().min(300).max(921_600);
/** `COM5`, `/dev/ttyACM0`, or a link such as `/dev/serial/by-id/…`. */
const pathSchema = z.string().min(1).max(200);
/** Identity of a USB device, four lower-case hexadecimal digits each. */
const usbSchema = z
  .object({ vendorId: usbIdSchema, productId: usbIdSchema, serialNumber: z.string().max(100).optional() })
  .strict();

/** One serial scanner: by path, or by what it is, so that it may be plugged in anywhere. */
export const serialSettingsSchema = z
  .object({
    path: pathSchema.optional(),
    /** Wins over `path`. */
    usb: usbSchema.optional(),
    baudRate: z.union([z.literal('auto'), baudRateSchema]).default('auto'),
    suffix: suffixSchema.default('auto'),
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
    .object({ type: z.literal('serial'), path: pathSchema, baudRate: baudRateSchema.default(115_200) })
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

export const POLE_FORMATS = ['led8n', 'text'] as const;
/**
 * The till's customer display ("pole display"), listened to on a second serial port. `led8n`: figures with a
 * light for what they are, as on the usual Chinese displays; `text`: two lines of 20 characters.
 */
export const poleSettingsSchema = z
  .object({
    path: pathSchema.optional(),
    usb: usbSchema.optional(),
    baudRate: baudRateSchema.default(2400),
    format: z.enum(POLE_FORMATS).default('led8n'),
    /** Words of a text display that stand before the amount to pay. */
    totalWords: z
      .array(z.string().trim().min(1).max(20))
      .min(1)
      .max(20)
      .default(['TOTAL', 'AMOUNT', 'DUE', '合计', '总计', '应收', '应付']),
  })
  .strict()
  .refine(({ path, usb }) => path !== undefined || usb !== undefined, 'needs a path or a USB identity');
export type PoleSettings = z.infer<typeof poleSettingsSchema>;

/** Devices of this terminal. `{}` means: look for HID POS and USB serial scanners, print nothing. */
export const deviceSettingsSchema = z
  .object({
    serial: z.array(serialSettingsSchema).max(8).default([]),
    /** Opens serial scanners that no entry of `serial` speaks of, by maker and name. */
    serialSearch: z.enum(['auto', 'off']).default('auto'),
    hid: z.enum(['auto', 'off']).default('auto'),
    printer: printerSettingsSchema.prefault({}),
    pole: poleSettingsSchema.nullable().default(null),
  })
  .strict();
export type DeviceSettings = z.infer<typeof deviceSettingsSchema>;
