import { z } from 'zod';
import type { UpdateNotice } from '../contract/terminal/shell.ts';

/** A new version that was started this often without its core getting ready is given up. */
export const MOST_FAILED_STARTS = 2;
/** More than a fleet ever sends out between two clean-ups; keeps the file small. */
const MOST_REFUSED = 50;

/** What has to outlive the program, in `update.json`. */
export const updateRecordSchema = z
  .object({
    /** An installation that has not shown yet that it works. `starts`: of the new version, without a ready core. */
    attempt: z.object({ to: z.string(), starts: z.int() }).strict().nullable(),
    /** Versions that failed on this PC: not tried again. */
    refused: z.array(z.string()).max(MOST_REFUSED),
    problem: z
      .object({ version: z.string(), reason: z.enum(['not-installed', 'does-not-start', 'refused']) })
      .strict()
      .nullable(),
  })
  .strict();
export type UpdateRecord = z.infer<typeof updateRecordSchema>;

export const NO_RECORD: UpdateRecord = { attempt: null, refused: [], problem: null };

export interface UpdateState {
  /** The version that runs. */
  readonly version: string;
  readonly record: UpdateRecord;
  readonly phase: 'idle' | 'checking' | 'downloading' | 'waiting' | 'installing';
  /** The version that is on its way, or here. */
  readonly found: string | null;
}

export type UpdateEvent =
  | { readonly type: 'started' }
  | { readonly type: 'core-ready' }
  /** The core was not ready in time. */
  | { readonly type: 'core-late' }
  | { readonly type: 'check-due' }
  /** Null: nothing newer. */
  | { readonly type: 'found'; readonly version: string | null }
  | { readonly type: 'downloaded' }
  /** A package came that is not what the feed or the publisher says. */
  | { readonly type: 'refused' }
  /** The server is out of reach, or the line broke: everyday, nothing to tell. */
  | { readonly type: 'failed' }
  /** The core says that nobody is disturbed. */
  | { readonly type: 'allowed' };

/** What to do next; a changed record is written and a changed notice told in any case. */
export type UpdateCommand = 'check' | 'download' | 'ask' | 'install';

export interface UpdateStep {
  readonly state: UpdateState;
  readonly commands: readonly UpdateCommand[];
}

export function firstState(version: string, record: UpdateRecord): UpdateState {
  return { version, record, phase: 'idle', found: null };
}

function giveUp(
  record: UpdateRecord,
  version: string,
  reason: 'not-installed' | 'does-not-start',
): UpdateRecord {
  const others = record.refused.filter((refused) => refused !== version);
  return {
    attempt: null,
    refused: [...others, version].slice(-MOST_REFUSED),
    problem: { version, reason },
  };
}

/** What the record says after a start of this version. */
function afterStart({ version, record }: UpdateState): UpdateRecord {
  const { attempt } = record;
  if (attempt === null) {
    // Somebody installed the version, or a later one, by hand: what was wrong is over.
    return record.problem?.version === version && record.problem.reason !== 'does-not-start'
      ? { ...record, problem: null }
      : record;
  }
  if (attempt.to !== version) return giveUp(record, attempt.to, 'not-installed');
  if (attempt.starts >= MOST_FAILED_STARTS) return giveUp(record, version, 'does-not-start');
  return { ...record, attempt: { ...attempt, starts: attempt.starts + 1 } };
}

function idle(state: UpdateState, record: UpdateRecord): UpdateState {
  return { ...state, phase: 'idle', found: null, record };
}

/** The whole decision: when to look, fetch, ask and install, and what to remember. Pure. */
export function step(state: UpdateState, event: UpdateEvent): UpdateStep {
  const { record, phase, found } = state;
  const stay: UpdateStep = { state, commands: [] };
  switch (event.type) {
    case 'started':
      return { state: { ...state, record: afterStart(state) }, commands: [] };
    case 'core-ready': {
      const good = record.attempt?.to === state.version || record.problem?.version === state.version;
      return good
        ? { state: { ...state, record: { ...record, attempt: null, problem: null } }, commands: [] }
        : stay;
    }
    case 'core-late':
      return (record.attempt?.starts ?? 0) < MOST_FAILED_STARTS
        ? stay
        : { state: { ...state, record: giveUp(record, state.version, 'does-not-start') }, commands: [] };
    case 'check-due':
      if (phase === 'waiting') return { state, commands: ['ask'] };
      return phase === 'idle' ? { state: { ...state, phase: 'checking' }, commands: ['check'] } : stay;
    case 'found': {
      if (phase !== 'checking') return stay;
      if (event.version === null || event.version === state.version || record.refused.includes(event.version))
        return { state: { ...state, phase: 'idle' }, commands: [] };
      return { state: { ...state, phase: 'downloading', found: event.version }, commands: ['download'] };
    }
    case 'downloaded':
      return phase === 'downloading'
        ? { state: { ...state, phase: 'waiting', record: { ...record, problem: null } }, commands: ['ask'] }
        : stay;
    case 'refused':
      return phase === 'downloading' && found !== null
        ? { state: idle(state, { ...record, problem: { version: found, reason: 'refused' } }), commands: [] }
        : stay;
    case 'failed':
      return phase === 'checking' || phase === 'downloading'
        ? { state: idle(state, record), commands: [] }
        : stay;
    case 'allowed':
      if (phase !== 'waiting' || found === null) return stay;
      return {
        state: { ...state, phase: 'installing', record: { ...record, attempt: { to: found, starts: 0 } } },
        commands: ['install'],
      };
  }
}

/** What the screen tells; null: nothing. */
export function noticeOf({ phase, found, record }: UpdateState): UpdateNotice | null {
  if (phase === 'waiting' && found !== null) return { version: found, reason: 'waiting' };
  return record.problem;
}
