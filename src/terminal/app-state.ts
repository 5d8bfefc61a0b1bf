import type { Fault } from '../contract/terminal/errors.ts';
import type { UpdateNotice } from '../contract/terminal/shell.ts';
import type { AppState } from '../contract/terminal/state.ts';
import type { OpenTill } from './open-till.ts';
import type { Seed } from './seed.ts';
import type { TillInterface } from './till/interface.ts';
import type { Training } from './training/training.ts';
import { updateFault } from './updates.ts';

/** What the core knows of itself. */
export interface CoreFacts {
  readonly till: OpenTill | null;
  readonly fault: Fault | null;
  /** Null: the real journal is open. */
  readonly training: Training | null;
  readonly language: AppState['language'];
  readonly version: string;
  readonly seed: Seed | null;
  readonly update: UpdateNotice | null;
  readonly tillInterface: Pick<TillInterface, 'fault'>;
  /** Nothing was ever activated in this folder. Looks at the disk, so it is asked only where nothing is open. */
  readonly mayActivate: () => boolean;
}

/** The state of the app as every screen shows it. */
export function appStateOf(facts: CoreFacts): AppState {
  const { till, fault, seed, update } = facts;
  const tillFault = facts.tillInterface.fault();
  const user = till?.access.current() ?? null;
  return {
    phase: phaseOf(facts, user !== null),
    fault,
    training: facts.training !== null,
    language: facts.language,
    version: facts.version,
    terminal: till?.terminal ?? null,
    store: till?.store() ?? null,
    carRules: till?.store().category === 'car' ? till.carRules() : null,
    user,
    users: till?.access.users() ?? [],
    seed: seed === null ? null : { clearingUrl: seed.clearing.url },
    pinReset: till?.pinResets.offered() ?? null,
    shift: till?.shift() ?? null,
    notices: [
      ...(till?.notices() ?? []),
      ...(tillFault === null ? [] : [tillFault]),
      ...(update === null ? [] : [updateFault(update)]),
    ],
  };
}

function phaseOf({ fault, till, mayActivate }: CoreFacts, signedIn: boolean): AppState['phase'] {
  if (fault !== null) return 'fault';
  if (till !== null) return signedIn ? 'open' : 'sign-in';
  return mayActivate() ? 'activation' : 'starting';
}
