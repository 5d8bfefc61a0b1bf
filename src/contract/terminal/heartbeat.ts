/** When main does something about a core that doesn't answer. Numbers alone: the core's thread loads this file. */

/** Between two beats of the core's thread, and between two looks of main's. */
export const BEAT_EVERY_MS = 500;

/**
 * Counted in beats and looks, never by a clock: a PC that slept and a main process that was held up have not waited,
 * so no sound core pays for it.
 */
export const WATCH_LIMITS = {
  /** Until the window is covered: longer than a slow disk's flush, shorter than the next customer's amount and code. */
  coveredAfterMs: 3_000,
  /** Until a core that does nothing at all is ended: its longest work away from the disk takes 1 s (decision 01). */
  endedAfterMs: 10_000,
  /** Until a core that waits for the disk is ended: what wakes up or mends a sector is back within half a minute. */
  endedAtDiskAfterMs: 60_000,
} as const;

/** Why a core doesn't answer. `slow-disk`: it waits for the disk; `long-work`: as it must; `silent`: nobody knows. */
export const HANGS = ['slow-disk', 'long-work', 'silent'] as const;
export type Hang = (typeof HANGS)[number];
