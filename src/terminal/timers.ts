/** Timers that end together with what they belong to. */
export interface Timers {
  /** Runs once after so many milliseconds, unless all are stopped by then. */
  readonly later: (run: () => void, afterMs: number) => void;
  stop(): void;
}

export function createTimers(): Timers {
  const running = new Set<NodeJS.Timeout>();
  return {
    later: (run, afterMs) => {
      const timer = setTimeout(() => {
        running.delete(timer);
        run();
      }, afterMs);
      running.add(timer);
    },
    stop: () => {
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}
