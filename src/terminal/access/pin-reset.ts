import { z } from 'zod';
import { openEnvelope } from '../../contract/clearing/envelope.ts';
import { pinResetSchema, readPinResetText, type PinReset } from '../../contract/clearing/pin-reset.ts';
import { FaultError } from '../fault-error.ts';
import type { TrustedKeys } from '../checkout/campaign-book.ts';
import type { Journal } from '../journal/types.ts';
import type { Access } from './access.ts';

const USED = 'used-pin-resets';
const usedSchema = z.array(z.object({ resetId: z.string(), expiresAtMs: z.int() }));

export interface PinResets {
  /** The reset whose code was read and that waits for the new PIN; null once it has expired. */
  offered(): PinReset | null;
  /** Verifies a code, offline. Throws `reset-code-refused` with the reason. */
  use(code: string): void;
  /** Sets the new PIN and uses the code up. Throws `reset-code-refused` if none waits. */
  finish(pin: string): Promise<void>;
  cancel(): void;
}

export interface PinResetParts {
  readonly journal: Journal;
  readonly access: Access;
  readonly trustedKeys: TrustedKeys;
  readonly nowMs: () => number;
}

function refuse(reason: string): never {
  throw new FaultError('reset-code-refused', { reason });
}

/** Forgotten PINs: signed by clearing for one user of this terminal, once, until they expire. */
export function createPinResets({ journal, access, trustedKeys, nowMs }: PinResetParts): PinResets {
  let waiting: PinReset | null = null;

  const used = (): z.infer<typeof usedSchema> => usedSchema.parse(JSON.parse(journal.setting(USED) ?? '[]'));

  function check(reset: PinReset): void {
    if (reset.terminalId !== journal.terminalId) refuse('other-terminal');
    if (!access.users().some(({ id }) => id === reset.userId)) refuse('unknown-user');
    if (nowMs() >= reset.expiresAtMs) refuse('expired');
    if (used().some(({ resetId }) => resetId === reset.resetId)) refuse('used');
  }

  return {
    offered: () => (waiting !== null && nowMs() < waiting.expiresAtMs ? waiting : null),
    use(code) {
      const envelope = readPinResetText(code);
      if (envelope === null) refuse('unreadable');
      const opened = openEnvelope('pin-reset', envelope, trustedKeys, pinResetSchema);
      if (!opened.ok) refuse(opened.reason);
      check(opened.value);
      waiting = opened.value;
    },
    async finish(pin) {
      const reset = waiting;
      if (reset === null) refuse('none');
      check(reset);
      waiting = null;
      const { resetId, userId, expiresAtMs } = reset;
      // Used up first: a power cut in between costs a new code, never gives the old one a second life. An expired
      // code is refused by its time, so only the live ones need remembering.
      const live = used().filter((one) => one.expiresAtMs > nowMs());
      journal.setSetting(USED, JSON.stringify([...live, { resetId, expiresAtMs }]));
      await access.setPin(userId, pin, null);
    },
    cancel() {
      waiting = null;
    },
  };
}
