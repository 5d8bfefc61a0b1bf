import type { Facts, Refuse, Store } from './decision.ts';
import { refuse } from './refuse.ts';

/**
 * What keeps a counter from redeeming anything, whatever the voucher: the first in the order of every decision.
 * An untrusted clock is named before anything that depends on time; online, clearing has the time.
 */
export function refusePlace(
  { status }: Pick<Store, 'status'>,
  facts: Pick<Facts, 'terminal' | 'online' | 'clock'>,
): Refuse | null {
  if (facts.terminal === 'suspended') return refuse('terminal-suspended');
  if (status === 'suspended') return refuse('store-suspended');
  if (status === 'not-admitted') return refuse('store-not-admitted');
  if (!facts.online && facts.clock === 'untrusted') return refuse('clock-untrusted', { reason: 'terminal' });
  return null;
}
