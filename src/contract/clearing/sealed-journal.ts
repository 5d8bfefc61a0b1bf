import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import { base64UrlSchema, entrySchema } from '../journal/entry.ts';
import { envelopeSchema, openEnvelope, sealEnvelope, type Envelope } from './envelope.ts';
import { ed25519KeySchema, idSchema, MAX_BATCH_ENTRIES } from './protocol.ts';

/**
 * The unsent journal on a stick: a file of lines, each a part of at most one batch, signed by the terminal that
 * wrote it and encrypted so that only clearing reads it. Any terminal may hand the lines on.
 *
 * A part is an envelope of purpose `sealed-journal`, signed with the key of the terminal's epoch, as JSON in UTF-8,
 * encrypted with AES-256-GCM. The key is HKDF-SHA256 (salt, info "ZMDV1 sealed-journal") of the X25519 agreement
 * between a key made for this part alone and clearing's; the header is authenticated with it.
 */

const FORMAT = 'ZMDV1 sealed-journal';
const KEY_BYTES = 32;
const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A batch of the longest entries, in base64url; below what a request may hold. */
const MAX_SEALED_CHARS = 1_950_000;
/** Bytes of entries that a part takes at most, so that it stays below that after signing and encoding. */
export const MAX_PART_BYTES = 900_000;

/** Clearing's public encryption key, as the feed brings it. */
export interface SealingKey {
  readonly keyId: string;
  /** X25519, raw, base64url. */
  readonly publicKey: string;
}

export const sealedPartSchema = z
  .object({
    format: z.literal(FORMAT),
    keyId: idSchema,
    /** base64url, raw. */
    ephemeralKey: ed25519KeySchema,
    salt: base64UrlSchema.length(43),
    nonce: base64UrlSchema.length(16),
    /** Ciphertext and tag. */
    sealed: base64UrlSchema.min(32).max(MAX_SEALED_CHARS),
  })
  .strict();
export type SealedPart = z.infer<typeof sealedPartSchema>;

const contentsSchema = z
  .object({
    terminalId: idSchema,
    epoch: z.int().min(1),
    writtenAtMs: z.int().min(0),
    entries: z.array(entrySchema).min(1).max(MAX_BATCH_ENTRIES),
  })
  .strict();
export type SealedContents = z.infer<typeof contentsSchema>;

/** Sealed with purpose `sealed-receipt`: tells whoever handed a part on how it was taken in, and no more. */
export const sealedReceiptSchema = z
  .object({
    forwardedBy: idSchema,
    terminalId: idSchema,
    serverTimeMs: z.int().min(0),
    entries: z.int().min(1),
    settled: z.int().min(0),
    recorded: z.int().min(0),
    refused: z.int().min(0),
    held: z.int().min(0),
  })
  .strict();
export type SealedReceipt = z.infer<typeof sealedReceiptSchema>;

export const SEALED_ROUTE = '/v1/journal/sealed';

function rawX25519(key: KeyObject): string {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('not an X25519 key');
  return x;
}

function x25519PublicKey(raw: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: raw }, format: 'jwk' });
}

function header(part: Omit<SealedPart, 'sealed'>): Buffer {
  const { format, keyId, ephemeralKey, salt, nonce } = part;
  return Buffer.from(JSON.stringify([format, keyId, ephemeralKey, salt, nonce]), 'utf8');
}

function contentKey(privateKey: KeyObject, publicKey: KeyObject, salt: Buffer): Buffer {
  const shared = diffieHellman({ privateKey, publicKey });
  return Buffer.from(hkdfSync('sha256', shared, salt, FORMAT, KEY_BYTES));
}

/** Signs with the terminal's key and encrypts for clearing. */
export function sealPart(contents: SealedContents, terminalKey: KeyObject, clearing: SealingKey): SealedPart {
  const envelope = sealEnvelope('sealed-journal', contents, contents.terminalId, terminalKey);
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const head = {
    format: FORMAT,
    keyId: clearing.keyId,
    ephemeralKey: rawX25519(publicKey),
    salt: salt.toString('base64url'),
    nonce: nonce.toString('base64url'),
  } as const;
  const key = contentKey(privateKey, x25519PublicKey(clearing.publicKey), salt);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(header(head));
  const bytes = Buffer.concat([
    cipher.update(JSON.stringify(envelope), 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return { ...head, sealed: bytes.toString('base64url') };
}

/** Clearing's half: decrypts; null for what wasn't encrypted for this key or was changed. The signature is still to check. */
export function decryptPart(part: SealedPart, privateKey: KeyObject): Envelope | null {
  try {
    const key = contentKey(
      privateKey,
      x25519PublicKey(part.ephemeralKey),
      Buffer.from(part.salt, 'base64url'),
    );
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(part.nonce, 'base64url'), {
      authTagLength: TAG_BYTES,
    });
    const bytes = Buffer.from(part.sealed, 'base64url');
    decipher.setAAD(header(part));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return envelopeSchema.safeParse(JSON.parse(text.toString('utf8'))).data ?? null;
  } catch {
    // Another key, a changed byte, or no JSON inside: all the same to whoever sent it.
    return null;
  }
}

/** Who claims to have written it: tells which key to check it with, and proves nothing. */
export function claimedWriter(
  envelope: Envelope,
): { readonly terminalId: string; readonly epoch: number } | null {
  let value: unknown;
  try {
    value = JSON.parse(envelope.payload);
  } catch {
    return null;
  }
  return contentsSchema.pick({ terminalId: true, epoch: true }).strip().safeParse(value).data ?? null;
}

/** The contents, if the key of that terminal and epoch signed them. */
export function openSealed(
  envelope: Envelope,
  terminalId: string,
  epochKey: KeyObject,
): SealedContents | null {
  const opened = openEnvelope('sealed-journal', envelope, new Map([[terminalId, epochKey]]), contentsSchema);
  return opened.ok && opened.value.terminalId === terminalId ? opened.value : null;
}

/** A file's text, a line for each part. */
export function sealedFileText(parts: readonly SealedPart[]): string {
  return parts.map((part) => `${JSON.stringify(part)}\n`).join('');
}

/** The parts of such a file; null if any line isn't one. */
export function readSealedFile(text: string): readonly SealedPart[] | null {
  const parts: SealedPart[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return null;
    }
    const part = sealedPartSchema.safeParse(value);
    if (!part.success) return null;
    parts.push(part.data);
  }
  return parts.length === 0 ? null : parts;
}
