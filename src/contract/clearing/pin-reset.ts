import { z } from 'zod';
import { DAY_MS } from '../../domain/business-day.ts';
import { envelopeSchema, type Envelope } from './envelope.ts';

/** A forgotten PIN: clearing's one-time code, carried to the counter on paper or a phone, checked offline. */

/** Sealed with purpose `pin-reset`. Good for one user of one terminal, once, until it expires. */
export const pinResetSchema = z
  .object({
    resetId: z.string().min(1).max(64),
    terminalId: z.string().min(1).max(64),
    userId: z.string().min(1).max(64),
    issuedAtMs: z.int().min(0),
    expiresAtMs: z.int().min(0),
  })
  .strict()
  .readonly();
export type PinReset = z.infer<typeof pinResetSchema>;

/** Long enough to carry it to a shop, short enough that a lost note is soon worth nothing. */
export const PIN_RESET_LIFE_MS = DAY_MS;

/** What a reset code's text begins with; no payment or voucher code does. */
const PREFIX = 'ZMDP1.';

/** The text of a QR code, or to be pasted. */
export function pinResetText(envelope: Envelope): string {
  return PREFIX + Buffer.from(JSON.stringify(envelope), 'utf8').toString('base64url');
}

/** True for what claims to be a reset code, so that a scanner's reading goes the right way. */
export function looksLikePinReset(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** The envelope in a reset code's text, not yet verified; null for anything else. */
export function readPinResetText(text: string): Envelope | null {
  const trimmed = text.trim();
  if (!looksLikePinReset(trimmed)) return null;
  try {
    const json: unknown = JSON.parse(Buffer.from(trimmed.slice(PREFIX.length), 'base64url').toString('utf8'));
    return envelopeSchema.safeParse(json).data ?? null;
  } catch {
    return null;
  }
}
