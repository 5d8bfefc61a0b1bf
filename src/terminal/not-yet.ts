import { FaultError } from './fault-error.ts';

/** Stands where a call of the contract is not carried out yet. */
export function notYet(): never {
  throw new FaultError('internal', { problem: 'not built yet' });
}
