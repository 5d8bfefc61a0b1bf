/** Watches for silence on a line. */
export interface SilenceTimer {
  /** Something came. `partial`: a code has begun, so silence matters. */
  readonly heard: (partial: boolean) => void;
  readonly stop: () => void;
}

/**
 * Fires after `idleMs` without a sign. In two halves: after a long pause of this process the first half is
 * over before waiting bytes are read, the second is not.
 */
export function createSilenceTimer(idleMs: number, onSilence: () => void): SilenceTimer {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    stop,
    heard: (partial) => {
      stop();
      if (!partial) return;
      timer = setTimeout(() => {
        timer = setTimeout(onSilence, idleMs / 2);
      }, idleMs / 2);
    },
  };
}
