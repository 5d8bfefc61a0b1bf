import { RETIRED } from '../checkout/store-state.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal } from '../journal/types.ts';

/**
 * Ends a terminal for good: one last entry, and it redeems no more. Throws `terminal-has-unsent` while clearing
 * has no verdict on an entry: what is on a PC that is taken away must be settled first.
 */
export function retire(
  journal: Journal,
  { by, reason, nowMs }: { readonly by: string; readonly reason: string; readonly nowMs: number },
): void {
  if (journal.setting(RETIRED) !== null) return;
  const { entries } = journal.pending();
  if (entries > 0) throw new FaultError('terminal-has-unsent', { entries });
  journal.append(nowMs, () => ({ kind: 'retired', body: { by, reason } }));
  journal.setSetting(RETIRED, String(nowMs));
}
