import { z } from 'zod';
import type { Fault, FaultCode } from '../contract/terminal/errors.ts';
import type { UpdateNotice } from '../contract/terminal/shell.ts';
import type { AppState, CheckoutState } from '../contract/terminal/state.ts';
import type { Journal } from './journal/types.ts';
import { isLoopback } from './sync/transport.ts';

function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  return (protocol === 'https:' || isLoopback(hostname)) && username === '' && password === '';
}

/** Where new versions come from, in `settings.json` and the seed: `https`, plain `http` only on this PC. */
export const updatesSchema = z
  .object({
    url: z
      .url({ protocol: /^https?$/ })
      .max(200)
      .refine(isSafe, 'only https outside of this PC, without a name or password'),
  })
  .strict();

/**
 * Whether the program may be replaced now: never in an open shift, in a purchase or in training (the real shift
 * can't be seen from there), and not under the hands of somebody who is signed in or sets this PC up, unless they close the program.
 */
export function mayUpdate(
  app: Pick<AppState, 'phase' | 'shift' | 'user' | 'training'>,
  checkout: CheckoutState,
  closing: boolean,
): boolean {
  const attended = app.user !== null || app.phase === 'activation';
  if (app.shift !== null || app.training || (attended && !closing)) return false;
  return checkout.can.atRest;
}

const FAULTS: Readonly<Record<UpdateNotice['reason'], FaultCode>> = {
  waiting: 'update-waiting',
  'not-installed': 'update-failed',
  refused: 'update-failed',
  'rolled-back': 'update-rolled-back',
  'no-way-back': 'update-no-way-back',
};

/** The notice as the screens show it. */
export function updateFault({ version, reason, why }: UpdateNotice): Fault {
  return { code: FAULTS[reason], params: { version, reason, ...(why === null ? {} : { why }) } };
}

/** Journal setting: the notice that was written last. */
const NOTED = 'update-noted';

/** Writes into the journal that a version was given up, once for each version and outcome. */
export function noteUpdate(
  journal: Pick<Journal, 'append' | 'setting' | 'setSetting'>,
  { version, reason, why }: UpdateNotice,
  nowMs: number,
): void {
  if (reason !== 'rolled-back' && reason !== 'no-way-back') return;
  const noted = JSON.stringify([version, reason, why]);
  if (journal.setting(NOTED) === noted) return;
  const details = { version, ...(why === null ? {} : { why }) };
  journal.append(nowMs, () => ({ kind: 'alarm', body: { code: FAULTS[reason], details } }));
  journal.setSetting(NOTED, noted);
}
