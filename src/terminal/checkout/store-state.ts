import type { Store } from '../../domain/decision.ts';
import type { Identity } from '../identity.ts';
import type { JournalReader } from '../journal/types.ts';

/** Setting with the time at which this terminal was retired. */
export const RETIRED = 'retired-at-ms';

export type TerminalStatus = 'active' | 'suspended';

/** The store as clearing last told it. */
export interface StoreState extends Store {
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly cutOverMinutes: number;
}

/** Out of the last feed; before the first one, as it was at activation. */
export function storeState(reader: JournalReader, identity: Identity): StoreState {
  return reader.lastFeed()?.store ?? identity.store;
}

/** A terminal that was retired here redeems no more, whatever clearing still says of it. */
export function terminalStatus(reader: JournalReader): TerminalStatus {
  if (reader.setting(RETIRED) !== null) return 'suspended';
  return (reader.lastFeed()?.terminalStatus ?? 'active') === 'active' ? 'active' : 'suspended';
}
