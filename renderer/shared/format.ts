import type { Language } from '../../src/contract/terminal/state.ts';
import { fen, formatYuan } from '../../src/domain/money.ts';

/** All times on the screens are Beijing time, whatever the machine is set to. */
const ZONE = 'Asia/Shanghai';

/** 12850 → "128.50"; 123456789 → "1,234,567.89". */
export function yuan(amountFen: number): string {
  return formatYuan(fen(amountFen)).replace(/\B(?=(\d{3})+\.)/g, ',');
}

/** 20000 → "20,000": how many of something, where it may be many. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** 4000 → "40", 4050 → "40.50": face values and thresholds, which are whole yuan in the plan. */
export function yuanShort(amountFen: number): string {
  return yuan(amountFen).replace(/\.00$/, '');
}

const clockFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
});
const clockSecondsFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const dayFormats: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  zh: new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, month: 'long', day: 'numeric' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, month: 'short', day: 'numeric' }),
};
const weekdayFormats: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  zh: new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, weekday: 'short' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, weekday: 'short' }),
};

/** 14:02 */
export const clockTime = (atMs: number): string => clockFormat.format(atMs);
/** 14:02:09 */
export const clockTimeSeconds = (atMs: number): string => clockSecondsFormat.format(atMs);
/** 6月10日, 10 Jun */
export const day = (atMs: number, language: Language): string => dayFormats[language].format(atMs);
/** 周六, Sat */
export const weekday = (atMs: number, language: Language): string => weekdayFormats[language].format(atMs);
/** 6月10日 14:02, 10 Jun 14:02 */
export const dayAndTime = (atMs: number, language: Language): string =>
  `${day(atMs, language)} ${clockTime(atMs)}`;

/** How long something lasts, cut to its largest useful unit. */
export type Span =
  | { readonly unit: 'seconds'; readonly count: number }
  | { readonly unit: 'minutes'; readonly count: number }
  | { readonly unit: 'hours'; readonly count: number }
  | { readonly unit: 'days'; readonly count: number };

/** 61_000 → 1 minute. Never negative, rounded down, so that nothing promises more than there is. */
export function span(ms: number): Span {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return { unit: 'seconds', count: seconds };
  if (seconds < 3600) return { unit: 'minutes', count: Math.floor(seconds / 60) };
  if (seconds < 86_400 * 2) return { unit: 'hours', count: Math.floor(seconds / 3600) };
  return { unit: 'days', count: Math.floor(seconds / 86_400) };
}

/** 299_000 → "4:59" */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}

/** 1536 → "1.5 KiB" */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const at = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** at).toFixed(at === 0 ? 0 : 1)} ${units[at] ?? ''}`;
}
