import { HOUR_MS, MAX_SCAN_TO_ENTRY_MS, MINUTE_MS } from './durations.ts';

/** Shanghai keeps UTC+8 all year (no summer time since 1991), so a day is plain arithmetic. */
export const SHANGHAI_OFFSET_MS = 8 * HOUR_MS;
export const DAY_MS = 24 * HOUR_MS;
const DAY_TEXT = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The Shanghai calendar, written as if it were UTC; throws a RangeError for a time that no calendar has. */
function shanghaiText(atMs: number): string {
  return new Date(atMs + SHANGHAI_OFFSET_MS).toISOString();
}

/**
 * The business day of an instant, `YYYY-MM-DD`: the Shanghai calendar day, or the day before while the
 * store's cut-over (minutes after midnight) hasn't been reached.
 * Throws a RangeError for a time outside the years 0 to 9999.
 */
export function businessDay(atMs: number, cutOverMinutes = 0): string {
  const text = shanghaiText(atMs - cutOverMinutes * MINUTE_MS);
  if (!/^\d{4}-/.test(text)) throw new RangeError(`not a time of the years 0 to 9999: ${String(atMs)}`);
  return text.slice(0, 10);
}

/** Until this hour of Shanghai a purchase may be of the day before, whatever the cut-over was when it was decided. */
const NIGHT_ENDS_MINUTES = 6 * 60;

/**
 * The business days that the key of a purchase may name which was confirmed at `atMs`: that of the confirmation, that
 * of the decision (at most `MAX_SCAN_TO_ENTRY_MS` earlier), and in the night the day before: a decision before midnight
 * and a cut-over that was changed meanwhile hold up nothing.
 */
export function purchaseDays(atMs: number, cutOverMinutes: number): ReadonlySet<string> {
  const decidedMs = atMs - MAX_SCAN_TO_ENTRY_MS;
  return new Set([
    ...[atMs, decidedMs].flatMap((ms) => [businessDay(ms), businessDay(ms, cutOverMinutes)]),
    businessDay(atMs, NIGHT_ENDS_MINUTES),
  ]);
}

/**
 * Whether what happened at this time may belong to a business day: by the store's cut-over, or by the calendar, for a
 * cut-over reaches a terminal and clearing at different moments.
 */
export function isOnBusinessDay(day: string, atMs: number, cutOverMinutes: number): boolean {
  return day === businessDay(atMs, cutOverMinutes) || day === businessDay(atMs);
}

/** `YYYY-MM-DD` to the first millisecond of that Shanghai day; null where no calendar has such a day. */
export function parseDay(text: string): number | null {
  const match = DAY_TEXT.exec(text);
  if (match === null) return null;
  const utcMs = Date.parse(`${text}T00:00:00Z`);
  // Date.parse takes 2023-02-30 for 2 March in some engines: only what is written back the same is a day.
  if (Number.isNaN(utcMs) || new Date(utcMs).toISOString().slice(0, 10) !== text) return null;
  return utcMs - SHANGHAI_OFFSET_MS;
}

/** The first millisecond of a Shanghai calendar day. Throws a RangeError for a day that doesn't exist. */
export function dayStartMs(day: string): number {
  const startMs = parseDay(day);
  if (startMs === null) throw new RangeError(`not a day: ${day}`);
  return startMs;
}

/** `2023-06-10 14:02` in Shanghai; throws a RangeError for a time that no calendar has. */
export function shanghaiMinute(atMs: number): string {
  return shanghaiText(atMs).slice(0, 16).replace('T', ' ');
}

/** `2023-06-10T14:02:00+08:00`; throws a RangeError for a time that no calendar has. */
export function shanghaiIso(atMs: number): string {
  return shanghaiText(atMs).replace('.000Z', 'Z').replace('Z', '+08:00');
}
