import { join } from 'node:path';
import { z } from 'zod';
import { deviceSettingsSchema } from '../contract/terminal/device-settings.ts';
import { DEFAULT_TILL_PORT, tillSettingsSchema } from './till/schemas.ts';
import { lockAfterMinutesSchema } from './access/idle-lock.ts';
import { transportSchema } from './sync/transport.ts';
import { FaultError } from './fault-error.ts';
import { readTextFile, writeFileDurably } from './files.ts';

/** `settings.json` in the data folder: what support sets on this PC. A missing file means all defaults. */
export const settingsSchema = z
  .object({
    language: z.enum(['zh', 'en']).default('zh'),
    devices: deviceSettingsSchema.prefault({}),
    /** Signs out who has not touched anything for so long. */
    access: z.object({ lockAfterMinutes: lockAfterMinutesSchema }).strict().prefault({}),
    clearing: transportSchema.prefault({}),
    /** Two years: longer than a campaign and its audit take. */
    archive: z
      .object({ afterMonths: z.int().min(1).max(120).nullable().default(24) })
      .strict()
      .prefault({}),
    till: tillSettingsSchema.default({ enabled: false, port: DEFAULT_TILL_PORT, token: null }),
  })
  .strict();
export type Settings = z.infer<typeof settingsSchema>;

/** Throws `settings-unreadable`, naming the file and what is wrong in it; the file is never overwritten. */
export function readSettings(folder: string): Settings {
  const path = join(folder, 'settings.json');
  const text = readTextFile(path);
  if (text === null) return settingsSchema.parse({});
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FaultError('settings-unreadable', { path, problem: String(error) }, error);
  }
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FaultError('settings-unreadable', { path, problem: z.prettifyError(parsed.error) });
}

/**
 * Puts new device settings into the file and leaves everything else in it as it is. Throws
 * `data-folder-unwritable`, or `settings-unreadable` if somebody broke the file in the meantime.
 */
export function writeDeviceSettings(folder: string, devices: Settings['devices']): void {
  const path = join(folder, 'settings.json');
  const settings = { ...readSettings(folder), devices };
  try {
    writeFileDurably(path, `${JSON.stringify(settings, null, 2)}\n`);
  } catch (error) {
    throw new FaultError('data-folder-unwritable', { path }, error);
  }
}
