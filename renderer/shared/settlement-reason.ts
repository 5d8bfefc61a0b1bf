import { refusalTitle } from '../../src/contract/messages/refusals.ts';
import { refusalCodeSchema } from '../../src/contract/terminal/refusal.ts';
import type { Language, RedemptionView } from '../../src/contract/terminal/state.ts';
import type { Text } from './i18n/text.ts';
import { zh } from './i18n/zh/index.ts';

type HoldReason = keyof typeof zh.holds;
const isHoldReason = (code: string): code is HoldReason => Object.hasOwn(zh.holds, code) && code !== 'other';

/**
 * Why clearing refused or holds a redemption, as a sentence; null when it does neither. A code that this version
 * doesn't know is named, so that it can be told on the telephone.
 */
export function settlementReason(
  text: Text,
  language: Language,
  { state, reason }: Pick<RedemptionView, 'state' | 'reason'>,
): string | null {
  if (reason === null) return null;
  const refusal = refusalCodeSchema.safeParse(reason);
  if (refusal.success && !(state === 'held' && isHoldReason(reason)))
    return refusalTitle(language, refusal.data);
  return isHoldReason(reason) ? text(`holds.${reason}`) : text('holds.other', { code: reason });
}
