import { hash, sign, verify, type KeyObject } from 'node:crypto';
import type { Entry } from './entry.ts';
import type { EntryKind } from '../../domain/entry-kinds.ts';

/** An entry before it is sealed. `body` is canonical JSON text. */
export interface Draft {
  readonly terminalId: string;
  readonly epoch: number;
  readonly seq: number;
  readonly kind: EntryKind;
  readonly atMs: number;
  readonly body: string;
  readonly prev: string;
}

/**
 * SHA-256, in lower-case hexadecimal, of the UTF-8 text of the JSON array
 * ["ZMDV1 entry", terminalId, epoch, seq, kind, atMs, body, prev].
 */
export function hashEntry(draft: Draft): string {
  const { terminalId, epoch, seq, kind, atMs, body, prev } = draft;
  return hash('sha256', JSON.stringify(['ZMDV1 entry', terminalId, epoch, seq, kind, atMs, body, prev]));
}

/** What the terminal signs of an entry: for checkers that hand the signature to other threads. */
export function entrySignedBytes(hash: string): Buffer {
  return Buffer.concat([Buffer.from('ZMDV1 entry-signature'), Buffer.from(hash, 'hex')]);
}

/** Hashes and signs with the terminal's Ed25519 key. */
export function sealEntry(draft: Draft, key: KeyObject): Entry {
  const hash = hashEntry(draft);
  return { ...draft, hash, signature: sign(null, entrySignedBytes(hash), key).toString('base64url') };
}

export type SealFault = 'hash-wrong' | 'signature-wrong';

/** Null if the hash is that of the content and the signature is the key's; otherwise what is wrong. */
export function checkSeal(entry: Entry, publicKey: KeyObject): SealFault | null {
  if (hashEntry(entry) !== entry.hash) return 'hash-wrong';
  const signature = Buffer.from(entry.signature, 'base64url');
  return verify(null, entrySignedBytes(entry.hash), publicKey, signature) ? null : 'signature-wrong';
}
