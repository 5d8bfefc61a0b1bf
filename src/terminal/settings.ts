import { join } from 'node:path';
import { z } from 'zod';
import { deviceSettingsSchema } from './devices/settings.ts';
import { DEFAULT_TILL_PORT, tillSettingsSchema } from './till/schemas.ts';
import { lockAfterMinutesSchema } from './access/idle-lock.ts';
import { transportSchema } from './sync/transport.ts';
import { FaultError } from './fault-error.ts';
import { readTextFile } from './files.ts';

/** `settings.json` in the data folder: what support sets on this PC. A missing file means all defaults. */
export const settingsSchema = z
  .object({
    language: z.enum(['zh', 'en']).default('zh'),
    devices: deviceSettingsSchema.prefault({}),
    /** Signs out who has not touched anything for so long. */
    access: z.object({ lockAfterMinutes: lockAfterMinutesSchema }).strict().prefault({}),
    clearing: transportSchema.prefault({}),
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
