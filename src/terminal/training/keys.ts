import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { signingKey, type SigningKey } from '../../codes/signatures.ts';
import { readTextFile, writeFileDurably } from '../files.ts';

const secretSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const keyFileSchema = z
  .object({
    terminalId: z.string(),
    madeAtMs: z.int(),
    root: secretSchema,
    issuer: secretSchema,
    holder: secretSchema,
    terminal: secretSchema,
  })
  .strict();

/** Ed25519 keys that exist only for training: nothing that they sign is believed by any clearing server. */
export interface TrainingKeys {
  readonly terminalId: string;
  readonly madeAtMs: number;
  readonly root: Ed25519Key;
  readonly issuer: Ed25519Key;
  readonly holder: Ed25519Key;
  readonly terminal: Ed25519Key;
}
type Ed25519Key = Extract<SigningKey, { readonly algorithm: 'ed25519' }>;

function ed25519(secret: string): Ed25519Key {
  const key = signingKey('ed25519', Buffer.from(secret, 'base64url'));
  if (key.algorithm !== 'ed25519') throw new Error('not an Ed25519 key');
  return key;
}

/** Made at the first training, then always the same. */
export function ensureTrainingKeys(folder: string, nowMs: number): TrainingKeys {
  const path = join(folder, 'training-keys.json');
  const secret = (): string => randomBytes(32).toString('base64url');
  const text = readTextFile(path);
  const file = keyFileSchema.parse(
    text === null
      ? {
          terminalId: `training-${randomBytes(4).toString('hex')}`,
          madeAtMs: nowMs,
          root: secret(),
          issuer: secret(),
          holder: secret(),
          terminal: secret(),
        }
      : JSON.parse(text),
  );
  if (text === null) writeFileDurably(path, `${JSON.stringify(file, null, 2)}\n`);
  const { terminalId, madeAtMs } = file;
  return {
    terminalId,
    madeAtMs,
    root: ed25519(file.root),
    issuer: ed25519(file.issuer),
    holder: ed25519(file.holder),
    terminal: ed25519(file.terminal),
  };
}
