import { z } from 'zod';

/** What main and the core's process say to each other; windows' messages pass through unread. */

/** What the screen tells about a new version; main knows it, the core shows it. */
const updateNoticeSchema = z
  .object({
    version: z.string(),
    reason: z.enum(['waiting', 'not-installed', 'does-not-start', 'refused']),
  })
  .readonly();
export type UpdateNotice = z.infer<typeof updateNoticeSchema>;

export const toCoreSchema = z.discriminatedUnion('type', [
  /** A window connected. In a utility process its port comes along with this message. */
  z.object({ type: z.literal('open'), client: z.int() }),
  z.object({ type: z.literal('close'), client: z.int() }),
  /** Only where main relays: a window's message. */
  z.object({ type: z.literal('message'), client: z.int(), data: z.unknown() }),
  z.object({ type: z.literal('stop') }),
  /** May the program be replaced now? `closing`: a person closes it. Answered by a message of the same type. */
  z.object({ type: z.literal('mayUpdate'), closing: z.boolean() }),
  z.object({ type: z.literal('update'), notice: updateNoticeSchema.nullable() }),
]);
export type ToCore = z.infer<typeof toCoreSchema>;

export const coreToMainSchema = z.discriminatedUnion('type', [
  /** The core listens. `updateUrl` is where new versions come from; null: nowhere. */
  z.object({ type: z.literal('ready'), updateUrl: z.string().nullable().default(null) }),
  z.object({ type: z.literal('mayUpdate'), allowed: z.boolean() }),
  z.object({ type: z.literal('message'), client: z.int(), data: z.unknown() }),
]);
export type CoreToMain = z.infer<typeof coreToMainSchema>;
