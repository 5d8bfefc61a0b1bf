import type { Store } from '../../domain/decision.ts';
import type { Identity } from '../identity.ts';
import type { JournalReader } from '../journal/types.ts';

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

export function terminalStatus(reader: JournalReader): TerminalStatus {
  return (reader.lastFeed()?.terminalStatus ?? 'active') === 'active' ? 'active' : 'suspended';
}
