import { z } from 'zod';

/** A package of this program, kept in the data folder's `packages`. */
const keptPackageSchema = z
  .object({
    version: z.string().max(64),
    /** Its name in the folder `packages`. */
    file: z.string().regex(/^[\w.~+-]{1,120}$/),
    /** Of its bytes, in base64. */
    sha512: z.string().length(88),
  })
  .readonly();
export type KeptPackage = z.infer<typeof keptPackageSchema>;

/** Why a version that doesn't start well stays: there is nothing to go back to, or going back would lose something. */
export const NO_WAY_BACK = [
  /** No package of the version before was ever seen by this PC. */
  'nothing-kept',
  /** The kept package isn't what it was, or is gone. */
  'package-damaged',
  /** The journal was migrated, and entries were written since: the version before can't read it. */
  'journal-moved-on',
  /** The journal was migrated, and its copy from before is missing or damaged. */
  'no-journal-copy',
  /** The journal, or the check of it, doesn't open. */
  'journal-unreadable',
  /** The system didn't let the kept package be installed. */
  'install-failed',
] as const;
export type NoWayBack = (typeof NO_WAY_BACK)[number];

/** What the screen, the journal and the doctor tell about a version. */
const updateProblemSchema = z
  .object({
    version: z.string().max(64),
    reason: z.enum(['not-installed', 'refused', 'rolled-back', 'no-way-back']),
    /** Only with `no-way-back`. */
    why: z.enum(NO_WAY_BACK).nullable().default(null),
  })
  .readonly();
export type UpdateProblem = z.infer<typeof updateProblemSchema>;

const attemptSchema = z
  .object({
    from: z.string().max(64).default(''),
    to: z.string().max(64),
    /** Starts of `to` that were begun; none of them was good yet. */
    starts: z.int().min(0),
    /** The fault that the core had before: the same one afterwards is not the new version's doing. */
    faultBefore: z.string().nullable().default(null),
    /** The newest journal that `from` can read. */
    journalVersion: z.int().min(0).default(0),
    /** An AppImage's own path before the update; null for what an installer puts in its place. */
    installedAs: z.string().nullable().default(null),
    /** The package that is being tried; becomes the kept one once it is good. */
    brought: keptPackageSchema.nullable().default(null),
  })
  .readonly();
export type UpdateAttempt = z.infer<typeof attemptSchema>;

/** More than a fleet ever sends out between two clean-ups; keeps the file small. */
export const MOST_REFUSED = 50;

/**
 * `update.json` in the data folder: what has to outlive the program. Unknown fields are passed over: after going
 * back an older version reads what a newer one wrote.
 */
export const updateRecordSchema = z
  .object({
    /** An installation that has not shown yet that it works. */
    attempt: attemptSchema.nullable(),
    /** Versions that failed on this PC: not tried again. */
    refused: z.array(z.string()).max(MOST_REFUSED),
    problem: updateProblemSchema.nullable(),
    /** The package of the last version that started well; null: none was ever seen. */
    kept: keptPackageSchema.nullable().default(null),
  })
  .readonly();
export type UpdateRecord = z.infer<typeof updateRecordSchema>;

export const NO_RECORD: UpdateRecord = { attempt: null, refused: [], problem: null, kept: null };

/** The file's name in the data folder. */
export const UPDATE_RECORD_FILE = 'update.json';
