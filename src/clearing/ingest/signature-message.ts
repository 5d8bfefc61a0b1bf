import type { KeyAlgorithm } from '../../codes/grant.ts';
import type { SignatureToCheck } from './signatures.ts';

/**
 * Signatures as one block of bytes, which moves to another thread without being copied: for each the algorithm
 * (1 byte), the lengths of key, message and signature (4 bytes each, big-endian), and these three.
 */
const HEAD_BYTES = 13;
const ALGORITHMS = ['ed25519', 'sm2'] as const satisfies readonly KeyAlgorithm[];

export function packSignatures(items: readonly SignatureToCheck[]): Uint8Array<ArrayBuffer> {
  const size = items.reduce(
    (sum, { publicKey, message, signature }) =>
      sum + HEAD_BYTES + publicKey.length + message.length + signature.length,
    0,
  );
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { algorithm, publicKey, message, signature } of items) {
    view.setUint8(at, ALGORITHMS.indexOf(algorithm));
    view.setUint32(at + 1, publicKey.length);
    view.setUint32(at + 5, message.length);
    view.setUint32(at + 9, signature.length);
    at += HEAD_BYTES;
    for (const part of [publicKey, message, signature]) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}

/** Reads what packSignatures wrote. Throws a RangeError for anything else. */
export function unpackSignatures(bytes: Uint8Array): readonly SignatureToCheck[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items: SignatureToCheck[] = [];
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('signatures that are cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const algorithm = ALGORITHMS[view.getUint8(at)];
    if (algorithm === undefined) throw new RangeError('a signature of an unknown algorithm');
    const lengths = [view.getUint32(at + 1), view.getUint32(at + 5), view.getUint32(at + 9)] as const;
    at += HEAD_BYTES;
    items.push({
      algorithm,
      publicKey: take(lengths[0]),
      message: take(lengths[1]),
      signature: take(lengths[2]),
    });
  }
  return items;
}
