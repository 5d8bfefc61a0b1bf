import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** Purposes keep one signed thing from being passed off as another. */
export const ENVELOPE_PURPOSES = [
  'activation',
  'certificate',
  'campaign-pack',
  'key-ring',
  'feed',
  'acknowledgement',
  'authorisation',
  'time',
  'settlement',
  'day-totals',
  'statement',
  'reconciliation',
  'read-back',
  'journal-export',
  'sealed-journal',
  'sealed-receipt',
  'pin-reset',
] as const;
export type EnvelopePurpose = (typeof ENVELOPE_PURPOSES)[number];

/** Something that clearing signed: `payload` is the exact text that the signature covers. */
export const envelopeSchema = z
  .object({
    keyId: z.string().min(1).max(64),
    payload: z.string().min(2).max(8_388_608),
    signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
  })
  .strict()
  .readonly();
export type Envelope = z.infer<typeof envelopeSchema>;

function signedBytes(purpose: EnvelopePurpose, payload: string): Buffer {
  return Buffer.from(`ZMDV1 envelope ${purpose}\n${payload}`, 'utf8');
}

/** Signs the JSON text of a value with an Ed25519 key. */
export function sealEnvelope(
  purpose: EnvelopePurpose,
  value: unknown,
  keyId: string,
  key: KeyObject,
): Envelope {
  const payload = JSON.stringify(value);
  return { keyId, payload, signature: sign(null, signedBytes(purpose, payload), key).toString('base64url') };
}

export type OpenedEnvelope<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly reason: 'unknown-key' | 'signature-wrong' | 'shape-wrong';
      readonly detail: string;
    };

/** Verifies, parses and checks an envelope. Nothing of the payload is looked at before the signature holds. */
export function openEnvelope<T>(
  purpose: EnvelopePurpose,
  envelope: Envelope,
  keys: ReadonlyMap<string, KeyObject>,
  schema: z.ZodType<T>,
): OpenedEnvelope<T> {
  const key = keys.get(envelope.keyId);
  if (key === undefined) return { ok: false, reason: 'unknown-key', detail: envelope.keyId };
  const signature = Buffer.from(envelope.signature, 'base64url');
  if (!verify(null, signedBytes(purpose, envelope.payload), key, signature)) {
    return { ok: false, reason: 'signature-wrong', detail: envelope.keyId };
  }
  let value: unknown;
  try {
    value = JSON.parse(envelope.payload);
  } catch (error) {
    return { ok: false, reason: 'shape-wrong', detail: String(error) };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, reason: 'shape-wrong', detail: z.prettifyError(parsed.error) };
}

/** A raw 32-byte Ed25519 public key, base64url, as a key object. Throws for any other length. */
export function ed25519PublicKey(raw: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw }, format: 'jwk' });
}

/** The raw 32 bytes of an Ed25519 key's public half, base64url. */
export function rawEd25519PublicKey(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('not an Ed25519 key');
  return x;
}
