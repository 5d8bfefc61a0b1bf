import { z } from 'zod';

/**
 * Faults that a call may answer with. They cross as `{code, params}`; the screens have a sentence for each
 * in both languages. A refusal of a voucher is not a fault: it is part of the checkout's state.
 */
export const FAULT_CODES = [
  'bad-input',
  'not-allowed',
  'not-signed-in',
  'not-activated',
  'already-activated',
  'wrong-pin',
  'pin-locked',
  'reset-code-refused',
  'activation-code-refused',
  'clearing-unreachable',
  'clearing-refused',
  'clearing-not-trusted',
  'clock-contested',
  'decision-unknown',
  'decision-expired',
  'decision-changed',
  'authorisation-unknown',
  'purchase-amount-differs',
  'amount-from-till',
  'redemption-unknown',
  'reversal-needs-manager',
  'reversal-too-late',
  'reversal-not-possible',
  'return-not-possible',
  'shift-not-open',
  'shift-already-open',
  'shift-has-unsent',
  'training-not-now',
  /** There is a journal, but not who writes it: never a reason to activate anew. */
  'identity-missing',
  'terminal-has-unsent',
  'data-folder-copied',
  'settings-unreadable',
  'database-newer',
  'database-damaged',
  /** Found while the counter works: a notice, which keeps nobody from redeeming. */
  'journal-broken',
  'disk-full',
  'data-folder-unwritable',
  'data-folder-in-use',
  'journal-behind',
  /** A folder, a link or the like is where a file of the journal belongs. */
  'journal-file-unusable',
  'back-up-failed',
  'archive-failed',
  'update-waiting',
  'update-failed',
  'update-rolled-back',
  'update-no-way-back',
  'folder-unwritable',
  'nothing-unsent',
  'sealed-file-unreadable',
  'clearing-key-missing',
  'restore-not-possible',
  'printer-unavailable',
  'printer-out-of-paper',
  'printer-unconfirmed',
  'till-port-taken',
  'device-missing',
  'device-busy',
  'device-not-permitted',
  'device-keyboard-mode',
  'device-driver-missing',
  'device-garbled',
  'device-failed',
  'core-stopped',
  'internal',
] as const;

export const faultCodeSchema = z.enum(FAULT_CODES);
export type FaultCode = z.infer<typeof faultCodeSchema>;

export const paramsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Params = z.infer<typeof paramsSchema>;

export const faultSchema = z.object({ code: faultCodeSchema, params: paramsSchema }).readonly();
export type Fault = z.infer<typeof faultSchema>;
