import { DAY_MS, parseDay, SHANGHAI_OFFSET_MS } from '../../domain/business-day.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/durations.ts';

/** ISO 8601 extended format, offset required; seconds and their fraction may be left out. */
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?([Zz]|[+-]\d{2}(?::?\d{2})?)$/;

/**
 * A time with its offset, such as `2023-06-10T12:00:00+08:00`, as epoch milliseconds, rounded down; null for
 * anything else: no offset, 30 February, hour 25. `24:00:00` is the end of that day (ISO 8601-1, 5.3.2).
 */
export function parseInstant(text: string): number | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [, day = '', hour = '', minute = '', second = '0', fraction = '', offset = ''] = match;
  const dayMs = parseDay(day);
  const offsetMs = parseOffset(offset);
  if (dayMs === null || offsetMs === null) return null;
  const timeMs =
    Number(hour) * HOUR_MS +
    Number(minute) * MINUTE_MS +
    Number(second) * 1000 +
    Number(fraction.padEnd(3, '0').slice(0, 3));
  const inRange = Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59;
  const endOfDay = timeMs === DAY_MS && hour === '24' && !/[1-9]/.test(fraction);
  if (!inRange && !endOfDay) return null;
  return dayMs + SHANGHAI_OFFSET_MS + timeMs - offsetMs;
}

function parseOffset(text: string): number | null {
  if (/^z$/i.test(text)) return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}
