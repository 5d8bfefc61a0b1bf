import { z } from 'zod';
import { requestSchema } from '../../contract/terminal/wire.ts';
import { MINUTE_MS } from '../../domain/durations.ts';

const DEFAULT_MINUTES = 10;
/** Bounds: below a minute nobody can work, above an hour it protects nothing. */
export const lockAfterMinutesSchema = z.int().min(1).max(60).default(DEFAULT_MINUTES);

/** Calls that a screen makes by itself, when something else has changed: nobody need stand there. */
const BY_ITSELF: ReadonlySet<string> = new Set(['app.snapshot', 'redemptions.recent']);

export interface IdleLock {
  /** Someone did something: a message of a screen, or a scan (null). */
  touch(message: unknown): void;
  stop(): void;
}

/** Calls `onIdle` once each time when nobody did anything for so many minutes. */
export function createIdleLock(minutes = DEFAULT_MINUTES, onIdle: () => void): IdleLock {
  const timer = setTimeout(onIdle, minutes * MINUTE_MS);
  timer.unref();
  return {
    touch(message) {
      const name = message === null ? null : requestSchema.safeParse(message).data?.name;
      if (name === undefined || (name !== null && BY_ITSELF.has(name))) return;
      timer.refresh();
    },
    stop: () => clearTimeout(timer),
  };
}
