/** The same code again within this time is the same scan: scanners in presentation mode read several times. */
export const REPEAT_WINDOW_MS = 1000;
const MAX_REMEMBERED = 1000;

/**
 * Lets a code through unless it was seen less than a second ago, on any device. Seeing it again prolongs the
 * second, so that a phone held in front of a scanner counts once. Times are monotonic milliseconds.
 */
export function createRepeatGate(): { pass(text: string, atMs: number): boolean } {
  const seenAt = new Map<string, number>();
  return {
    pass: (text, atMs) => {
      const before = seenAt.get(text);
      seenAt.delete(text);
      seenAt.set(text, atMs);
      for (const [oldest, oldestAtMs] of seenAt) {
        if (atMs - oldestAtMs < REPEAT_WINDOW_MS && seenAt.size <= MAX_REMEMBERED) break;
        seenAt.delete(oldest);
      }
      return before === undefined || atMs - before >= REPEAT_WINDOW_MS;
    },
  };
}
