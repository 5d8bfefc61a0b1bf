import { MAX_REPORT_DAYS } from '../../src/contract/terminal/reports.ts';
import { businessDay, DAY_MS, dayStartMs, parseDay } from '../../src/domain/business-day.ts';

/** From a first to a last business day, both included. */
export interface DayRange {
  readonly fromDay: string;
  readonly toDay: string;
}

export const RANGES = ['today', 'yesterday', 'week', 'month', 'year'] as const;
export type RangeName = (typeof RANGES)[number];

/** What a named range is on the Shanghai day of `nowMs`. */
export function namedRange(name: RangeName, nowMs: number): DayRange {
  const today = businessDay(nowMs);
  const before = (days: number): string => businessDay(dayStartMs(today) - days * DAY_MS);
  switch (name) {
    case 'today':
      return { fromDay: today, toDay: today };
    case 'yesterday':
      return { fromDay: before(1), toDay: before(1) };
    case 'week':
      return { fromDay: before(6), toDay: today };
    case 'month':
      return { fromDay: `${today.slice(0, 8)}01`, toDay: today };
    case 'year':
      return { fromDay: before(364), toDay: today };
  }
}

/** Days that exist, in order, and no more than the core takes. */
export function isRange({ fromDay, toDay }: DayRange): boolean {
  const fromMs = parseDay(fromDay);
  const toMs = parseDay(toDay);
  return fromMs !== null && toMs !== null && fromMs <= toMs && (toMs - fromMs) / DAY_MS < MAX_REPORT_DAYS;
}
