import { BEAT_EVERY_MS, WATCH_LIMITS, type Hang } from '../contract/terminal/heartbeat.ts';
import type { Beat } from '../contract/terminal/shell.ts';

/** What main knows of a core that it has started. */
export interface Watched {
  /** It has said that it listens. What a start takes, a big journal's migration, is no hanging. */
  readonly ready: boolean;
  /** The last beat; null: none yet. A thread that could not be started must not cost a sound core. */
  readonly beat: Beat | null;
  /** Main's own looks since then, as time. */
  readonly unheardMs: number;
  /** What the window is told; null: all is well. */
  readonly hang: Hang | null;
  /** It was told to end, and has not ended yet: a disk may hold it. */
  readonly ended: boolean;
}

export type WatchEvent =
  | { readonly type: 'ready' }
  | Beat
  /** Main looks, every `BEAT_EVERY_MS` of its own. */
  | { readonly type: 'look' };

export const UNWATCHED: Watched = { ready: false, beat: null, unheardMs: 0, hang: null, ended: false };

/** What is wrong with it now, and whether that has lasted too long. */
function judge({ ready, beat, unheardMs }: Watched): { readonly hang: Hang | null; readonly over: boolean } {
  if (!ready || beat === null) return { hang: null, over: false };
  const { coveredAfterMs, endedAfterMs, endedAtDiskAfterMs } = WATCH_LIMITS;
  const turnMs = beat.turnMs + unheardMs;
  if (turnMs < coveredAfterMs) return { hang: null, over: false };
  // As long as it beats; a process that is held does not.
  if (beat.doing === 'long') return { hang: 'long-work', over: unheardMs >= endedAtDiskAfterMs };
  // Work of many flushes is at the disk between them too; one flush just before a loop without end says nothing.
  const wasAtDisk = beat.turnMs - beat.stillMs >= coveredAfterMs;
  const hang = beat.doing === 'disk' || wasAtDisk ? 'slow-disk' : 'silent';
  const idle = beat.doing === null && beat.stillMs + unheardMs >= endedAfterMs;
  return { hang, over: idle || turnMs >= endedAtDiskAfterMs };
}

function noted(before: Watched, event: WatchEvent): Watched {
  switch (event.type) {
    case 'ready':
      return { ...before, ready: true, beat: null };
    case 'beat':
      return { ...before, beat: event, unheardMs: 0 };
    case 'look':
      return { ...before, unheardMs: before.unheardMs + BEAT_EVERY_MS };
  }
}

/** The whole watch over one core: what the window is told, and whether the core is to be ended now. Pure. */
export function step(before: Watched, event: WatchEvent): { readonly state: Watched; readonly end: boolean } {
  const state = noted(before, event);
  // Told once; until it has ended, the window stays covered.
  if (state.ended) return { state, end: false };
  const { hang, over } = judge(state);
  return { state: { ...state, hang, ended: over }, end: over };
}
