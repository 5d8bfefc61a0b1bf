import type { z } from 'zod';
import { PIN_RESET_LIFE_MS, pinResetText, type pinResetSchema } from '../../contract/clearing/pin-reset.ts';
import { BODY_SCHEMAS } from '../../contract/journal/entry.ts';
import { type Context, newId, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import { audit, type Operator, requireRole } from '../operator/operators.ts';
import type { Reader } from '../storage/storage.ts';

/** Someone with an account on a terminal, as its journal has told. */
export interface TerminalUser {
  readonly userId: string;
  readonly name: string;
  readonly role: 'cashier' | 'manager' | 'support';
}

/** The people of a terminal out of its journal's `user-changed` entries, in the order of their first one. */
export async function terminalUsers(db: Reader, terminalId: string): Promise<readonly TerminalUser[]> {
  const rows = await db
    .selectFrom('entries')
    .select('body')
    .where('terminal_id', '=', terminalId)
    .where('kind', '=', 'user-changed')
    .orderBy('epoch')
    .orderBy('seq')
    .execute();
  const users = new Map<string, TerminalUser>();
  for (const { body } of rows) {
    const { userId, name, role } = BODY_SCHEMAS['user-changed'].parse(JSON.parse(body));
    users.set(userId, { userId, name, role });
  }
  return [...users.values()];
}

/**
 * A one-time code with which one user of one terminal may choose a new PIN; the terminal checks it without a
 * network. Whoever asks must have been recognised by the operator: that is outside of this software.
 */
export async function issuePinReset(
  context: Context,
  operator: Operator,
  terminalId: string,
  wanted: { readonly userId: string; readonly reason: string },
): Promise<{ readonly code: string; readonly expiresAtMs: number }> {
  requireRole(operator, 'admin');
  return context.storage.transaction(async (tx) => {
    const users = await terminalUsers(tx, terminalId);
    if (!users.some(({ userId }) => userId === wanted.userId))
      throw new ApiError('not-found', 'no such user on this terminal');
    const nowMs = context.now();
    const reset: z.infer<typeof pinResetSchema> = {
      resetId: newId(context, 'pr'),
      terminalId,
      userId: wanted.userId,
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + PIN_RESET_LIFE_MS,
    };
    await audit(tx, context, operator, 'pin-reset-issued', terminalId, {
      resetId: reset.resetId,
      userId: wanted.userId,
      reason: wanted.reason,
    });
    return { code: pinResetText(seal(context, 'pin-reset', reset)), expiresAtMs: reset.expiresAtMs };
  });
}
