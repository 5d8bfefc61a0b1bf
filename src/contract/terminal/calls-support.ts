import { z } from 'zod';
import { nothing, type CallSpec } from './call-spec.ts';
import { timeMsSchema } from './state.ts';

const headSchema = z.object({ epoch: z.int(), seq: z.int(), hash: z.string() }).readonly();
const fileSchema = z.object({ path: z.string(), sizeBytes: z.int(), atMs: timeMsSchema }).readonly();

export const supportStatusSchema = z
  .object({
    versions: z.object({ app: z.string(), node: z.string(), system: z.string() }).readonly(),
    clearingUrl: z.string(),
    database: z.object({ path: z.string(), sizeBytes: z.int(), head: headSchema.nullable() }).readonly(),
    acknowledged: headSchema.nullable(),
    /** Entries of every kind that clearing has no verdict on. */
    unsentEntries: z.int(),
    diskFreeBytes: z.int(),
    clockSkewMs: z.number().nullable(),
    packs: z
      .array(z.object({ name: z.string(), version: z.int(), atMs: timeMsSchema }).readonly())
      .readonly(),
    backups: z.array(fileSchema).readonly(),
  })
  .readonly();
export type SupportStatus = z.infer<typeof supportStatusSchema>;

/** Support's screen. It never redeems, reverses or sees a PIN. */
export const SUPPORT_CALLS = {
  'support.status': { input: nothing, output: supportStatusSchema, roles: ['support', 'manager'] },
  /** Copies the database while it is in use, and verifies the copy. */
  'support.backUp': { input: nothing, output: fileSchema, roles: ['support', 'manager'] },
  /** What a log bundle would hold, redacted, to be looked at before it is written. */
  'support.bundlePreview': {
    input: nothing,
    output: z.array(z.object({ name: z.string(), text: z.string() }).readonly()).readonly(),
    roles: ['support', 'manager'],
  },
  /** Writes exactly what the preview shows; answers where. */
  'support.writeBundle': { input: nothing, output: fileSchema, roles: ['support', 'manager'] },
} as const satisfies Record<string, CallSpec>;
