import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { envelopeSchema, rawEd25519PublicKey } from '../contract/clearing/envelope.ts';
import { certificateSchema, ed25519KeySchema, storeSchema } from '../contract/clearing/protocol.ts';
import { FaultError } from './fault-error.ts';
import { readTextFile, writeFileDurably } from './files.ts';

/** Who this terminal is: written once at activation, and at each new epoch. */
const identityFileSchema = z
  .object({
    version: z.literal(1),
    clearingUrl: z.url(),
    rootKey: z.object({ keyId: z.string(), publicKey: ed25519KeySchema }).strict(),
    certificate: envelopeSchema,
    certified: certificateSchema,
    store: storeSchema,
    /** Made at activation; goes into the journal at the first start with it. */
    firstManager: z.object({ id: z.string(), name: z.string(), pin: z.string() }).strict(),
  })
  .strict();
export type IdentityFile = z.infer<typeof identityFileSchema>;

export interface Identity extends IdentityFile {
  readonly key: KeyObject;
}

const identityPath = (folder: string): string => join(folder, 'identity', 'terminal.json');
export const keyPath = (folder: string): string => join(folder, 'identity', 'terminal.key');
/** The key of an epoch that is being opened; becomes the terminal's key once its certificate is written. */
export const newKeyPath = (folder: string): string => `${keyPath(folder)}.new-epoch`;

/** Null before activation. Throws `settings-unreadable`, naming the file; nothing is overwritten. */
export function readIdentity(folder: string): Identity | null {
  const path = identityPath(folder);
  const text = readTextFile(path);
  if (text === null) return null;
  try {
    const file = identityFileSchema.parse(JSON.parse(text));
    return { ...file, key: certifiedKey(folder, file.certified.publicKey) };
  } catch (error) {
    throw new FaultError('settings-unreadable', { path, problem: firstLine(error) }, error);
  }
}

/** A stop between certificate and key leaves the new key under its own name. */
function certifiedKey(folder: string, publicKey: string): KeyObject {
  for (const path of [keyPath(folder), newKeyPath(folder)]) {
    const pem = readTextFile(path);
    const key = pem === null ? null : createPrivateKey(pem);
    if (key !== null && rawEd25519PublicKey(key) === publicKey) return key;
  }
  throw new Error('the terminal key is missing');
}

export function writeIdentity(folder: string, file: IdentityFile): void {
  writeFileDurably(identityPath(folder), `${JSON.stringify(file, null, 2)}\n`);
}

/**
 * The terminal's Ed25519 key, made once and kept before anything is sent, so that an activation whose answer was
 * lost can be asked for again with the same key.
 */
export function ensureTerminalKey(folder: string): KeyObject {
  const path = keyPath(folder);
  const pem = readTextFile(path);
  if (pem !== null) return createPrivateKey(pem);
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

function firstLine(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).split('\n').slice(0, 3).join(' ');
  return error instanceof Error ? error.message : String(error);
}
