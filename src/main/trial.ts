import {
  MOST_REFUSED,
  type NoWayBack,
  type UpdateAttempt,
  type UpdateProblem,
  type UpdateRecord,
} from '../contract/terminal/update-record.ts';

/**
 * Starts that a new version gets. Two: a PC that is switched off, or a person who closes the window, while the
 * program comes up spoils one start without any fault of the version; nobody does it twice in a row, and each
 * further start keeps a counter shut for minutes more.
 */
export const MOST_FAILED_STARTS = 2;

export type StartDecision =
  /** Start the program; the record is on the disk before. */
  | { readonly action: 'start'; readonly record: UpdateRecord }
  /** This version was given its starts, and none was good. */
  | { readonly action: 'roll-back'; readonly attempt: UpdateAttempt; readonly record: UpdateRecord };

function withProblem(record: UpdateRecord, problem: UpdateProblem): UpdateRecord {
  const others = record.refused.filter((version) => version !== problem.version);
  const refused = [...others, problem.version].slice(-MOST_REFUSED);
  return { ...record, attempt: null, refused, problem };
}

/** What the launcher does with a record at a start of this version. Pure. */
export function atStart(version: string, record: UpdateRecord): StartDecision {
  const { attempt } = record;
  if (attempt === null) return { action: 'start', record: withoutAttempt(version, record) };
  if (attempt.to !== version) {
    const failed = { version: attempt.to, reason: 'not-installed', why: null } as const;
    return { action: 'start', record: withProblem(record, failed) };
  }
  if (attempt.starts >= MOST_FAILED_STARTS) return { action: 'roll-back', attempt, record };
  return { action: 'start', record: { ...record, attempt: { ...attempt, starts: attempt.starts + 1 } } };
}

function withoutAttempt(version: string, record: UpdateRecord): UpdateRecord {
  if (record.problem?.version !== version) return record;
  // The version before was to be put back, and isn't here.
  if (record.problem.reason === 'rolled-back') return noWayBack(record, version, 'install-failed');
  // Somebody installed the version by hand: what was wrong is over. That it can't go back shows at a good start.
  return record.problem.reason === 'no-way-back' ? record : { ...record, problem: null };
}

/** The version before is about to be put back; the one that failed is never tried again. */
export function rolledBack(record: UpdateRecord, version: string): UpdateRecord {
  return withProblem(record, { version, reason: 'rolled-back', why: null });
}

/** The version stays although it doesn't start well; no further start of it is counted. */
export function noWayBack(record: UpdateRecord, version: string, why: NoWayBack): UpdateRecord {
  return withProblem(record, { version, reason: 'no-way-back', why });
}

/** What a start has shown so far. */
export interface StartSigns {
  /** The core's first word: the code of its fault, or null. Undefined: it hasn't said anything. */
  readonly fault: string | null | undefined;
  /** The window shows a screen that was made from the core's state. */
  readonly painted: boolean;
}

/**
 * A start is good when the window has painted a screen and the core works, or has no other fault than before the
 * update: a printer's folder or a database that was broken already must not turn a version away.
 */
export function isGood({ fault, painted }: StartSigns, attempt: UpdateAttempt | null): boolean {
  if (!painted || fault === undefined) return false;
  return fault === null || (attempt !== null && fault === attempt.faultBefore);
}

/** After a good start of this version: its package is the one to go back to, and nothing is wrong with it. */
export function confirmed(version: string, record: UpdateRecord): UpdateRecord {
  const { attempt, problem, refused, kept } = record;
  const tried = attempt?.to === version;
  if (!tried && problem?.version !== version) return record;
  return {
    attempt: tried ? null : attempt,
    problem: tried || problem?.version === version ? null : problem,
    refused: refused.filter((each) => each !== version),
    kept: tried ? attempt.brought : kept,
  };
}
