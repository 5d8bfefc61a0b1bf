import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ed25519PublicKey } from '../contract/clearing/envelope.ts';
import { ed25519KeySchema } from '../contract/clearing/protocol.ts';
import { RunError } from './command.ts';

const namedKeySchema = z.object({ keyId: z.string(), publicKey: ed25519KeySchema });
const keyFileSchema = z.union([namedKeySchema, z.object({ rootKey: namedKeySchema })]);

/** A key file that names no key id stands for every id: the signature decides. */
class OneKey extends Map<string, KeyObject> {
  readonly key: KeyObject;
  constructor(key: KeyObject) {
    super();
    this.key = key;
  }
  override get(): KeyObject {
    return this.key;
  }
}

/** Clearing's public key: PEM, or JSON with keyId and publicKey. Throws a RunError for anything else. */
export function readRootKey(file: string): ReadonlyMap<string, KeyObject> {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN PUBLIC KEY-----')) return new OneKey(createPublicKey(text));
    const parsed = keyFileSchema.parse(JSON.parse(text));
    const { keyId, publicKey } = 'rootKey' in parsed ? parsed.rootKey : parsed;
    return new Map([[keyId, ed25519PublicKey(publicKey)]]);
  } catch (error) {
    throw new RunError(
      `${file} is no key file (PEM public key, or JSON with keyId and publicKey): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
