import { concatBytes } from './bytes.ts';

export type KeyAlgorithm = 'ed25519' | 'sm2';

/** What the issuer signs: which voucher, whose, when. Layout: docs/voucher-code.md. */
export interface Grant {
  readonly campaignNumber: number;
  readonly kindNumber: number;
  /** Unsigned 64-bit; dense within a campaign, never reused. */
  readonly serial: bigint;
  /** 16 bytes: the issuer's pseudonym of the holder, no personal data. */
  readonly holderReference: Uint8Array;
  /** Unix seconds, from here on … */
  readonly notBeforeS: number;
  /** … until just before this second. */
  readonly notAfterS: number;
  readonly issuerKeyNumber: number;
  readonly holderAlgorithm: KeyAlgorithm;
  /** Ed25519: 32 bytes raw; SM2: 33 bytes compressed. */
  readonly holderPublicKey: Uint8Array;
}

export type GrantFault = 'grant-length' | 'grant-version' | 'grant-algorithm';
export type GrantRead =
  { readonly ok: true; readonly grant: Grant } | { readonly ok: false; readonly fault: GrantFault };

const VERSION = 1;
const HEAD_BYTES = 40;
const HOLDER_REFERENCE_BYTES = 16;
const ALGORITHM_BYTE = { ed25519: 1, sm2: 2 } as const satisfies Record<KeyAlgorithm, number>;
export const PUBLIC_KEY_BYTES = { ed25519: 32, sm2: 33 } as const satisfies Record<KeyAlgorithm, number>;

/** Reads a grant; nothing about its signature is said. Copies, so that the scan's buffer isn't kept. */
export function parseGrant(bytes: Uint8Array): GrantRead {
  if (bytes.length < HEAD_BYTES) return { ok: false, fault: 'grant-length' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== VERSION) return { ok: false, fault: 'grant-version' };
  const holderAlgorithm = algorithmOf(view.getUint8(39));
  if (holderAlgorithm === null) return { ok: false, fault: 'grant-algorithm' };
  if (bytes.length !== HEAD_BYTES + PUBLIC_KEY_BYTES[holderAlgorithm])
    return { ok: false, fault: 'grant-length' };
  return {
    ok: true,
    grant: {
      campaignNumber: view.getUint16(1),
      kindNumber: view.getUint16(3),
      serial: view.getBigUint64(5),
      holderReference: bytes.slice(13, 29),
      notBeforeS: view.getUint32(29),
      notAfterS: view.getUint32(33),
      issuerKeyNumber: view.getUint16(37),
      holderAlgorithm,
      holderPublicKey: bytes.slice(HEAD_BYTES),
    },
  };
}

function algorithmOf(byte: number): KeyAlgorithm | null {
  if (byte === ALGORITHM_BYTE.ed25519) return 'ed25519';
  return byte === ALGORITHM_BYTE.sm2 ? 'sm2' : null;
}

/** Writes a grant. Throws a RangeError for a field that doesn't fit its bytes. */
export function encodeGrant(grant: Grant): Uint8Array {
  const { holderReference, holderPublicKey, holderAlgorithm } = grant;
  requireLength('holder reference', holderReference, HOLDER_REFERENCE_BYTES);
  requireLength('holder public key', holderPublicKey, PUBLIC_KEY_BYTES[holderAlgorithm]);
  if (grant.serial < 0n || grant.serial > 0xffff_ffff_ffff_ffffn) throw new RangeError('serial: not 64 bits');
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, VERSION);
  view.setUint16(1, requireUint('campaign number', grant.campaignNumber, 0xffff));
  view.setUint16(3, requireUint('kind number', grant.kindNumber, 0xffff));
  view.setBigUint64(5, grant.serial);
  head.set(holderReference, 13);
  view.setUint32(29, requireUint('not before', grant.notBeforeS, 0xffff_ffff));
  view.setUint32(33, requireUint('not after', grant.notAfterS, 0xffff_ffff));
  view.setUint16(37, requireUint('issuer key number', grant.issuerKeyNumber, 0xffff));
  view.setUint8(39, ALGORITHM_BYTE[holderAlgorithm]);
  return concatBytes(head, holderPublicKey);
}

/** The value itself, if it is a whole number from 0 to `max`; throws a RangeError otherwise. */
export function requireUint(name: string, value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new RangeError(`${name}: not a whole number from 0 to ${String(max)}: ${String(value)}`);
  return value;
}

/** Throws a RangeError unless the bytes are exactly as many. */
export function requireLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length)
    throw new RangeError(`${name}: ${String(bytes.length)} bytes instead of ${String(length)}`);
}
