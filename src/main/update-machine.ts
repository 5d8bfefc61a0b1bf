import type { UpdateNotice } from '../contract/terminal/shell.ts';
import type { KeptPackage, UpdateRecord } from '../contract/terminal/update-record.ts';
import { confirmed, isGood, type StartSigns } from './trial.ts';

export interface UpdateState {
  /** The version that runs. */
  readonly version: string;
  /** The AppImage's path; null for what an installer puts in its place. */
  readonly installedAs: string | null;
  readonly record: UpdateRecord;
  readonly phase: 'idle' | 'checking' | 'downloading' | 'waiting' | 'installing';
  /** The version that is on its way, or here. */
  readonly found: string | null;
  /** Its package, kept aside; null where it needs no keeping. */
  readonly brought: KeptPackage | null;
  readonly signs: StartSigns;
  /** The newest journal that this version's core can read. */
  readonly journalVersion: number;
}

export type UpdateEvent =
  | { readonly type: 'core-ready'; readonly fault: string | null; readonly journalVersion: number }
  /** The window shows a screen of the core's state. */
  | { readonly type: 'painted' }
  /** The time for a good start is over. */
  | { readonly type: 'late' }
  | { readonly type: 'check-due' }
  /** Null: nothing newer. `own`: the package of the version that runs, which the feed happened to have. */
  | { readonly type: 'found'; readonly version: string | null; readonly own: KeptPackage | null }
  /** `kept`: the package of the version that runs, to go back to; null: there is none. */
  | { readonly type: 'downloaded'; readonly kept: KeptPackage | null; readonly brought: KeptPackage | null }
  /** A package came that is not what the feed or the publisher says. */
  | { readonly type: 'refused' }
  /** The server is out of reach, or the line broke: everyday, nothing to tell. */
  | { readonly type: 'failed' }
  /** The core says that nobody is disturbed. */
  | { readonly type: 'allowed' };

/** What to do next; a changed record is written and a changed notice told in any case. */
export type UpdateCommand = 'check' | 'download' | 'ask' | 'install' | 'restart';

export interface UpdateStep {
  readonly state: UpdateState;
  readonly commands: readonly UpdateCommand[];
}

export function firstState(version: string, installedAs: string | null, record: UpdateRecord): UpdateState {
  return {
    version,
    installedAs,
    record,
    phase: 'idle',
    found: null,
    brought: null,
    signs: { fault: undefined, painted: false },
    journalVersion: 0,
  };
}

function idle(state: UpdateState, record: UpdateRecord): UpdateState {
  return { ...state, phase: 'idle', found: null, brought: null, record };
}

function withSigns(state: UpdateState, signs: Partial<StartSigns>): UpdateStep {
  const { version, record } = state;
  const seen = { ...state.signs, ...signs };
  const after = isGood(seen, record.attempt) ? confirmed(version, record) : record;
  return { state: { ...state, signs: seen, record: after }, commands: [] };
}

/** The record of an installation that is about to begin. */
function attempting(state: UpdateState, to: string): UpdateRecord {
  const { record, version, installedAs, brought, signs, journalVersion } = state;
  const faultBefore = signs.fault ?? null;
  const attempt = { from: version, to, starts: 0, faultBefore, journalVersion, installedAs, brought };
  return { ...record, attempt };
}

/** The whole decision while the program runs: when to look, fetch, ask and install, and what to remember. Pure. */
export function step(state: UpdateState, event: UpdateEvent): UpdateStep {
  const { record, phase, found } = state;
  const stay: UpdateStep = { state, commands: [] };
  switch (event.type) {
    case 'core-ready':
      return withSigns({ ...state, journalVersion: event.journalVersion }, { fault: event.fault });
    case 'painted':
      return withSigns(state, { painted: true });
    case 'late':
      // The next start counts it, and goes back if it was the last.
      return record.attempt?.to === state.version ? { state, commands: ['restart'] } : stay;
    case 'check-due':
      if (phase === 'waiting') return { state, commands: ['ask'] };
      return phase === 'idle' ? { state: { ...state, phase: 'checking' }, commands: ['check'] } : stay;
    case 'found': {
      if (phase !== 'checking') return stay;
      const known = event.own === null ? record : { ...record, kept: event.own };
      const { version } = event;
      // A version that is still being tried is not replaced by the next one: there would be no way back.
      if (
        version === null ||
        version === state.version ||
        record.refused.includes(version) ||
        record.attempt !== null
      )
        return { state: idle(state, known), commands: [] };
      return {
        state: { ...state, phase: 'downloading', found: version, record: known },
        commands: ['download'],
      };
    }
    case 'downloaded': {
      if (phase !== 'downloading') return stay;
      const { kept, brought } = event;
      const ready: UpdateState = {
        ...state,
        phase: 'waiting',
        brought,
        record: { ...record, problem: null, kept },
      };
      return { state: ready, commands: ['ask'] };
    }
    case 'refused':
      return phase === 'downloading' && found !== null
        ? {
            state: idle(state, { ...record, problem: { version: found, reason: 'refused', why: null } }),
            commands: [],
          }
        : stay;
    case 'failed':
      return phase === 'checking' || phase === 'downloading'
        ? { state: idle(state, record), commands: [] }
        : stay;
    case 'allowed':
      if (phase !== 'waiting' || found === null) return stay;
      return {
        state: { ...state, phase: 'installing', record: attempting(state, found) },
        commands: ['install'],
      };
  }
}

/** What the screen tells; null: nothing. */
export function noticeOf({ phase, found, record }: UpdateState): UpdateNotice | null {
  if (phase === 'waiting' && found !== null) return { version: found, reason: 'waiting', why: null };
  return record.problem;
}
