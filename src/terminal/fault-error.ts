import type { Fault, FaultCode, Params } from '../contract/terminal/errors.ts';
import { asJournalError, JournalError } from './journal/errors.ts';

/** A fault on its way to a screen: a code and parameters, never a sentence. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(code: FaultCode, params: Params = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(params)}`, cause === undefined ? undefined : { cause });
    this.name = 'FaultError';
    this.fault = { code, params };
  }
}

/** What a thrown thing is to a screen. Anything unforeseen is `internal`; its text stays in the log. */
export function faultOf(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  const ofJournal = asJournalError(error);
  // A full disk is told as such wherever it is met; other errors of the system only where the journal met them.
  if (ofJournal !== null && (error instanceof JournalError || ofJournal.code === 'disk-full'))
    return ofJournal.fault;
  return { code: 'internal', params: { message: error instanceof Error ? error.message : String(error) } };
}
