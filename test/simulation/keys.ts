import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { rawEd25519PublicKey } from '../../src/contract/clearing/envelope.ts';
import type { ClearingKeys } from '../../src/clearing/keys/keys.ts';

/** RFC 8410: the bytes before a raw Ed25519 private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export function secretOf(name: string): Buffer {
  return createHash('sha256').update(`simulation ${name}`).digest();
}

/** The same name gives the same key in every run: a failing seed replays exactly. */
export function keyOf(name: string): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, secretOf(name)]),
    format: 'der',
    type: 'pkcs8',
  });
}

const root = keyOf('root');
const issuer = keyOf('issuer');

/** The same objects for every seed: a key is costly to make. */
export const CLEARING_KEYS: ClearingKeys = {
  root: { keyId: 'root-sim', key: root, publicKey: rawEd25519PublicKey(root) },
  issuers: [
    {
      number: 1,
      algorithm: 'ed25519',
      key: issuer,
      publicKey: rawEd25519PublicKey(issuer),
      validFromMs: Date.UTC(2020, 0, 1),
      validUntilMs: Date.UTC(2040, 0, 1),
    },
  ],
  personSecret: secretOf('person'),
  papersKey: secretOf('papers'),
};
