import type { TerminalClock } from './types.ts';

/** Setting in which the clock's last measured error is kept over restarts, milliseconds. */
export const CLOCK_SKEW = 'clock-skew-ms';
/** Farther than this from clearing, the machine's clock is not to be trusted offline. */
export const MAX_CLOCK_SKEW_MS = 120_000;
/** A time that took longer to come says nothing about now. */
const MAX_ROUND_TRIP_MS = 5000;
/** Differences below this are rounding and the way of the answer. */
const TOLERANCE_MS = 2000;
/** Nodes of one clearing may be so far apart: no reason to step back and forth. */
const MAX_NODE_SKEW_MS = 5000;
/** So many answers over so long that agree with each other outweigh a journal and a machine that don't. */
const AGREEING_ANSWERS = 3;
const AGREEING_FOR_MS = 60_000;

/** Journal time went back: an entry of its own says so, before anything is dated by it. */
export interface ClockStep {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ClockOptions {
  /** The machine's clock, epoch milliseconds: may jump. */
  readonly systemNowMs: () => number;
  /** Milliseconds since anything; never goes back (and stands still while the machine sleeps). */
  readonly monotonicMs: () => number;
  /** Time of the journal's last entry; null in an empty journal. */
  readonly lastEntryAtMs: number | null;
  /** The last time that clearing signed and this terminal took; null if there was none. */
  readonly lastSignedMs: number | null;
  /** Machine's clock minus clearing's at the last contact, kept over restarts; null if there was none. */
  readonly keptSkewMs: number | null;
  /** Called when the skew was measured anew, so that it can be kept. */
  readonly onSkew?: (skewMs: number) => void;
  /** Writes the step down. Nothing is stepped if it throws. */
  readonly onStep: (step: ClockStep) => void;
}

const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= MAX_CLOCK_SKEW_MS;

/** Whether the signed times of late, without a break, say the same, each by its distance to monotonic time. */
function createWitnesses(): (offsetMs: number, monotonicMs: number) => boolean {
  let agreed = { offsetMs: 0, sinceMs: 0, answers: 0 };
  return (offsetMs, monotonicMs) => {
    // The same old answer shown again and again doesn't agree with itself: time has gone by.
    const isAlike = agreed.answers > 0 && Math.abs(agreed.offsetMs - offsetMs) <= TOLERANCE_MS;
    agreed = isAlike
      ? { ...agreed, answers: agreed.answers + 1 }
      : { offsetMs, sinceMs: monotonicMs, answers: 1 };
    return agreed.answers >= AGREEING_ANSWERS && monotonicMs - agreed.sinceMs >= AGREEING_FOR_MS;
  };
}

/**
 * Two times. Wire time signs requests: clearing's last signed time plus monotonic time since, whatever it says, so
 * that no clock keeps this terminal from clearing. Journal time dates entries: after a start without a network the
 * machine's clock, but never before the last entry or the last signed time; then clearing's, where that is believed.
 * At the first contact of a run it is, unless it is older than one that was taken before. Later a time that is far
 * off is believed where the machine's clock agrees, one that goes back a little where three answers over a minute
 * do; until then a little is left alone, and far is contested.
 *
 * Not trusted: a clock that started behind the journal, that was far from clearing's when last compared, that jumped
 * while nobody could check it, or whose signed time isn't believed.
 */
export function createClock(options: ClockOptions): TerminalClock {
  const { systemNowMs, monotonicMs, lastEntryAtMs, lastSignedMs, keptSkewMs, onStep } = options;
  const knownMs = Math.max(lastEntryAtMs ?? 0, lastSignedMs ?? 0);
  const isAgreed = createWitnesses();
  let base = { timeMs: Math.max(systemNowMs(), knownMs), monotonicMs: monotonicMs() };
  let wire: typeof base | null = null;
  let compared = { systemMs: systemNowMs(), monotonicMs: monotonicMs() };
  let floorMs = lastEntryAtMs ?? 0;
  let isFirst = true;
  let doubt = systemNowMs() < knownMs - TOLERANCE_MS || (keptSkewMs !== null && !isNear(keptSkewMs, 0));

  const since = (from: typeof base): number => Math.floor(from.timeMs + (monotonicMs() - from.monotonicMs));
  const nowMs = (): number => since(base);
  /** A jump of the machine's clock, or a sleep in which monotonic time stood still: the two can't be told apart. */
  const jumped = (): boolean =>
    !isNear(systemNowMs() - compared.systemMs, monotonicMs() - compared.monotonicMs);
  const weigh = (signedMs: number): 'taken' | 'left' | 'contested' => {
    if (isAgreed(signedMs - monotonicMs(), monotonicMs())) return 'taken';
    const backMs = nowMs() - signedMs;
    if (isFirst && signedMs >= (lastSignedMs ?? 0) - TOLERANCE_MS) return 'taken';
    // One of a minute ago, shown again, sets nothing back, and is no reason to doubt: the time goes on.
    if (!isFirst && isNear(backMs, 0)) return backMs <= MAX_NODE_SKEW_MS ? 'taken' : 'left';
    return isNear(signedMs, systemNowMs()) ? 'taken' : 'contested';
  };

  return {
    nowMs,
    wireNowMs: () => since(wire ?? base),
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
      const estimateMs = serverTimeMs + Math.max(0, roundTripMs) / 2;
      // However slow the network is: where this is off by too much, the next request is told so.
      wire = { timeMs: estimateMs, monotonicMs: monotonicMs() };
      if (roundTripMs > MAX_ROUND_TRIP_MS) return true;
      const weight = weigh(estimateMs);
      if (weight === 'left') return true;
      if (weight === 'contested') {
        doubt = true;
        return false;
      }
      if (estimateMs < floorMs - MAX_NODE_SKEW_MS) {
        onStep({ fromMs: floorMs, toMs: Math.floor(estimateMs) });
        floorMs = Math.floor(estimateMs);
      }
      isFirst = false;
      base = { timeMs: Math.max(estimateMs, floorMs), monotonicMs: monotonicMs() };
      compared = { systemMs: systemNowMs(), monotonicMs: monotonicMs() };
      doubt = false;
      options.onSkew?.(Math.round(systemNowMs() - estimateMs));
      return true;
    },
    onEntry: (atMs) => {
      floorMs = Math.max(floorMs, atMs);
      if (nowMs() < atMs) base = { timeMs: atMs, monotonicMs: monotonicMs() };
    },
  };
}
