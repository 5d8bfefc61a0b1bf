import { z } from 'zod';
import { HANGS } from './heartbeat.ts';
import { NO_WAY_BACK } from './update-record.ts';

/** What main and the core's process say to each other; windows' messages pass through unread. */

/** What the screen tells about a new version; main knows it, the core shows it. */
const updateNoticeSchema = z
  .object({
    version: z.string(),
    reason: z.enum(['waiting', 'not-installed', 'refused', 'rolled-back', 'no-way-back']),
    /** Only with `no-way-back`. */
    why: z.enum(NO_WAY_BACK).nullable().default(null),
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
  /** The core before this one hung, and main ended it. */
  z.object({ type: z.literal('hung'), why: z.enum(HANGS) }),
]);
export type ToCore = z.infer<typeof toCoreSchema>;

/** What the core's thread has seen of its main loop, counted in its own beats. */
export const beatSchema = z.object({
  type: z.literal('beat'),
  /** So long the main loop has not turned; 0: it has since the beat before. */
  turnMs: z.int().min(0),
  /** So long it has not turned, and no work with the disk has begun or ended either. */
  stillMs: z.int().min(0),
  /** `disk`: work with the disk is under way. `long`: work that may take minutes. */
  doing: z.enum(['disk', 'long']).nullable(),
});
export type Beat = z.infer<typeof beatSchema>;

export const coreToMainSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    /** Where new versions come from; null: nowhere. */
    updateUrl: z.string().nullable().default(null),
    /** The code of the fault that keeps the core from working; null: it works. */
    fault: z.string().nullable().default(null),
    /** The newest journal that this core can read. */
    journalVersion: z.int().default(0),
  }),
  z.object({ type: z.literal('mayUpdate'), allowed: z.boolean() }),
  z.object({ type: z.literal('message'), client: z.int(), data: z.unknown() }),
  /** Comes its own way: a line of standard output. */
  beatSchema,
]);
export type CoreToMain = z.infer<typeof coreToMainSchema>;
/** The core listens. */
export type CoreReady = Extract<CoreToMain, { readonly type: 'ready' }>;

/** How the process that goes back to an older journal ends. */
export const STEP_BACK_EXIT = {
  /** The older version can read the journal, as it was or as it is again. */
  ready: 0,
  'journal-moved-on': 10,
  'no-journal-copy': 11,
  'journal-unreadable': 12,
} as const satisfies Readonly<Record<string, number>>;
