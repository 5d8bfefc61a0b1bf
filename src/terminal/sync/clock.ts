import type { TerminalClock } from './types.ts';

/** Setting in which the clock's last measured error is kept over restarts, milliseconds. */
export const CLOCK_SKEW = 'clock-skew-ms';
/** Farther than this from clearing, the machine's clock is not to be trusted offline. */
export const MAX_CLOCK_SKEW_MS = 120_000;
/** Twice the longest time-out of a request: what took longer is an answer over which the machine slept. */
const MAX_ROUND_TRIP_MS = 30_000;
/** A clock that is behind the journal by less than this is only rounding. */
const BEHIND_TOLERANCE_MS = 2000;

export interface ClockOptions {
  /** The machine's clock, epoch milliseconds: may jump. */
  readonly systemNowMs: () => number;
  /** Milliseconds since anything; never goes back (and stands still while the machine sleeps). */
  readonly monotonicMs: () => number;
  /** Time of the journal's last entry; null in an empty journal. */
  readonly lastEntryAtMs: number | null;
  /** Machine's clock minus clearing's at the last contact, kept over restarts; null if there was none. */
  readonly keptSkewMs: number | null;
  /** Called when the skew was measured anew, so that it can be kept. */
  readonly onSkew?: (skewMs: number) => void;
}

/**
 * Time by design section 6: clearing's last signed time plus monotonic time since; after a start without a
 * network the machine's clock, but never before the last entry. Not trusted: a clock that started behind the
 * journal, that was far from clearing's when last compared, or that jumped while nobody could check it.
 */
export function createClock(options: ClockOptions): TerminalClock {
  const { systemNowMs, monotonicMs, lastEntryAtMs, keptSkewMs } = options;
  const startedBehind = lastEntryAtMs !== null && systemNowMs() < lastEntryAtMs - BEHIND_TOLERANCE_MS;
  let base = { timeMs: Math.max(systemNowMs(), lastEntryAtMs ?? 0), monotonicMs: monotonicMs() };
  let compared = { systemMs: systemNowMs(), monotonicMs: monotonicMs() };
  let signed: number | null = null;
  let lastEntryFloor = lastEntryAtMs ?? 0;
  let doubt = startedBehind || (keptSkewMs !== null && Math.abs(keptSkewMs) > MAX_CLOCK_SKEW_MS);

  const nowMs = (): number => Math.floor(base.timeMs + (monotonicMs() - base.monotonicMs));
  /** A jump of the machine's clock, or a sleep in which monotonic time stood still: the two can't be told apart. */
  const jumped = (): boolean =>
    Math.abs(systemNowMs() - compared.systemMs - (monotonicMs() - compared.monotonicMs)) > MAX_CLOCK_SKEW_MS;

  return {
    nowMs,
    trust: () => {
      if (jumped()) doubt = true;
      return doubt ? 'untrusted' : 'trusted';
    },
    startTrip: () => {
      const started = { systemMs: systemNowMs(), monotonicMs: monotonicMs() };
      // Only the machine's clock goes on while it sleeps.
      return () => Math.max(monotonicMs() - started.monotonicMs, systemNowMs() - started.systemMs);
    },
    onSignedTime: (serverTimeMs, roundTripMs) => {
      if (roundTripMs > MAX_ROUND_TRIP_MS) return;
      // Signed times only rise: an old answer that was held back must not turn the clock back.
      if (signed !== null && serverTimeMs < signed) return;
      signed = serverTimeMs;
      const estimateMs = serverTimeMs + Math.max(0, roundTripMs) / 2;
      base = { timeMs: Math.max(estimateMs, lastEntryFloor), monotonicMs: monotonicMs() };
      compared = { systemMs: systemNowMs(), monotonicMs: monotonicMs() };
      doubt = false;
      options.onSkew?.(Math.round(systemNowMs() - estimateMs));
    },
    onEntry: (atMs) => {
      lastEntryFloor = Math.max(lastEntryFloor, atMs);
      if (nowMs() < atMs) base = { timeMs: atMs, monotonicMs: monotonicMs() };
    },
  };
}
