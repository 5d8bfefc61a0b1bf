import { isSignedBy, publicKey, type PublicKey } from '../../codes/signatures.ts';
import type { KeyAlgorithm } from '../../codes/grant.ts';

/** One signature as it came: nothing of it is known to be well-formed. */
export interface SignatureToCheck {
  readonly algorithm: KeyAlgorithm;
  /** Ed25519 32 bytes, SM2 33 bytes compressed. */
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Checks signatures; the answers in their order, false for anything that isn't the key's. */
export type CheckSignatures = (
  items: readonly SignatureToCheck[],
) => readonly boolean[] | Promise<readonly boolean[]>;

/** On this thread, at once: for simulation, where nothing may depend on other threads. */
export function checkHere(items: readonly SignatureToCheck[]): readonly boolean[] {
  return checkWith(items, () => false);
}

/**
 * The same answers. `isSurelySigned` may say of a signature that it holds, and sooner; whatever it doubts is checked as
 * the terminals check it, so that the two never disagree.
 */
export function checkWith(
  items: readonly SignatureToCheck[],
  isSurelySigned: (item: SignatureToCheck) => boolean,
): readonly boolean[] {
  // A terminal's key occurs in every entry of its batch.
  const keys = new Map<string, PublicKey | null>();
  return items.map((item) => {
    if (isSurelySigned(item)) return true;
    const { algorithm, publicKey: raw, message, signature } = item;
    const name = `${algorithm} ${Buffer.from(raw).toString('latin1')}`;
    const known = keys.get(name);
    const key = known === undefined ? publicKey(algorithm, raw) : known;
    keys.set(name, key);
    return key !== null && isSignedBy(key, message, signature);
  });
}
