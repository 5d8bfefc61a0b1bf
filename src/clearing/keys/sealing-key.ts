import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { SealingKey } from '../../contract/clearing/sealed-journal.ts';
import type { ClearingKeys } from './keys.ts';

/** What comes before the 32 secret bytes of an X25519 key in PKCS #8 (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

/**
 * The key that terminals encrypt unsent journals for. It is derived from the secret of the key file, so that key
 * files made before it and all nodes have the same one.
 */
export function sealingKey({ papersKey, root }: ClearingKeys): {
  readonly privateKey: KeyObject;
  readonly published: SealingKey;
} {
  const secret = Buffer.from(hkdfSync('sha256', papersKey, root.keyId, 'ZMDV1 sealing-key', 32));
  const der = Buffer.concat([PKCS8_PREFIX, secret]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new Error('a sealing key without its public half');
  return { privateKey, published: { keyId: `seal-${root.keyId}`.slice(0, 64), publicKey: x } };
}
