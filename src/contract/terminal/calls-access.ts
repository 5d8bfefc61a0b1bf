import { z } from 'zod';
import { done, nothing, pinSchema, type CallSpec } from './call-spec.ts';

/** A reset code is a signed envelope as text: some 400 characters, as a QR code or pasted. */
export const MAX_RESET_CODE_LENGTH = 2048;

/** One voucher of the training mode, freshly made and shown: scan the text, or take it as scanned. */
const trainingVoucherSchema = z
  .object({
    kindId: z.string(),
    faceValueFen: z.int(),
    minSpendFen: z.int(),
    text: z.string(),
  })
  .readonly();

/** Forgotten PINs, training, and the end of a terminal's life. */
export const ACCESS_CALLS = {
  /**
   * Takes clearing's one-time code for a forgotten PIN, read by any scanner or pasted. If it is good, the app
   * state's `pinReset` names whose PIN may now be chosen. Faults: `reset-code-refused`.
   */
  'access.useResetCode': {
    input: z.object({ code: z.string().min(1).max(MAX_RESET_CODE_LENGTH) }).strict(),
    output: done,
    roles: ['anyone'],
  },
  /** The new PIN of the user whom the code names; uses the code up. Faults: `reset-code-refused`. */
  'access.resetPin': {
    input: z.object({ pin: pinSchema }).strict(),
    output: done,
    roles: ['anyone'],
  },
  /** Puts the code aside unused. */
  'access.cancelReset': { input: nothing, output: done, roles: ['anyone'] },
  /**
   * Training mode: the same screens on keys and a database of their own; nothing of it leaves this PC. Who is
   * signed in stays so. Fault: `training-not-now` while a purchase is under way.
   */
  'training.enter': { input: nothing, output: done, roles: ['cashier', 'manager'] },
  /** Back to the real journal; what was done in training stays in its own folder. */
  'training.leave': { input: nothing, output: done, roles: ['cashier', 'manager', 'support'] },
  /** One new voucher of each kind that this store may redeem. Fault: `training-not-now` outside training. */
  'training.vouchers': {
    input: nothing,
    output: z.array(trainingVoucherSchema).readonly(),
    roles: ['cashier', 'manager'],
  },
  /**
   * Ends this terminal for good, once its journal is settled, or was exported whole and the manager says so with
   * `exported`. Fault: `terminal-has-unsent`; its parameter `exportedTo` names the file where only that word is
   * missing. Afterwards only reports can be read.
   */
  'support.retire': {
    input: z
      .object({ reason: z.string().trim().min(1).max(200), exported: z.boolean().default(false) })
      .strict(),
    output: done,
    roles: ['manager'],
  },
} as const satisfies Record<string, CallSpec>;
