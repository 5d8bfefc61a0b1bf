import { z } from 'zod';
import { done, nothing, type CallSpec } from './call-spec.ts';
import { faultSchema } from './errors.ts';
import { timeMsSchema } from '../journal/entry.ts';

const headSchema = z.object({ epoch: z.int(), seq: z.int(), hash: z.string() }).readonly();
const fileSchema = z.object({ path: z.string(), sizeBytes: z.int(), atMs: timeMsSchema }).readonly();

const pathSchema = z.string().trim().min(1).max(1000);

/** Back-ups on a schedule: what is set, and how the last ones went. */
const backUpStatusSchema = z
  .object({
    /** The second place; null: only beside the database, on the same disk. */
    folder: z.string().nullable(),
    everyMinutes: z.int(),
    /** How many are kept in each place; older ones are removed. */
    keep: z.int(),
    /** The newest that was read back whole. */
    lastGoodAtMs: timeMsSchema.nullable(),
    nextAtMs: timeMsSchema.nullable(),
    /** Why the last attempt failed; null after a good one. */
    lastFault: faultSchema.nullable(),
    running: z.boolean(),
  })
  .readonly();

/** Settled entries that were moved out of the database. */
const archiveStatusSchema = z
  .object({
    /** Settled entries older than this are archived; null: never. */
    keepMonths: z.int().nullable(),
    /** The last archived entry; null: nothing yet. */
    through: headSchema.nullable(),
    files: z.array(fileSchema).readonly(),
    lastFault: faultSchema.nullable(),
  })
  .readonly();

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
    backUp: backUpStatusSchema,
    archive: archiveStatusSchema,
  })
  .readonly();
export type SupportStatus = z.infer<typeof supportStatusSchema>;

export const restorePlanSchema = z
  .object({
    /** Whether this terminal is in a state that a restore mends. */
    possible: z.boolean(),
    /** Newest first, of both places. */
    backUps: z.array(fileSchema).readonly(),
  })
  .readonly();
export const restoredSchema = z
  .object({
    epoch: z.int(),
    /** Entries put back beyond the back-up, from the tail log and what of the old database could be read. */
    salvaged: z.int(),
    /** Entries that somebody knew of and nobody has any more; null: none. */
    lost: z.object({ fromSeq: z.int(), toSeq: z.int() }).readonly().nullable(),
    keptAside: z.string(),
  })
  .readonly();

/** Who changed what of this terminal, as the journal holds it. */
const changeViewSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('settings'),
      epoch: z.int(),
      seq: z.int(),
      atMs: timeMsSchema,
      /** Null: in the file, outside the program. */
      byName: z.string().nullable(),
      /** Which setting, and `from → to`; `***` stands for a secret. */
      lines: z.array(z.object({ key: z.string(), value: z.string() }).readonly()).readonly(),
    })
    .readonly(),
  z
    .object({
      type: z.literal('device'),
      epoch: z.int(),
      seq: z.int(),
      atMs: timeMsSchema,
      device: z.string(),
      /** `added` or `removed`. */
      change: z.string(),
    })
    .readonly(),
]);
export type ChangeView = z.infer<typeof changeViewSchema>;

/** Support's screen. It never redeems, reverses or sees a PIN. */
export const SUPPORT_CALLS = {
  'support.status': { input: nothing, output: supportStatusSchema, roles: ['support', 'manager'] },
  /** Copies the database while it is in use, verifies the copy, and puts one in the second place if there is one. */
  'support.backUp': { input: nothing, output: fileSchema, roles: ['support', 'manager'] },
  /** Sets the schedule; tried at once. Faults: `back-up-failed`, `folder-unwritable`. */
  'support.setBackUp': {
    input: z
      .object({
        folder: pathSchema.nullable(),
        everyMinutes: z.int().min(5).max(10_080),
        keep: z.int().min(2).max(365),
      })
      .strict(),
    output: done,
    roles: ['support', 'manager'],
  },
  /** The newest changes of settings and devices, newest first. */
  'support.changes': {
    input: z.object({ limit: z.int().min(1).max(200) }).strict(),
    output: z.array(changeViewSchema).readonly(),
    roles: ['support', 'manager'],
  },
  /** Folders that a file can be taken away on, such as USB sticks. */
  'support.folders': {
    input: nothing,
    output: z.array(z.object({ path: z.string(), freeBytes: z.int() }).readonly()).readonly(),
    roles: ['support', 'manager'],
  },
  /**
   * Writes what clearing has no verdict on to a file that only clearing can read. Nothing is marked as sent: a
   * later sync gets the same verdicts. Faults: `nothing-unsent`, `folder-unwritable`, `clearing-key-missing`.
   */
  'support.exportUnsent': {
    input: z.object({ folder: pathSchema }).strict(),
    output: z
      .object({ path: z.string(), sizeBytes: z.int(), entries: z.int(), discountFen: z.int() })
      .readonly(),
    roles: ['support', 'manager'],
  },
  /** Sealed files in a folder, and those that were exported here, newest first. */
  'support.sealedFiles': {
    input: z.object({ folder: pathSchema }).strict(),
    output: z.array(fileSchema).readonly(),
    roles: ['support', 'manager'],
  },
  /**
   * Hands such a file of any terminal to clearing, unopened. Faults: `sealed-file-unreadable`,
   * `clearing-unreachable`, `clearing-refused`.
   */
  'support.forwardSealed': {
    input: z.object({ path: pathSchema }).strict(),
    output: z
      .object({
        /** The terminal that wrote it, as clearing found it. */
        terminalId: z.string(),
        entries: z.int(),
        settled: z.int(),
        refused: z.int(),
        held: z.int(),
      })
      .readonly(),
    roles: ['support', 'manager'],
  },
  /**
   * Moves settled entries that are old enough into an archive file now instead of at the next turn; `moved` may
   * be 0. Fault `archive-failed`: nothing was moved then.
   */
  'support.archive': {
    input: nothing,
    output: z.object({ moved: z.int(), file: fileSchema.nullable() }).readonly(),
    roles: ['support', 'manager'],
  },
  /** What a log bundle would hold, redacted, to be looked at before it is written. */
  'support.bundlePreview': {
    input: nothing,
    output: z.array(z.object({ name: z.string(), text: z.string() }).readonly()).readonly(),
    roles: ['support', 'manager'],
  },
  /** Writes exactly what the preview shows; answers where. */
  'support.writeBundle': { input: nothing, output: fileSchema, roles: ['support', 'manager'] },
} as const satisfies Record<string, CallSpec>;
